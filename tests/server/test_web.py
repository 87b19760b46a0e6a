"""The web app's files and its one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings


@pytest.fixture(autouse=True)
def web_app(settings: Settings, tmp_path: Path) -> None:
    assert settings.web_dir is not None
    (settings.web_dir / "assets").mkdir(parents=True)
    (settings.web_dir / "index.html").write_text("<title>app</title>")
    (settings.web_dir / "assets" / "main-1a2b.js").write_text("run()")
    (tmp_path / "secret.txt").write_text("secret")
    (settings.web_dir / "link.txt").symlink_to(tmp_path / "secret.txt")


@pytest.mark.parametrize("path", ["/", "/projects/1", "/scenes/a/b", "/index.html"])
def test_every_address_of_the_app_is_its_page(client: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>app</title>")
    assert answer.headers["cache-control"] == "no-cache"


def test_built_files_may_be_kept_for_ever(client: Any) -> None:
    answer = client.get("/assets/main-1a2b.js")
    assert answer.text == "run()"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/assets/main-old.js").status_code == 404


@pytest.mark.parametrize(
    ("accept", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "zstd", b"small"),
        ("gzip, deflate", "gzip", b"larger"),
        ("zstd;q=0, gzip", "gzip", b"larger"),
        ("br", None, b"run()"),
        ("", None, b"run()"),
    ],
)
def test_built_files_are_coded_as_the_client_likes(
    client: Any, settings: Settings, accept: str, coding: str | None, body: bytes
) -> None:
    assert settings.web_dir is not None
    (settings.web_dir / "assets" / "main-1a2b.js.zst").write_bytes(b"small")
    (settings.web_dir / "assets" / "main-1a2b.js.gz").write_bytes(b"larger")
    with client.stream("GET", "/assets/main-1a2b.js", headers={"accept-encoding": accept}) as answer:
        assert b"".join(answer.iter_raw()) == body
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "accept-encoding"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/link.txt",
        "/%2fetc%2fpasswd",
        "/a%00b",
    ],
)
def test_nothing_outside_is_served(client: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden_path")


def test_an_app_that_is_not_built_says_so(client: Any, settings: Settings) -> None:
    assert settings.web_dir is not None
    (settings.web_dir / "index.html").unlink()
    answer = client.get("/")
    assert answer.status_code == 503
    assert "not built yet" in answer.text


def test_the_page_of_a_scene_asks_for_what_it_needs_at_once(client: Any, settings: Settings) -> None:
    assert settings.web_dir is not None
    (settings.web_dir / "scene.html").write_text("<title>scene</title>")
    answer = client.get("/scenes/a%20b/")
    assert (answer.text, answer.headers["cache-control"]) == ("<title>scene</title>", "no-cache")
    assert "</api/scenes/a%20b>; rel=preload; as=fetch" in answer.headers["link"]
    assert "</api/scenes/a%20b/labels>; rel=preload" in answer.headers["link"]
    for other in ("/", "/scenes", "/scenes/a/b", "/projects/1"):
        answer = client.get(other)
        assert answer.text == "<title>app</title>"
        assert "link" not in answer.headers
