"""The command: what it prints for people and programs, and one clear line on bad input."""

from __future__ import annotations

import errno
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.cli import main
from server.cli.demo import prepare_demo
from server.data_folder import hold_data_folder
from server.errors import BindError, DataFolderBusyError
from server.listen import open_socket
from server.settings import Settings

COMMANDS = (
    "demo",
    "serve",
    "inspect",
    "import",
    "export",
    "relink",
    "check-files",
    "convert",
    "thin",
    "check",
    "evaluate",
    "simulate",
    "bench",
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEBOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs the command; (status, stdout, stderr)."""

    def run_command(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return run_command


def fails_with(result: tuple[int, str, str], *parts: str, status: int = 1) -> None:
    """One line on stderr that begins with ``error:``, nothing on stdout."""
    found, out, err = result
    assert (found, out) == (status, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert all(part in err for part in parts), err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_with_an_example(run: Any, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"Example: truebox {command}" in out


def test_the_command_alone_shows_its_help(run: Any) -> None:
    _, out, err = run()
    assert all(command in out for command in COMMANDS)
    assert err == ""


def test_the_version(run: Any) -> None:
    status, out, _ = run("--version")
    assert (status, out.split()[0]) == (0, "truebox")


def test_help_loads_nothing_heavy() -> None:
    """Open3D alone takes a second."""
    code = "import sys; from server.cli import main; main(['--help']); print(sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = out.splitlines()[-1]
    for heavy in ("open3d", "torch", "numpy", "sqlalchemy", "fastapi", "PIL", "formats"):
        assert f"'{heavy}'" not in loaded, heavy


def test_inspect_for_programs(run: Any, dataset: Any) -> None:
    status, out, err = run("inspect", dataset.path, "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert set(report) == {"format", "scenes", "guesses", "problems", "import"}
    scene = report["scenes"][0]
    figures = {"name", "frames", "tracks", "labels", "ignored", "sequential", "poses", "categories"}
    assert set(scene) == {*figures, "lidars", "cameras"}
    assert scene["sequential"] is True
    assert scene["lidars"] == [{"name": "velodyne", "frames": 3, "points": 600}]
    assert scene["cameras"] == [{"name": "image_02", "frames": 3, "width": 124, "height": 37}]


def test_inspect_for_people(run: Any, dataset: Any) -> None:
    dataset.image(1).unlink()
    status, out, _ = run("inspect", dataset.path)
    assert status == 0
    assert "kitti-tracking, 1 scene(s)" in out
    assert "600 points" in out
    assert "image_02/0000" in out.split("problem(s)")[1]


def test_inspect_of_what_is_no_dataset(run: Any, tmp_path: Path) -> None:
    fails_with(run("inspect", tmp_path / "nothing"), "nothing", "expected a dataset's folder")
    fails_with(run("inspect", tmp_path), "expected a dataset, found none", "kitti-tracking")
    fails_with(run("inspect", tmp_path, "--format", "vhs"), "found vhs")
    fails_with(run("inspect"), "Missing argument", status=2)
    fails_with(run("inspect", tmp_path, "--nonsense"), "--nonsense", status=2)
    fails_with(run("nonsense"), "nonsense", status=2)


def test_debug_shows_the_trace(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="expected a dataset"):
        main(["inspect", str(tmp_path), "--debug"])


def test_import_and_export(run: Any, dataset: Any, tmp_path: Path) -> None:
    status, out, _ = run("import", dataset.path, "--project", "town", "--json")
    imported = json.loads(out)
    assert status == 0
    assert (imported["scenes_added"], imported["cuboids"]) == (1, 4)
    status, out, _ = run("import", dataset.path, "--project", "town")
    assert out == "town: 0 scene(s) added with 0 cuboids; 1 scene(s) were there already\n"
    target = tmp_path / "out"
    status, out, err = run("export", "town", target, "--format", "kitti-tracking", "--scene", "0000", "--json")
    exported = json.loads(out)
    assert status == 0, err
    assert exported | {"losses": []} == {"scenes": 1, "rows": 5, "losses": [], "path": str(target)}
    assert len((target / "label_02" / "0000.txt").read_text().splitlines()) == 5
    again = ("export", "town", target, "--format", "kitti-tracking")
    fails_with(run(*again), "expected an empty folder", "--force")
    status, out, _ = run(*again, "--force", "--category", "Pedestrian", "--confirmed-only", "--derive-2d", "all")
    assert out.startswith("2 rows of 1 scene(s) written")
    assert len(list(target.rglob("*.txt"))) == 2


def test_import_without_labels(run: Any, dataset: Any) -> None:
    _, out, _ = run("import", dataset.path, "--project", "bare", "--no-labels", "--json")
    assert json.loads(out)["cuboids"] == 0


def test_import_and_export_of_nonsense(run: Any, dataset: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    fails_with(run("import", tmp_path / "empty", "--project", "p"), "expected a dataset, found none")
    fails_with(
        run("export", "p", tmp_path / "out", "--format", "kitti-tracking"), "there is no project p; there is: none"
    )
    run("import", dataset.path, "--project", "town")
    fails_with(run("export", "town", tmp_path / "out", "--format", "punched-cards"), "punched-cards")
    fails_with(run("export", "town", tmp_path / "out", "--format", "kitti-tracking", "--scene", "9"), "no scene 9")
    (tmp_path / "file").write_text("")
    fails_with(run("export", "town", tmp_path / "file", "--format", "kitti-tracking"), "found a file")
    fails_with(run("export", "town", tmp_path / "o", "--format", "kitti-tracking", "--derive-2d", "x"), "'x'", status=2)
    assert not (tmp_path / "out").exists()


def test_a_variable_that_makes_no_sense(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEBOX_PORT", "high")
    fails_with(run("serve"), "TRUEBOX_PORT")


def test_serve_refuses_what_others_could_reach(run: Any) -> None:
    fails_with(run("serve", "--host", "0.0.0.0"), "refusing to listen on 0.0.0.0", "no accounts yet")


def test_a_port_that_is_taken(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        fails_with(run("serve", "--port", port), f"port {port}", "is taken")
        with open_socket("127.0.0.1", port, or_next=True) as free:
            assert port < free.getsockname()[1] <= port + 50

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(socket, "create_server", fail)
    with pytest.raises(BindError, match=r"cannot listen on 127\.0\.0\.1:9 \(Cannot assign"):
        open_socket("127.0.0.1", 9)


def test_one_server_a_data_folder(tmp_path: Path, run: Any) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with hold_data_folder(settings):
        with pytest.raises(DataFolderBusyError, match="another Truebox server"), hold_data_folder(settings):
            pass
        fails_with(run("serve", "--port", 0), "another Truebox server works here")
    with hold_data_folder(settings):
        pass
    (tmp_path / "file").write_text("")
    fails_with(run("serve", "--port", 0, "--data-dir", tmp_path / "file"), "cannot be used as data folder")


def test_simulate_writes_a_dataset(run: Any, tmp_path: Path) -> None:
    made = tmp_path / "made"
    status, out, _ = run("simulate", made, "--frames", 1, "--json")
    result = json.loads(out)
    assert status == 0
    assert (result["scenes"], result["frames"], result["format"]) == (1, 1, "kitti-tracking")
    _, out, _ = run("inspect", made, "--json")
    report = json.loads(out)
    assert report["problems"] == []
    assert report["scenes"][0]["labels"] == result["labels"] > 0
    assert len(report["scenes"][0]["cameras"]) == 3
    fails_with(run("simulate", made), "--force")
    fails_with(run("simulate", tmp_path / "x", "--frames", 0), "--frames", status=2)


def test_bench_finds_its_benchmarks(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import benchmarks

    (tmp_path / "quick.py").write_text('NAME = "quick"\n\n\ndef run():\n    return {"speed": {"ratio": 1.5}}\n')
    (tmp_path / "needy.py").write_text('NAME = "needy"\nimport no_such_package\n')
    (tmp_path / "helper.py").write_text("raise RuntimeError\n")
    monkeypatch.setattr(benchmarks, "__path__", [str(tmp_path)])
    status, out, _ = run("bench", "--json")
    assert status == 0
    assert json.loads(out) == {
        "needy": {"skipped": "needs the Python package no_such_package"},
        "quick": {"speed": {"ratio": 1.5}},
    }
    _, out, _ = run("bench", "quick", "--json")
    alone = json.loads(out)
    assert alone == {"quick": alone["quick"], **alone["quick"]}
    _, out, _ = run("bench", "quick")
    assert "speed.ratio" in out
    status, _, err = run("bench", "slow")
    assert (status, err) == (1, "error: there is no benchmark slow; there is: needy, quick\n")


def test_the_demo_has_a_drive_to_label_and_one_labeled_all_around(settings: Settings, serve: Any) -> None:
    prepare_demo(settings, frame_count=1)
    made = sorted((settings.data_dir / "demo").rglob("*"))
    prepare_demo(settings, frame_count=1)
    assert sorted((settings.data_dir / "demo").rglob("*")) == made
    with serve(settings) as client:
        project = client.get("/api/projects").json()[0]
        scenes = client.get(f"/api/projects/{project['id']}/scenes").json()
        assert [scene["name"] for scene in scenes] == ["Street, to label", "Street, labeled"]
        assert scenes[0]["key_cuboid_count"] == 0
        cuboids = client.get(f"/api/scenes/{scenes[1]['id']}/labels").json()["cuboids"]
        assert any(cuboid["ego_from_object"]["translation_m"][0] < 0 for cuboid in cuboids)
        assert all(cuboid["attributes"]["lidar_points"] >= 0 for cuboid in cuboids)
        assert [scene["problem_count"] for scene in scenes] == [0, 0]
        details = [client.get(f"/api/scenes/{scene['id']}").json() for scene in scenes]
        assert all(client.get(d["frames"][0]["points_url"]).status_code == 200 for d in details)


# Real drives --------------------------------------------------------------------------------------------------------


def test_a_real_raw_drive(run: Any, shared_data: Path) -> None:
    drive = shared_data / "kitti_raw" / "2011_09_26" / "2011_09_26_drive_0013_sync"
    _, out, _ = run("inspect", drive, "--json")
    report = json.loads(out)
    assert report["format"] == "kitti-raw"
    assert report["scenes"][0]["frames"] == 12
    assert {problem["path"].split("/")[0] for problem in report["problems"]} >= {"image_00", "image_01", "image_03"}
    status, out, _ = run("import", drive, "--project", "real", "--json")
    assert (status, json.loads(out)["scenes_added"]) == (0, 1)


def test_real_labels_go_through_the_store_unchanged(run: Any, shared_data: Path, tmp_path: Path) -> None:
    training = tmp_path / "training"
    for kind in ("label_02", "calib", "oxts"):
        (training / kind).mkdir(parents=True)
        shutil.copy(shared_data / "kitti_tracking" / "training" / kind / "0003.txt", training / kind)
    _, out, _ = run("import", training, "--project", "real", "--json")
    assert json.loads(out)["cuboids"] == 197
    status, _, err = run("export", "real", tmp_path / "out", "--format", "kitti-tracking", "--scene", "0003")
    assert status == 0, err
    before, after = (
        [line.split() for line in (folder / "label_02" / "0003.txt").read_text().splitlines()]
        for folder in (training, tmp_path / "out")
    )
    assert [(row[0], row[2]) for row in after] == [(row[0], row[2]) for row in before]
    for row, expected in zip(after, before, strict=True):
        assert [float(word) for word in row[3:]] == pytest.approx([float(word) for word in expected[3:]], abs=1e-4)


def test_relink_and_check_files(run: Any, dataset: Any, tmp_path: Path) -> None:
    run("import", dataset.path, "--project", "town")
    status, out, _ = run("check-files", "town")
    assert (status, out) == (0, "6 files of 1 scene(s) compared, 0 problem(s)\n")
    moved = dataset.path.rename(tmp_path / "moved")
    status, out, _ = run("check-files", "town", "--json")
    assert (status, json.loads(out)["scenes"][0]["problem_count"]) == (1, 1)
    status, out, _ = run("relink", "town", dataset.path, moved, "--dry-run")
    assert (status, out) == (0, f"1 scene(s) found at {moved}, 0 of them not the same\n")
    status, out, _ = run("relink", "town", dataset.path, moved, "--json")
    report = json.loads(out)
    assert (report["is_done"], report["scenes"][0]["new_path"]) == (True, str(moved / "training"))
    cloud = moved / "training/velodyne/0000/000001.bin"
    cloud.write_bytes(cloud.read_bytes()[:-16])
    status, out, _ = run("check-files", "town")
    assert status == 1
    assert "0000: velodyne/0000/000001.bin: changed since the import: expected 3200 bytes, found 3184" in out
    assert run("check-files", "town", "--accept")[0] == 0
    assert run("check-files", "town")[0] == 0


def test_relink_of_another_dataset_changes_nothing(run: Any, dataset: Any, make_dataset: Any, tmp_path: Path) -> None:
    run("import", dataset.path, "--project", "town")
    longer = make_dataset("longer", frames=4)
    status, out, err = run("relink", "town", dataset.path, longer.path)
    assert (status, out) == (1, "")
    assert "0000: .: expected 3 frames, found 4" in err
    assert "error: 1 of 1 scenes are not the same at the new place" in err
    fails_with(run("relink", "town", tmp_path / "nowhere", longer.path), "expected a folder with scenes of the project")
    fails_with(run("check-files", "village"), "there is no project village; there is: town")
