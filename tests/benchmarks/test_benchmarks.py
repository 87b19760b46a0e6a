"""Every benchmark runs, at a tiny size, and says what it should; how fast it is says nothing here."""

from __future__ import annotations

import importlib
import json
import math
from typing import Any

import pytest

from benchmarks import (
    autolabel,
    clouds,
    fit,
    formats,
    iou,
    kitti_labels,
    lidars,
    projection,
    resolve,
    saves,
    timing,
    wire,
)
from benchmarks.simulated_project import Kind
from server.cli.bench import find_benchmarks


def checked(figures: dict[str, Any]) -> dict[str, Any]:
    """Plain finite JSON values by name."""
    assert json.loads(json.dumps(figures)) == figures
    assert all(not isinstance(value, float) or math.isfinite(value) for value in figures.values())
    return figures


def test_the_command_finds_them_all() -> None:
    assert sorted(find_benchmarks()) == [
        "annotate",
        "autolabel",
        "big_clouds",
        "fit",
        "formats",
        "frames",
        "grid",
        "iou",
        "kitti_labels",
        "lidars",
        "projection",
        "resolve",
        "saves",
        "simulation",
        "wire",
    ]
    for name, module in find_benchmarks().items():
        assert name == importlib.import_module(module).NAME


def test_wire() -> None:
    figures = checked(wire.run(azimuths=36, rounds=1))
    assert figures["simulated_max_error_m"] <= 0.0026
    assert 0 < figures["simulated_bytes_percent"] < figures["simulated_float32_zstd_bytes_percent"] <= 101


def test_wire_without_real_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("TRUEBOX_TEST_DATA", str(tmp_path))
    figures = wire.run(azimuths=36, rounds=1)
    assert figures["kitti_bytes_percent"] is None


def test_projection_agrees_with_opencv() -> None:
    figures = checked(projection.run(points=2000, cuboids=20, rounds=1))
    assert figures["points_max_difference_px"] < 1e-6


def test_iou_agrees_with_shapely() -> None:
    figures = checked(iou.run(boxes=30, rounds=1))
    assert figures["dense_max_difference"] < 1e-9
    assert figures["sparse_max_difference"] < 1e-9
    assert figures["dense_overlapping_percent"] > 5


def test_fit_finds_simulated_cars() -> None:
    figures = checked(fit.run(real=False, frames=1, azimuths=500))
    cars = figures["groups"]["simulated_cars"]
    assert cars["boxes"] >= 3
    assert 0.3 < cars["click"]["median"] <= 1.0
    assert cars["refit"]["mean"] > cars["rough"]["mean"] - 0.05


def test_resolve_derives_every_cuboid() -> None:
    figures = checked(resolve.run(tracks=3, frames=12, every=5, rounds=2))
    assert figures["cuboids"] == 36
    assert figures["ratio"] == figures["cold_ms"] / figures["limit_ms"]


def test_saves_keeps_what_was_acknowledged() -> None:
    figures = checked(saves.run(saves=5, warm_up=2))
    assert figures["acknowledged_and_kept"] == 5


def test_rivals_take_turns_and_warm_up_does_not_count() -> None:
    calls: list[str] = []
    times_ms = timing.interleaved_ms(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=2, warm_up=1
    )
    assert calls == ["a", "b"] * 3
    assert all(time_ms >= 0 for time_ms in times_ms.values())
    with pytest.raises(ValueError, match="rounds"):
        timing.interleaved_ms({}, rounds=0)


def test_a_cloud_is_brought_to_a_size() -> None:
    cloud = clouds.simulated_cloud(36)
    assert len(clouds.resized(cloud, 100)) == 100
    assert len(clouds.resized(cloud, 3 * len(cloud))) == 3 * len(cloud)


def test_formats_open_what_was_written() -> None:
    figures = checked(formats.run(frames=3, points=500, rounds=1))
    opened = {name: value for name, value in figures.items() if name.endswith("_frames")}
    assert len(opened) >= 7
    assert set(opened.values()) == {3}


def test_kitti_labels_without_real_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("TRUEBOX_TEST_DATA", str(tmp_path))
    figures = checked(kitti_labels.run(frames=3, rounds=1))
    assert (figures["rows"], figures["frames"], figures["cuboids"]) == ("made", 3, 18)


def test_autolabel_has_the_figures_that_are_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("TRUEBOX_TEST_DATA", str(tmp_path))
    monkeypatch.setattr(autolabel, "KINDS", (Kind("tiny", "16", 7),))
    monkeypatch.setattr(autolabel, "LABELED", 2)
    report = autolabel.run(seeds=1, share=0.1, scenes=1, steps=2)
    assert report["kitti_same_drive"] == report["kitti_other_place"] == {"skipped": "the data is not at hand"}
    figures = report["tiny"]
    assert figures["runs"] == 1
    assert 0.0 < figures["copy_and_adjust_without_seeds"]["median"] < figures["copy_and_adjust_with_seeds"]["median"]
    assert set(figures) >= {
        "ap_0.5_all",
        "ap_0.7_any",
        "false_tracks_accept_band",
        "train_s",
        "ms_per_frame",
        "detector_ms_per_frame",
    }


def test_lidars_that_do_not_spin_are_projects_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lidars, "OTHER_LIDARS", (Kind("tiny", "raster", 8),))
    monkeypatch.setattr(autolabel, "LABELED", 2)
    figures = lidars.run(share=0.1, scenes=1, steps=2)["tiny"]
    assert figures["runs"] == 1
    assert figures["every_box_with_seeds"]["median"] > 0.0
