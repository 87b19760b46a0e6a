"""One error shape, on every route."""

from __future__ import annotations

from typing import Any

import pytest

from server.app import create_app
from server.settings import Settings

IDS = {
    "project_id": "nobody",
    "scene_id": "nowhere",
    "job_id": "never",
    "frame_index": "0",
    "camera": "image_02",
    "version": "1",
}


def all_operations() -> list[tuple[str, str]]:
    paths = create_app(Settings()).openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def check_shape(answer: Any, status: int, code: str) -> str:
    body = answer.json()
    assert answer.status_code == status, body
    assert list(body) == ["error"]
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    message = body["error"]["message"]
    assert message
    assert "\n" not in message
    assert "Traceback" not in answer.text
    return str(message)


IDENTITY = {"quat_wxyz": [1.0, 0.0, 0.0, 0.0], "translation_m": [0.0, 0.0, 0.0]}
BOX = {"ego_from_object": IDENTITY, "size_lwh_m": [4.0, 2.0, 1.5]}
TRACK: dict[str, Any] = {
    "id": "t", "external_id": None, "category": "Car", "is_rigid": True, "is_static": False,
    "first_frame": 0, "last_frame": 0, "interpolate_in": "world", "attributes": {},
}  # fmt: skip
KEY = {
    **BOX, "id": "k", "track_id": "t", "frame_index": 0, "source": "human", "confirmed_by": None, "score": None,
    "attributes": {}, "ends_segment": False,
}  # fmt: skip
ONE_TRACK = {"track": TRACK, "keys": [KEY]}
CHANGE = {
    "schema_version": 1, "change_id": "c", "scene_id": "nowhere", "author": "x", "time": "x",
    "base_revision": 0, "added": {}, "updated": {}, "removed": {},
}  # fmt: skip
MERGE = {"path": "/"}
BODIES: dict[str, Any] = {
    "/import": {"path": "/"},
    "/export": {"format": "kitti-tracking"},
    "/check": {"format": "kitti-tracking"},
    "/relink": {"old_root": "/a", "new_root": "/b"},
    "/merge-labels": MERGE,
    "/merge-labels/check": MERGE,
    "/changes": CHANGE,
    "/taxonomy": {"name": "x", "version": 2, "categories": [], "attributes": []},
    "/fit": {"click": [0.0, 0.0, 0.0], "category": "Car"},
    "/refit": {"box": BOX, "category": "Car"},
    "/fit-in-image": {"camera": "image_02", "ltrb_px": [0.0, 0.0, 9.0, 9.0], "category": "Car"},
    "/extend": {**ONE_TRACK, "direction": "forward"},
    "/thin": ONE_TRACK,
    "/snap": {**ONE_TRACK, "track": {**TRACK, "is_static": True}, "frame_index": 0},
    "/motion": ONE_TRACK,
    "/points-per-frame": ONE_TRACK,
    "/autolabel": {},
    "/activate": {"propose": True},
}
WITHOUT_BODY = ("/cancel", "/files/check", "/files/accept")


def body_of(method: str, path: str) -> Any:
    if method not in ("POST", "PUT") or path.endswith(WITHOUT_BODY):
        return None
    return BODIES[max((end for end in BODIES if path.endswith(end)), key=len)]


@pytest.mark.parametrize(("method", "path"), [pair for pair in all_operations() if "{" in pair[1]])
def test_an_unknown_id_is_not_found(client: Any, method: str, path: str) -> None:
    answer = client.request(method, path.format(**IDS), json=body_of(method, path))
    check_shape(answer, 404, "not_found")


WITH_BODY = [pair for pair in all_operations() if pair[0] in ("POST", "PUT") and not pair[1].endswith(WITHOUT_BODY)]


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_is_not_json_is_a_bad_request(client: Any, method: str, path: str) -> None:
    answer = client.request(method, path.format(**IDS), content=b"{", headers={"content-type": "application/json"})
    check_shape(answer, 400, "bad_request")


def test_other_errors_of_http(client: Any) -> None:
    check_shape(client.get("/api/nothing"), 404, "not_found")
    check_shape(client.put("/api/health"), 405, "bad_request")
    check_shape(client.post("/api/projects", json={"name": ""}), 422, "invalid")
    check_shape(client.post("/api/projects", json={"name": "x", "owner": "y"}), 422, "invalid")
    check_shape(client.get("/api/scenes/x/frames/-1/points"), 422, "invalid")


def test_a_fault_of_the_server_shows_no_trace(settings: Settings, serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    with serve(settings, raise_server_exceptions=False) as client:
        monkeypatch.setattr("server.store.projects.list_projects", fail)
        message = check_shape(client.get("/api/projects"), 500, "internal")
    assert "secret" not in message
