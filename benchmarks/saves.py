"""Saves a second and how long each takes, over HTTP to a real server on SQLite, beside bare SQLite commits."""

from __future__ import annotations

import http.client
import json
import sqlite3
import tempfile
import time
import uuid
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.drives import write_simulated_drive
from benchmarks.errors import BenchmarkError
from benchmarks.server_process import ServerProcess
from geometry import SE3
from labels import Cuboid, LabelChange, Track, encode_change

NAME = "saves"
LIMIT_P99_MS = 20.0


def run(*, saves: int = 1000, warm_up: int = 50) -> dict[str, float | int | str | None]:
    """One writer, one change a request, as one person dragging boxes makes them; each change moves a cuboid."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        drive = write_simulated_drive(folder / "drive", 1, azimuths=36, pictures=False)
        with ServerProcess(folder / "data") as server, Bare(folder / "bare.sqlite") as bare:
            scene_id = server.import_folder(drive.folder, project="saves")[0]["id"]
            post = _Poster(server.url, scene_id)
            ours_ms, bare_ms = [], []
            for turn, body in enumerate(_changes(scene_id, warm_up + saves)):
                ours, plain = post(body), bare(body)
                if turn >= warm_up:
                    ours_ms.append(ours)
                    bare_ms.append(plain)
            post.close()
            revision = server.request("GET", f"/scenes/{scene_id}")["revision"]
    p50, p99 = np.percentile(ours_ms, [50, 99])
    bare_p50, bare_p99 = np.percentile(bare_ms, [50, 99])
    return {
        "saves": saves,
        "acknowledged_and_kept": revision - warm_up,
        "saves_per_s": 1e3 / float(np.mean(ours_ms)),
        "p50_ms": float(p50),
        "p99_ms": float(p99),
        "limit_p99_ms": LIMIT_P99_MS,
        "p99_of_limit": float(p99) / LIMIT_P99_MS,
        "bare_sqlite_p50_ms": float(bare_p50),
        "bare_sqlite_p99_ms": float(bare_p99),
        "times_bare_sqlite": float(p50 / bare_p50),
    }


class _Poster:
    """Sends changes over one connection, as a browser does."""

    def __init__(self, url: str, scene_id: str) -> None:
        """Connect."""
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._path = f"/api/scenes/{scene_id}/changes"

    def __call__(self, body: bytes) -> float:
        """Milliseconds until the answer is here; raises ``BenchmarkError`` where it is an error."""
        start = time.perf_counter()
        self._connection.request("POST", self._path, body, {"content-type": "application/json"})
        answer = self._connection.getresponse()
        text = answer.read()
        elapsed_ms = (time.perf_counter() - start) * 1e3
        if answer.status != 200:
            raise BenchmarkError(f"a save was refused: {answer.status} {text.decode(errors='replace')}")
        return elapsed_ms

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Bare:
    """The least that keeps a change through a power cut: one insert, one commit, WAL, full sync."""

    def __init__(self, path: Path) -> None:
        """Make the file."""
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("CREATE TABLE changes (id INTEGER PRIMARY KEY, body BLOB)")

    def __enter__(self) -> Bare:
        """Ready."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._database.close()

    def __call__(self, body: bytes) -> float:
        """Milliseconds of one commit."""
        start = time.perf_counter()
        self._database.execute("INSERT INTO changes (body) VALUES (?)", (body,))
        self._database.commit()
        return (time.perf_counter() - start) * 1e3


def _changes(scene_id: str, count: int) -> list[bytes]:
    """The first adds a track with a key, each further one moves that key by a millimetre."""
    track = Track(str(uuid.uuid4()), "Car", 0, 0)
    keys = [
        Cuboid("key", track.id, 0, SE3.from_yaw(0.3, [10 + step / 1000, 2, 0]), np.array([4.2, 1.8, 1.6]))
        for step in range(count)
    ]
    bodies = [_body(scene_id, 0, added={"tracks": (track,), "cuboids": (keys[0],)})]
    return bodies + [
        _body(scene_id, step, updated={"cuboids": (pair,)}) for step, pair in enumerate(pairwise(keys), start=1)
    ]


def _body(scene_id: str, base_revision: int, **tables: Any) -> bytes:
    change = LabelChange(
        str(uuid.uuid4()), scene_id, "human:bench", "2026-01-01T00:00:00+00:00", base_revision, **tables
    )
    return json.dumps(encode_change(change)).encode()
