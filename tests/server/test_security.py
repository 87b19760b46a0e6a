"""What keeps strangers out: Host, Origin, sizes, paths, headers, and where the server may listen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from server.app import create_app
from server.errors import BindError, ForbiddenPathError
from server.security import check_bind, check_inside, is_loopback
from server.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)
    check_bind(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "", "127.0.0.1.example.org"])
def test_other_addresses_are_refused(host: str) -> None:
    with pytest.raises(BindError, match="has no accounts yet"):
        check_bind(host)


def test_no_app_is_made_for_another_address(tmp_path: Path) -> None:
    with pytest.raises(BindError):
        create_app(Settings(data_dir=tmp_path, host="0.0.0.0"))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "10.0.0.1:8642"])
def test_a_foreign_host_is_refused(client: Any, host: str) -> None:
    for path in ("/", "/api/projects"):
        answer = client.get(path, headers={"host": host})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden_host")


@pytest.mark.parametrize("host", ["localhost:8642", "127.0.0.1", "[::1]:9"])
def test_names_of_this_machine_are_fine(client: Any, host: str) -> None:
    assert client.get("/api/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "file://127.0.0.1:8642"])
def test_a_foreign_page_is_refused(client: Any, origin: str) -> None:
    answer = client.post("/api/projects", json={"name": "x"}, headers={"origin": origin})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden_origin")
    assert client.get("/api/projects", headers={"origin": origin}).status_code == 403


def test_the_own_page_is_fine_and_pictures_of_foreign_ones_are_not(client: Any) -> None:
    own = {"origin": "http://127.0.0.1:8642"}
    assert client.post("/api/projects", json={"name": "x"}, headers=own).status_code == 201
    foreign = client.get("/api/projects", headers={"sec-fetch-site": "cross-site"})
    assert foreign.json()["error"]["code"] == "forbidden_origin"
    assert client.get("/api/projects", headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_a_development_server_can_be_allowed(settings: Settings, serve: Any) -> None:
    allowing = settings.model_copy(update={"allowed_origins": ("http://localhost:5173",)})
    with serve(allowing) as client:
        assert client.get("/api/health", headers={"origin": "http://localhost:5173"}).status_code == 200


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_socket_of_a_foreign_page_is_refused(client: Any, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://127.0.0.1:8642/api/ws", headers=headers):
        pass


def test_bodies_are_bounded(settings: Settings, serve: Any) -> None:
    with serve(settings.model_copy(update={"max_body_mb": 1})) as client:
        large = b'{"name": "' + b"x" * 2**20 + b'"}'
        told = client.post("/api/projects", content=large, headers={"content-type": "application/json"})
        assert (told.status_code, told.json()["error"]["code"]) == (413, "too_large")

        def pieces() -> Any:
            for start in range(0, len(large), 65_536):
                yield large[start : start + 65_536]

        for path in ("/api/projects", "/api/scenes/x/changes"):
            untold = client.post(path, content=pieces(), headers={"content-type": "application/json"})
            assert (untold.status_code, untold.json()["error"]["code"]) == (413, "too_large")


def test_every_answer_has_the_headers_browsers_heed(client: Any) -> None:
    for answer in (client.get("/api/health"), client.get("/api/nothing"), client.get("/", headers={"host": "evil"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


def test_paths_stay_inside(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside, tmp_path / "root-twin"):
        folder.mkdir()
    (root / "inner").symlink_to(root)
    (root / "out").symlink_to(outside)
    assert check_inside(root / "inner" / "file", [root]) == root / "file"
    assert check_inside(root / "out" / "file", [root, outside]) == outside / "file"
    for path in (root / "out" / "file", root / ".." / "outside", outside, root / ".." / "root-twin"):
        with pytest.raises(ForbiddenPathError, match="leads out"):
            check_inside(path, [root])
