"""Proposals over HTTP on a simulated drive with known truth: fits, tracks carried on, keys to spare, and bad input."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.drives import DriveTruth, write_simulated_drive
from formats import open_dataset
from fusion import Scene, camera_view
from geometry import SE3, Box, iou_3d_aligned
from server.settings import Settings

JsonObject = dict[str, Any]
FRAMES = 10


class DriveOnServer:
    """A drive without labels, imported; and what is true of it."""

    def __init__(self, client: Any, row: JsonObject, truth: DriveTruth, scene: Scene) -> None:
        self.client, self.truth, self.id, self.scene = client, truth, row["id"], scene
        self.url = f"/api/scenes/{self.id}"

    def post(self, path: str, body: JsonObject, status: int = 200) -> JsonObject:
        answer = self.client.post(f"{self.url}/{path}", json=body)
        assert answer.status_code == status, answer.text
        value: JsonObject = answer.json()
        return value

    def box(self, track: int, frame: int) -> Box:
        return next(item.box_ego for item in self.truth[frame] if item.track == track)

    def cars(self) -> list[int]:
        """Cars seen well in every frame, the one with the most points first."""
        counts: dict[int, list[int]] = {}
        for objects in self.truth:
            for item in objects:
                if item.category == "Car":
                    counts.setdefault(item.track, []).append(item.lidar_points)
        steady = {track: min(found) for track, found in counts.items() if len(found) == FRAMES}
        return sorted(steady, key=lambda track: -steady[track])


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory, serve_module: Any) -> Iterator[DriveOnServer]:
    folder = tmp_path_factory.mktemp("drive")
    written = write_simulated_drive(folder, FRAMES, azimuths=600, pictures=False)
    settings = Settings(data_dir=folder / "data", web_dir=folder / "web")
    with serve_module(settings) as client:
        project = client.post("/api/projects", json={"name": "drive"}).json()
        started = client.post(f"/api/projects/{project['id']}/import", json={"path": str(folder / "training")}).json()
        give_up = time.monotonic() + 60
        while started["state"] not in ("done", "failed"):
            assert time.monotonic() < give_up
            time.sleep(0.01)
            started = client.get(f"/api/jobs/{started['id']}").json()
        assert started["state"] == "done", started
        (row,) = client.get(f"/api/projects/{project['id']}/scenes").json()
        (scene,) = open_dataset(folder / "training").scenes
        yield DriveOnServer(client, row, written.truth, scene)


@pytest.fixture(scope="module")
def serve_module() -> Any:
    """``serve``, for a server that several tests ask."""
    from tests.server.conftest import serving

    return serving


def wire_box(box: Box) -> JsonObject:
    transform = box.frame_from_object
    return {
        "ego_from_object": {
            "quat_wxyz": transform.quat_wxyz.tolist(),
            "translation_m": transform.translation.tolist(),
        },
        "size_lwh_m": box.size_lwh_m.tolist(),
    }


def box_of(value: JsonObject) -> Box:
    transform = value["ego_from_object"]
    return Box(SE3.from_quat_wxyz(transform["quat_wxyz"], transform["translation_m"]), np.array(value["size_lwh_m"]))


def overlap(value: JsonObject, truth: Box) -> float:
    return float(iou_3d_aligned([box_of(value)], [truth])[0])


def track_of(drive: DriveOnServer, make: Any, number: int, frames: list[int], **fields: Any) -> JsonObject:
    """A track whose keys are the truth."""
    track = make.track("t1", first_frame=min(frames), last_frame=max(frames), **fields)
    keys = [make.cuboid(f"c{frame}", "t1", frame, **wire_box(drive.box(number, frame))) for frame in frames]
    return {"track": track, "keys": keys}


def test_a_click_becomes_a_box(drive: DriveOnServer) -> None:
    car = drive.cars()[0]
    truth = drive.box(car, 0)
    body = {"click": truth.center.tolist(), "category": "Car", "heading_rad": truth.yaw_rad}
    fitted = drive.post("frames/0/fit", body)
    assert overlap(fitted["box"], truth) > 0.5
    assert fitted["confidence"] > 0.3
    assert fitted["prior"]["source"] == "taxonomy"
    better = drive.post("frames/0/refit", {"box": fitted["box"], "category": "Car", "what": "position"})
    assert better["box"]["size_lwh_m"] == pytest.approx(fitted["box"]["size_lwh_m"])
    assert better["point_count"] > 10


def test_where_nothing_is_the_box_says_so(drive: DriveOnServer) -> None:
    fitted = drive.post("frames/0/fit", {"click": [0.0, 0.0, 90.0], "category": "Car", "size_lwh_m": [4, 2, 1.5]})
    assert fitted["prior"] == {"size_lwh_m": [4.0, 2.0, 1.5], "source": "given", "track_count": 0}
    sky = drive.post("frames/0/fit", {"click": [5000.0, 0.0, 90.0], "category": "Car"})
    assert (sky["confidence"], sky["reason"]["code"]) == (0.0, "no_points")


def test_a_rectangle_in_an_image_becomes_a_box(drive: DriveOnServer) -> None:
    view = camera_view(drive.scene, 0, "image_02")
    found = []
    for item in drive.truth[0]:
        shown = view.project_box(item.box_ego)
        is_near = float(np.hypot(*item.box_ego.center[:2])) < 30.0
        if item.category != "Car" or not is_near or shown is None or shown.truncation > 0.05 or item.lidar_points < 60:
            continue
        body = {"camera": "image_02", "ltrb_px": list(shown.proj_ltrb_px), "category": "Car"}
        answer = drive.post("frames/0/fit-in-image", body)
        assert answer["fitted"] is not None, answer
        found.append((answer["overlap"], overlap(answer["fitted"]["box"], item.box_ego)))
    assert found
    in_image, in_space = np.median(found, axis=0)
    assert in_image > 0.7
    assert in_space > 0.45


def test_a_rectangle_of_the_sky_gives_a_reason(drive: DriveOnServer) -> None:
    body = {"camera": "image_02", "ltrb_px": [10, 0, 60, 20], "category": "Car"}
    answer = drive.post("frames/0/fit-in-image", body)
    assert answer["fitted"] is None
    assert answer["reason"]["code"] in ("no_points_in_rectangle", "nothing_fits")
    small = drive.post("frames/0/fit-in-image", body | {"ltrb_px": [10, 10, 11, 11]})
    assert small["reason"]["code"] == "rectangle_too_small"


def test_a_track_is_carried_on_and_stops_with_a_reason(drive: DriveOnServer, make: Any) -> None:
    for car in drive.cars()[:2]:
        answer = drive.post("tracks/extend", track_of(drive, make, car, [4]) | {"direction": "forward"})
        assert [cuboid["frame_index"] for cuboid in answer["cuboids"]] == [5, 6, 7, 8, 9]
        assert (answer["stopped_at"], answer["reason"]["code"]) == (None, "end_of_scene")
        assert answer["predicted_in"] == "world"
        assert answer["revised_keys"] == []
        for cuboid in answer["cuboids"]:
            assert overlap(cuboid["box"], drive.box(car, cuboid["frame_index"])) > 0.6
    body = track_of(drive, make, drive.cars()[0], [4])
    back = drive.post("tracks/extend", body | {"direction": "back", "most_frames": 2})
    assert [cuboid["frame_index"] for cuboid in back["cuboids"]] == [2, 3]
    assert (back["stopped_at"], back["reason"]["code"]) == (2, "most_frames")


def test_others_stop_it(drive: DriveOnServer, make: Any) -> None:
    """Where a stored track has the object already, it would be labelled twice."""
    car = drive.cars()[0]
    there = track_of(drive, make, car, [7, 8])
    other = {
        "tracks": [there["track"] | {"id": "o", "external_id": "12"}],
        "cuboids": [key | {"id": f"o{key['frame_index']}", "track_id": "o"} for key in there["keys"]],
    }
    revision = drive.client.get(f"{drive.url}/labels").json()["revision"]
    drive.post("changes", make.change(drive.id, revision, added=other))
    try:
        answer = drive.post("tracks/extend", track_of(drive, make, car, [4]) | {"direction": "forward"})
        assert (answer["stopped_at"], answer["reason"]["code"]) == (7, "overlap")
        assert answer["reason"]["values"]["track"] == "Car 12"
        assert len(answer["cuboids"]) == 2
    finally:
        drive.post("changes", make.change(drive.id, revision + 1, removed=other))


def test_thin_keeps_what_is_needed(drive: DriveOnServer, make: Any) -> None:
    body = track_of(drive, make, drive.cars()[0], list(range(FRAMES)))
    answer = drive.post("tracks/thin", body)
    assert {0, 9} <= set(answer["keep"]) or answer["made_static"]
    assert sorted(answer["keep"] + answer["remove"]) == list(range(FRAMES))
    assert len(answer["keep"]) <= 4
    all_kept = drive.post("tracks/thin", body | {"tolerance_m": 0.0, "tolerance_deg": 0.0})
    assert len(all_kept["keep"]) >= len(answer["keep"])


def test_motion_of_one_track_and_of_none(drive: DriveOnServer, make: Any) -> None:
    moved = {
        track: np.hypot(*(drive.box(track, FRAMES - 1).center - drive.box(track, 0).center)[:2])
        for track in drive.cars()
    }
    assert moved
    for car in drive.cars()[:3]:
        (verdict,) = drive.post("tracks/motion", track_of(drive, make, car, list(range(FRAMES))))["tracks"]
        assert verdict["motion"] in ("parked", "moving", "unknown")
        assert verdict["reason"]["sentence"]
    assert drive.client.get(f"{drive.url}/tracks/motion").json()["tracks"] == []


def test_points_per_frame_and_the_best_one(drive: DriveOnServer, make: Any) -> None:
    car = drive.cars()[0]
    answer = drive.post("tracks/points-per-frame", track_of(drive, make, car, [0, 9]))
    counts = {row["frame_index"]: row["point_count"] for row in answer["frames"]}
    assert list(counts) == list(range(FRAMES))
    assert counts[answer["best_frame"]] == max(counts.values()) > 0
    assert answer["is_complete"]


def test_a_static_track_needs_no_snap_where_poses_are_true(drive: DriveOnServer, make: Any) -> None:
    parked = drive.cars()[-1]
    body = track_of(drive, make, parked, [0], is_static=True)
    body["track"]["last_frame"] = FRAMES - 1
    answer = drive.post("tracks/snap", body | {"frame_index": 0})
    assert answer["keys"][0]["frame_index"] == 0
    assert all(key["offset_m"] <= 0.3 + 1e-9 for key in answer["keys"])


BAD = [
    ("frames/99/fit", {"click": [10, 0, 0], "category": "Car"}, 404, "no frame 99"),
    ("frames/0/fit", {"click": [10, 0, 0], "category": "Dragon"}, 422, "no category Dragon"),
    ("frames/0/fit", {"click": [10, 0], "category": "Car"}, 422, "click"),
    ("frames/0/fit", {"click": [1e300, 0, 0], "category": "Car"}, 422, "click"),
    ("frames/0/fit-in-image", {"camera": "x", "ltrb_px": [0, 0, 9, 9], "category": "Car"}, 404, "no camera x"),
    ("frames/0/refit", {"box": {}, "category": "Car"}, 422, "box"),
]


@pytest.mark.parametrize(("path", "body", "status", "words"), BAD)
def test_bad_questions_get_one_clear_line(
    drive: DriveOnServer, path: str, body: JsonObject, status: int, words: str
) -> None:
    error = drive.post(path, body, status)["error"]
    assert words in error["message"]
    assert "\n" not in error["message"]


def test_not_a_number_is_refused(drive: DriveOnServer) -> None:
    answer = drive.client.post(
        f"{drive.url}/frames/0/fit",
        content='{"click": [NaN, 0, 0], "category": "Car"}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (400, 422)
    assert "error" in answer.json()


def test_contradicting_records_are_refused(drive: DriveOnServer, make: Any) -> None:
    body = track_of(drive, make, drive.cars()[0], [4]) | {"direction": "forward"}
    far = {**body, "keys": [body["keys"][0] | {"frame_index": 500}]}
    assert "no frame 500" in drive.post("tracks/extend", far, 422)["error"]["message"]
    twice = {**body, "keys": [body["keys"][0], body["keys"][0] | {"id": "again"}]}
    assert "at most one key" in drive.post("tracks/extend", twice, 422)["error"]["message"]
    strange = {**body, "keys": [body["keys"][0] | {"track_id": "t2"}]}
    assert "belong to track" in drive.post("tracks/extend", strange, 422)["error"]["message"]
    assert drive.post("tracks/extend", body | {"most_frames": 100_000}, 422)


def test_sizes_are_learnt_from_what_people_agreed_with(drive: DriveOnServer, make: Any) -> None:
    size = [5.5, 2.1, 1.9]
    tracks = [make.track(f"l{n}", category="Van", first_frame=0, last_frame=0) for n in range(3)]
    keys = [make.cuboid(f"k{n}", f"l{n}", 0, size_lwh_m=size, confirmed_by="human:Ada") for n in range(3)]
    revision = drive.client.get(f"{drive.url}/labels").json()["revision"]
    records = {"tracks": tracks, "cuboids": keys}
    drive.post("changes", make.change(drive.id, revision, added=records))
    try:
        give_up = time.monotonic() + 30
        body = {"click": [12.0, 0.0, 0.0], "category": "Van"}
        while (prior := drive.post("frames/0/fit", body)["prior"])["source"] != "labels":
            assert time.monotonic() < give_up
            time.sleep(0.01)
        assert prior == {"size_lwh_m": pytest.approx(size), "source": "labels", "track_count": 3}
    finally:
        drive.post("changes", make.change(drive.id, revision + 1, removed=records))


def test_a_frame_whose_file_is_broken_says_so(tmp_path: Path, serve_module: Any) -> None:
    written = write_simulated_drive(tmp_path / "drive", 2, azimuths=60, pictures=False)
    cloud = next((written.folder / "training" / "velodyne").rglob("000001.bin"))
    with serve_module(Settings(data_dir=tmp_path / "data", web_dir=tmp_path / "web")) as client:
        project = client.post("/api/projects", json={"name": "p"}).json()
        job = client.post(
            f"/api/projects/{project['id']}/import", json={"path": str(written.folder / "training")}
        ).json()
        give_up = time.monotonic() + 60
        while job["state"] not in ("done", "failed"):
            assert time.monotonic() < give_up
            time.sleep(0.01)
            job = client.get(f"/api/jobs/{job['id']}").json()
        (scene,) = client.get(f"/api/projects/{project['id']}/scenes").json()
        cloud.write_bytes(b"abc")
        body = {"click": [10, 0, 0], "category": "Car"}
        answer = client.post(f"/api/scenes/{scene['id']}/frames/1/fit", json=body)
        assert answer.status_code == 422
        assert "000001.bin" in answer.json()["error"]["message"]
        cloud.unlink()
        assert client.post(f"/api/scenes/{scene['id']}/frames/1/fit", json=body).status_code in (404, 422)
