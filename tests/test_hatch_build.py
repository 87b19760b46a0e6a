"""The build hook: builds when the sources changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def web(tmp_path: Path) -> Path:
    for name in hatch_build.SOURCES:
        (tmp_path / name).write_text("{}")
    (tmp_path / "public").mkdir()
    (tmp_path / "src" / "geometry").mkdir(parents=True)
    (tmp_path / "src" / "geometry" / "box.ts").write_text("export {};")
    return tmp_path


def test_digest_changes_with_a_source(web: Path) -> None:
    before = hatch_build.source_digest(web)
    (web / "src" / "geometry" / "box.ts").write_text("export const sides = 6;")
    assert hatch_build.source_digest(web) != before


def test_digest_changes_with_a_name(web: Path) -> None:
    before = hatch_build.source_digest(web)
    (web / "src" / "geometry" / "box.ts").rename(web / "src" / "geometry" / "cuboid.ts")
    assert hatch_build.source_digest(web) != before


def test_digest_is_blind_to_tests_and_to_what_was_built(web: Path) -> None:
    before = hatch_build.source_digest(web)
    (web / "src" / "geometry" / "box.test.ts").write_text("test")
    (web / "dist").mkdir()
    (web / "dist" / "index.html").write_text("built")
    assert hatch_build.source_digest(web) == before


def test_an_app_built_from_these_sources_is_kept(web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build, "run_node", lambda *_: pytest.fail("built again"))
    (web / "dist").mkdir()
    (web / "dist" / ".sources").write_text(hatch_build.source_digest(web))
    hatch_build.build_web(web)


def test_a_changed_app_is_built_and_stamped(web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run_node(folder: Path, script: Path, *arguments: str) -> None:
        ran.append(f"{script.name} {arguments[0]}")
        (folder / "node_modules").mkdir(exist_ok=True)
        (folder / "dist").mkdir(exist_ok=True)

    monkeypatch.setattr(hatch_build, "run_node", run_node)
    hatch_build.build_web(web)
    hatch_build.build_web(web)
    assert ran == ["npm-cli.js ci", "vite.js build"]

    (web / "index.html").write_text("<p>changed</p>")
    hatch_build.build_web(web)
    assert ran[2:] == ["vite.js build"], "the packages did not change"


def test_a_failing_build_says_what_node_printed(web: Path) -> None:
    script = web / "fails.js"
    script.write_text("console.error('no such module: box'); process.exit(3);")
    with pytest.raises(RuntimeError, match=r"`fails\.js build`:\nno such module: box"):
        hatch_build.run_node(web, script, "build")
