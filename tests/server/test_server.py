"""A real server killed in the middle of 1 000 saves: what was acknowledged is there, and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from labels import RECORD_KINDS, LabelSet, apply, decode_change
from labels.records import DECODERS
from server.settings import Settings
from server.store import labels as store
from server.store.db import Database

JsonObject = dict[str, Any]
SAVES = 1000
CLIENTS = 4


@contextmanager
def real_server(data_dir: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """``truebox serve`` in a process of its own, and where it answers."""
    command = [sys.executable, "-m", "server.cli", "serve", "--data-dir", str(data_dir), "--port", "0"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "NO_COLOR": "1"})
    try:
        give_up = time.monotonic() + 60
        while "Truebox is at " not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up
            time.sleep(0.02)
        yield process, log.read_text().split("Truebox is at ")[1].split()[0]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def scene_id(tmp_path: Path, make_scene_row: Any) -> str:
    database = Database(Settings(data_dir=tmp_path / "data").sqlalchemy_url)
    database.migrate()
    with database.write() as session:
        made: str = make_scene_row(session, SAVES)
    database.close()
    return made


def make_changes(scene_id: str, make: Any, client: int) -> list[JsonObject]:
    """One client's saves: a track, then its key cuboids and moves of them."""
    track_id = f"track-{client}"
    track = make.track(track_id, last_frame=SAVES - 1)
    changes = [make.change(scene_id, added={"tracks": [track]})]
    for number in range(SAVES // CLIENTS - 1):
        cuboid = make.cuboid(f"{track_id}-{number // 2}", track_id, number // 2)
        moved = cuboid | {"ends_segment": True}
        tables = (
            {"updated": {"cuboids": [{"from": cuboid, "to": moved}]}}
            if number % 2
            else {"added": {"cuboids": [cuboid]}}
        )
        changes.append(make.change(scene_id, **tables))
    return changes


def send_all(url: str, changes: list[JsonObject], acknowledged: dict[str, int]) -> None:
    """Send one after another until the server is gone; note what it acknowledged."""
    with httpx.Client(base_url=url, timeout=30) as http:
        for change in changes:
            try:
                answer = http.post(f"/api/scenes/{change['scene_id']}/changes", json=change)
            except httpx.TransportError:
                return
            assert answer.status_code == 200, answer.text
            acknowledged[change["change_id"]] = answer.json()["revision"]


def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(tmp_path: Path, scene_id: str, make: Any) -> None:
    queues = [make_changes(scene_id, make, client) for client in range(CLIENTS)]
    acknowledged: dict[str, int] = {}
    with real_server(tmp_path / "data", tmp_path / "first.log") as (process, url):
        threads = [threading.Thread(target=send_all, args=(url, queue, acknowledged)) for queue in queues]
        for thread in threads:
            thread.start()
        while len(acknowledged) < SAVES // 2:
            assert process.poll() is None
            time.sleep(0.001)
        process.kill()
        for thread in threads:
            thread.join()
    before = dict(acknowledged)
    assert SAVES // 2 <= len(before) < SAVES
    with real_server(tmp_path / "data", tmp_path / "second.log") as (_, url):
        kept = {row["change"]["change_id"]: row["revision"] for row in read_log(url, scene_id)}
        assert before.items() <= kept.items()
        assert len(kept) <= len(before) + CLIENTS
        # As browsers do: whatever was not acknowledged again, with the same ids; and some that were.
        for queue in queues:
            known = sum(change["change_id"] in before for change in queue)
            send_all(url, queue[max(0, known - 10) :], acknowledged)
        log = read_log(url, scene_id)
        labels = httpx.get(f"{url}/api/scenes/{scene_id}/labels").json()
    assert sorted(acknowledged) == sorted(row["change"]["change_id"] for row in log)
    assert [row["revision"] for row in log] == list(range(1, SAVES + 1))
    assert before.items() <= acknowledged.items()
    check_tables(tmp_path / "data", scene_id, log, labels)


def read_log(url: str, scene_id: str) -> list[JsonObject]:
    answer = httpx.get(f"{url}/api/scenes/{scene_id}/changes", params={"limit": 1000})
    changes: list[JsonObject] = answer.json()["changes"]
    return changes


def check_tables(data_dir: Path, scene_id: str, log: list[JsonObject], labels: JsonObject) -> None:
    """The tables are the log replayed, and what a rebuild makes of it."""
    replayed = LabelSet()
    for row in log:
        replayed = apply(replayed, decode_change(row["change"]))
    for kind in RECORD_KINDS:
        assert {r["id"]: DECODERS[kind](r, kind) for r in labels[kind]} == getattr(replayed, kind)
    database = Database(Settings(data_dir=data_dir).sqlalchemy_url)
    with database.write() as session:
        store.rebuild(session, scene_id)
    with database.read() as session:
        assert json.loads(json.dumps(store.read_labels(session, scene_id))) == labels
    database.close()
