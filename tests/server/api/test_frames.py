"""The bytes of a frame: points and pictures, good and bad."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import brotli
import numpy as np
import pytest
import zstandard
from PIL import Image

from formats import open_scene
from fusion import accumulate, cam_from_ego_at, fuse_frame
from pointcloud.wire import decode
from server.views import cameras_seen

JsonObject = dict[str, Any]


@pytest.fixture
def detail(client: Any, imported: JsonObject) -> JsonObject:
    scene: JsonObject = client.get(f"/api/scenes/{imported['id']}").json()
    return scene


def plain(client: Any, url: str) -> Any:
    return client.get(url, headers={"accept-encoding": "identity"})


def test_points_are_the_fused_cloud(client: Any, detail: JsonObject, dataset: Any) -> None:
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    for frame in detail["frames"]:
        answer = plain(client, frame["points_url"])
        assert answer.headers["content-type"] == "application/octet-stream"
        cloud = decode(answer.content)
        assert cloud.frame == "ego"
        np.testing.assert_allclose(cloud.xyz, fuse_frame(scene, frame["index"]).cloud.xyz, atol=0.0026)


def test_points_with_colours(client: Any, detail: JsonObject) -> None:
    cloud = decode(plain(client, detail["frames"][1]["points_url"] + "&color=image").content)
    assert cloud.rgb is not None
    seen = cloud.rgb[(cloud.rgb != 96).any(axis=1)]
    assert len(seen) > 0
    assert abs(seen.astype(int) - 60).max() <= 2
    assert client.get(detail["frames"][1]["points_url"] + "&color=pink").status_code == 422


def test_images_of_other_times_come_with_how_their_cameras_saw_the_frame(dataset: Any) -> None:
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    frame = scene.frames[1]
    late = tuple(replace(image, timestamp_ns=image.timestamp_ns + 40_000_000) for image in frame.images)
    moved = replace(scene, frames=(scene.frames[0], replace(frame, images=late), *scene.frames[2:]))
    assert cameras_seen(scene, frame) == {}
    seen = cameras_seen(moved, moved.frames[1])
    expected = cam_from_ego_at(moved, 1, "image_02")
    assert list(seen) == ["image_02"]
    np.testing.assert_allclose(seen["image_02"].translation_m, expected.translation)
    assert not expected.is_close(scene.rig.cam_from_ego("image_02"), translation_m=0.1)
    assert cameras_seen(replace(moved, trajectory=None), moved.frames[1]) == {}


def test_sweeps_before_and_after_are_added(client: Any, detail: JsonObject, dataset: Any) -> None:
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    url = detail["frames"][1]["points_url"]
    answer = plain(client, url + "&sweeps=1")
    found = accumulate(scene, 1, before=1, after=1)
    assert found.sweep_count == 3
    cloud = decode(answer.content)
    np.testing.assert_allclose(cloud.xyz, found.cloud.xyz, atol=0.0026)
    # Its URL does not name the other frames' files, so the browser asks again, and is told whether they changed.
    assert answer.headers["cache-control"] == "no-cache"
    again = {"if-none-match": answer.headers["etag"], "accept-encoding": "identity"}
    assert client.get(url + "&sweeps=1", headers=again).status_code == 304
    assert client.get(url + "&sweeps=2", headers=again).status_code == 200
    assert client.get(url + "&sweeps=11").status_code == 422
    colored = decode(plain(client, url + "&sweeps=1&color=image").content)
    assert colored.rgb is not None


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("br", "br"),
        ("gzip, br;q=0.5", "br"),
        ("zstd;q=0, br", "br"),
        ("gzip", None),
        ("", None),
    ],
)
def test_points_are_coded_as_the_client_likes(client: Any, detail: JsonObject, accept: str, coding: str | None) -> None:
    url = detail["frames"][0]["points_url"]
    with client.stream("GET", url, headers={"accept-encoding": accept}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["vary"] == "accept-encoding"
    if coding == "zstd":
        raw = zstandard.ZstdDecompressor().decompress(raw)
    elif coding == "br":
        raw = brotli.decompress(raw)
    assert raw == plain(client, url).content


def test_what_the_url_names_may_be_kept_for_ever(client: Any, detail: JsonObject) -> None:
    frame = detail["frames"][0]
    for url in (frame["points_url"], frame["image_urls"]["image_02"]):
        answer = client.get(url)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        unnamed = client.get(url.split("?")[0])
        assert unnamed.headers["cache-control"] == "no-cache"
        assert client.get(url.split("?")[0] + "?v=old").headers["cache-control"] == "no-cache"
        again = client.get(url, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_file_written_anew_has_another_url(
    client: Any, imported: JsonObject, detail: JsonObject, dataset: Any
) -> None:
    dataset.cloud(0).write_bytes(dataset.cloud(1).read_bytes() + bytes(16))
    after = client.get(f"/api/scenes/{imported['id']}").json()
    assert after["frames"][0]["points_url"] != detail["frames"][0]["points_url"]
    assert after["frames"][1]["points_url"] == detail["frames"][1]["points_url"]
    assert len(decode(plain(client, after["frames"][0]["points_url"]).content)) == 201


def test_a_truncated_cloud_is_one_clear_line_and_the_rest_works(client: Any, detail: JsonObject, dataset: Any) -> None:
    path = dataset.cloud(1)
    path.write_bytes(path.read_bytes()[:-3])
    answer = client.get(detail["frames"][1]["points_url"])
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "invalid")
    assert "000001.bin" in error["message"]
    assert "3197" in error["message"]
    assert client.get(detail["frames"][0]["points_url"]).status_code == 200
    assert client.get(detail["frames"][1]["image_urls"]["image_02"]).status_code == 200


def test_a_cloud_that_vanished_is_one_clear_line(client: Any, detail: JsonObject, dataset: Any) -> None:
    dataset.cloud(2).unlink()
    error = client.get(detail["frames"][2]["points_url"]).json()["error"]
    assert error["code"] == "invalid"
    assert "000002.bin" in error["message"]


def test_a_frame_without_a_cloud_or_picture_says_so(
    client: Any, project_id: str, dataset: Any, finish_job: Any
) -> None:
    dataset.cloud(1).unlink()
    dataset.image(2).unlink()
    job = client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json()
    finish_job(client, job)
    scene = client.get(f"/api/projects/{project_id}/scenes").json()[0]
    detail = client.get(f"/api/scenes/{scene['id']}").json()
    assert [frame["points_url"] is None for frame in detail["frames"]] == [False, True, False]
    assert [list(frame["image_urls"]) for frame in detail["frames"]] == [["image_02"], ["image_02"], []]
    assert scene["problem_count"] == len(detail["problems"]) >= 2
    url = f"/api/scenes/{scene['id']}/frames"
    assert client.get(f"{url}/1/points").json()["error"]["message"] == "frame 1 has no cloud"
    assert client.get(f"{url}/2/images/image_02").status_code == 404
    assert client.get(f"{url}/2/points").status_code == 200
    assert client.get(f"{url}/3/points").status_code == 404
    assert client.get(f"{url}/0/images/image_99").status_code == 404


def test_pictures_are_the_files_own_bytes(client: Any, detail: JsonObject, dataset: Any) -> None:
    url = detail["frames"][0]["image_urls"]["image_02"]
    answer = client.get(url)
    assert answer.content == dataset.image(0).read_bytes()
    assert answer.headers["content-type"] == "image/jpeg"


def test_the_type_is_what_the_bytes_are(client: Any, detail: JsonObject, dataset: Any) -> None:
    Image.new("RGB", (124, 37)).save(dataset.image(0), "PNG")
    answer = client.get(detail["frames"][0]["image_urls"]["image_02"])
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
@pytest.mark.parametrize("query", ["", "&width=64"])
def test_a_file_that_is_no_picture_is_one_clear_line(
    client: Any, detail: JsonObject, dataset: Any, content: bytes, query: str
) -> None:
    dataset.image(1).write_bytes(content)
    answer = client.get(detail["frames"][1]["image_urls"]["image_02"] + query)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "invalid")
    assert "000001.jpg" in error["message"]
    assert client.get(detail["frames"][0]["image_urls"]["image_02"]).status_code == 200


def test_small_pictures(client: Any, detail: JsonObject, dataset: Any) -> None:
    url = detail["frames"][0]["image_urls"]["image_02"]
    small = client.get(url + "&width=62")
    assert small.headers["content-type"] == "image/jpeg"
    assert "immutable" in small.headers["cache-control"]
    assert small.headers["etag"] != client.get(url).headers["etag"]
    assert Image.open(io.BytesIO(small.content)).size == (62, 18)
    assert Image.open(io.BytesIO(client.get(url + "&width=2000").content)).size == (124, 37)
    assert client.get(url + "&width=100000").status_code == 422
    truncated = dataset.image(0).read_bytes()[:-200]
    dataset.image(0).write_bytes(truncated)
    assert client.get(url + "&width=62").json()["error"]["code"] == "invalid"


def test_a_picture_too_large_to_decode_is_refused(
    client: Any, detail: JsonObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.images.MAX_PIXELS", 1000)
    answer = client.get(detail["frames"][0]["image_urls"]["image_02"] + "&width=62")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_links_out_of_the_dataset_are_refused(client: Any, detail: JsonObject, dataset: Any, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(dataset.cloud(0).read_bytes())
    for path in (dataset.cloud(0), dataset.image(0)):
        path.unlink()
        path.symlink_to(secret)
    frame = detail["frames"][0]
    for url in (frame["points_url"], frame["image_urls"]["image_02"]):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden_path")
    inside = dataset.image(1)
    inside.unlink()
    inside.symlink_to(dataset.image(2))
    assert client.get(detail["frames"][1]["image_urls"]["image_02"]).status_code == 200


@pytest.mark.parametrize("camera", ["..%2f..%2fsecret", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd"])
def test_a_camera_is_a_name_not_a_path(client: Any, imported: JsonObject, camera: str) -> None:
    answer = client.get(f"/api/scenes/{imported['id']}/frames/0/images/{camera}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
