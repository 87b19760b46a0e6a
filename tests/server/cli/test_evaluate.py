"""``truebox evaluate``: KITTI's own numbers, and one clear line on bad input."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from quality.metrics import KITTI_CLASSES
from server.cli import main
from server.cli.evaluate import compare

Run = Callable[..., tuple[int, str, str]]
ROW = "Car 0.00 0 -1.57 599.41 156.40 629.75 229.25 1.5 1.7 4.0 0.47 1.49 {z} -1.56"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")

    def run_command(*arguments: object) -> tuple[int, str, str]:
        status = main(["evaluate", *(str(argument) for argument in arguments)])
        out, err = capfd.readouterr()
        return status, out, err

    return run_command


def labels(folder: Path, frames: int = 50, *, score: str = "", first: int = 0) -> Path:
    folder.mkdir()
    for frame in range(first, first + frames):
        (folder / f"{frame:06d}.txt").write_text(f"{ROW.format(z=10 + frame)}{score}\n")
    return folder


def unzip(archive: Path, folder: Path, count: int) -> Path:
    """The first label files in order, numbered from 000000 on."""
    folder.mkdir()
    with zipfile.ZipFile(archive) as packed:
        for number, name in enumerate(sorted(name for name in packed.namelist() if name.endswith(".txt"))[:count]):
            (folder / f"{number:06d}.txt").write_bytes(packed.read(name))
    return folder


def test_equals_kittis_evaluator(shared_data: Path, tmp_path: Path) -> None:
    """The 11 recalls are its program's, the 40 are OpenPCDet's, which rounds them to two or four digits."""
    given = shared_data / "kitti_eval_expected"
    truth = unzip(shared_data / "kitti_labels_bulk" / "data_object_label_2_000000-003999.zip", tmp_path / "truth", 1200)
    prediction = unzip(given / "detections.zip", tmp_path / "prediction", 1200)
    report = compare(truth, prediction, KITTI_CLASSES)
    expected = json.loads((given / "expected.json").read_text())
    assert report["frames"] == 1200
    assert report["min_overlap"] == expected["min_overlap"]
    for recalls, tolerance in (("AP_R11", 1e-4), ("AP_R40", 0.006)):
        for name, metrics in expected[recalls].items():
            for metric, values in metrics.items():
                assert report[recalls][name][metric] == pytest.approx(values, abs=tolerance), (recalls, name, metric)


def test_tracking_labels_of_a_real_tracker(shared_data: Path) -> None:
    """Figures that TrackEval gives for the same overlaps, within its rounding."""
    report = compare(
        shared_data / "kitti_tracking" / "training",
        shared_data / "peers_outputs" / "tracking_results_hailanyi",
        KITTI_CLASSES,
        missing="skip",
    )
    car = report["tracking"]["Car"]
    assert list(car["sequences"]) == ["0001", "0004", "0006", "0008", "0010"]
    assert report["missing"] == ["0003", "0005", "0007", "0009", "0011"]
    assert (car["IDSW"], car["Frag"], car["MT"], car["ML"]) == (10, 68, 126, 7)
    assert car["HOTA"] == pytest.approx(68.84, abs=0.01)


def test_json_has_the_documented_keys(run: Run, tmp_path: Path) -> None:
    status, out, err = run(labels(tmp_path / "a"), labels(tmp_path / "b", score=" 0.9"), "--json", "--pairs")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert report["AP_R11"]["Car"] == {name: [100.0] * 3 for name in ("bbox", "bev", "3d", "aos")}
    assert list(report)[:5] == ["truth", "prediction", "frames", "missing", "extra"]
    assert {"AP_R40", "objects", "ranges", "pairs", "min_overlap", "difficulties"} <= set(report)
    assert report["pairs"]["Car"][3]["frame"] == "000003"
    assert "tracking" not in report


def test_people_get_tables(run: Run, tmp_path: Path) -> None:
    status, out, _ = run(labels(tmp_path / "a"), labels(tmp_path / "b"))
    assert status == 0
    for part in ("50 frames", "AP at 40 recalls", "100.00", "Pedestrian", "objects", "–"):
        assert part in out


def test_tracking_labels_get_a_tracking_table(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "0000.txt"
    path.write_text("".join(f"{frame} 4 {ROW.format(z=20 + frame)}\n" for frame in range(5)))
    status, out, _ = run(path, path)
    assert status == 0
    assert "HOTA" in out


def test_missing_files_are_counted_and_named(run: Run, tmp_path: Path) -> None:
    truth, prediction = labels(tmp_path / "a", 9), labels(tmp_path / "b", 3)
    status, out, err = run(truth, prediction)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "6 of 9 are missing (000003, 000004, 000005, 000006, 000007 and 1 more)" in err


def test_missing_files_may_be_empty_or_skipped(tmp_path: Path) -> None:
    truth, prediction = labels(tmp_path / "a", 80), labels(tmp_path / "b", 60)
    empty = compare(truth, prediction, KITTI_CLASSES, missing="empty")
    skipped = compare(truth, prediction, KITTI_CLASSES, missing="skip")
    assert (empty["frames"], empty["objects"]["Car"]["missed"]) == (80, 20)
    assert (skipped["frames"], skipped["objects"]["Car"]["missed"]) == (60, 0)
    assert skipped["AP_R40"]["Car"]["3d"] == [100.0] * 3
    assert empty["AP_R40"]["Car"]["3d"] == pytest.approx([75.0] * 3, abs=2.6)


def test_predictions_without_truth_are_told(run: Run, tmp_path: Path) -> None:
    status, out, err = run(labels(tmp_path / "a", 3), labels(tmp_path / "b", 5), "--json")
    assert status == 0
    assert json.loads(out)["extra"] == ["000003", "000004"]
    assert "2 predicted file(s) are left out" in err


def test_classes_and_overlaps_can_be_chosen(tmp_path: Path, run: Run) -> None:
    path = labels(tmp_path / "a")
    status, out, _ = run(path, path, "--json", "--class", "Car=0.5", "--class", "Bus=0.7")
    assert status == 0
    assert json.loads(out)["min_overlap"] == {"Car": 0.5, "Bus": 0.7}


@pytest.mark.parametrize("wanted", ["Car", "Car=", "Car=high", "Car=2"])
def test_a_class_without_a_usable_overlap_is_refused(run: Run, tmp_path: Path, wanted: str) -> None:
    path = labels(tmp_path / "a", 1)
    status, out, err = run(path, path, "--class", wanted)
    assert (status, out) == (1, "")
    assert f"expected a name and an overlap such as Car=0.7, found {wanted}" in err


def test_a_bad_row_is_named_by_file_and_line(run: Run, tmp_path: Path) -> None:
    truth, prediction = labels(tmp_path / "a", 3), labels(tmp_path / "b", 3)
    with (prediction / "000001.txt").open("a") as file:
        file.write("Car 0 0\n")
    status, out, err = run(truth, prediction)
    assert (status, out) == (1, "")
    assert "000001.txt:2: expected 15 fields (16 with a score), found 3" in err


def test_help_gives_an_example(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert "Example: truebox evaluate" in out
