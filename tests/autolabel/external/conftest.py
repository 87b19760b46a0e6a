"""A made drive, a server that answers what a test wants, and small models."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from autolabel.classes import ClassSet, ObjectClass
from autolabel.recording import Recording
from geometry import SE3, Trajectory
from geometry.arrays import Float32Array

CLASSES: ClassSet = (ObjectClass("Car", (4.0, 1.8, 1.5), True), ObjectClass("Pedestrian", (0.8, 0.7, 1.7), False))
CAR = (4.2, 1.8, 1.5)
STEP_NS = 100_000_000


def car_points(center: tuple[float, float], yaw: float, rng: np.random.Generator) -> Float32Array:
    """The sides and the roof of a car that stands on z = 0."""
    along, across, up = rng.uniform(-0.5, 0.5, (3, 900))
    side = rng.integers(0, 3, 900)
    ends = np.where(rng.random(900) < 0.5, -0.5, 0.5)
    along, across = np.where(side == 0, ends, along), np.where(side == 1, ends, across)
    up = np.where(side == 2, 0.5, up)
    x, y = along * CAR[0], across * CAR[1]
    cos, sin = np.cos(yaw), np.sin(yaw)
    rows = [center[0] + x * cos - y * sin, center[1] + x * sin + y * cos, (up + 0.5) * CAR[2], np.full(900, 0.5)]
    return np.stack(rows, axis=1).astype(np.float32)


def frame_points(index: int) -> Float32Array:
    """A plane, a parked car and one that drives ahead with 10 m/s."""
    rng = np.random.default_rng(index)
    ground = np.zeros((6000, 4), np.float32)
    ground[:, :2] = rng.uniform(-30.0, 30.0, (6000, 2))
    cars = [car_points((12.0, 5.0), 0.5, rng), car_points((-10.0 + index, -6.0), 0.0, rng)]
    return np.concatenate([ground, *cars])


@pytest.fixture(scope="session")
def recording() -> Recording:
    times = [1_000 + STEP_NS * index for index in range(8)]
    trajectory = Trajectory(np.array(times), (SE3.identity(),) * len(times))
    return Recording(times, trajectory, frame_points, np.array([0.25, 0.0, 1.75]))


@pytest.fixture
def empty() -> Recording:
    return Recording([0], None, lambda _: np.zeros((0, 4), np.float32), np.zeros(3))


@pytest.fixture(scope="session")
def classes() -> ClassSet:
    return CLASSES


@dataclass
class Asked:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Server:
    """A server of a test.

    Attributes:
        url: Where it listens.
        asked: All requests so far.
        answer: Writes what goes over the wire, status line and all.
    """

    url: str
    answer: Callable[[Any], None] = lambda _: None
    asked: list[Asked] = field(default_factory=list)
    is_closing: threading.Event = field(default_factory=threading.Event)

    def says(self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer the same from now on."""
        head = f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self.answer = lambda out: out.write(head.encode() + b"\r\n" + body)

    def drips(self, first: bytes, chunk: bytes, pause_s: float) -> None:
        """Answer without end."""

        def write(out: Any) -> None:
            out.write(first)
            while not self.is_closing.is_set():
                out.write(chunk)
                out.flush()
                if pause_s:
                    time.sleep(pause_s)

        self.answer = write


@contextmanager
def serving() -> Iterator[Server]:
    server = Server("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append(Asked(self.path, dict(self.headers.items()), body))
            self.close_connection = True
            try:
                server.answer(self.wfile)
            except (BrokenPipeError, ConnectionResetError):
                return  # who asked has heard enough

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.url = f"http://127.0.0.1:{listener.server_address[1]}/detect"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.is_closing.set()
        listener.shutdown()
        thread.join()
        listener.server_close()


@pytest.fixture(scope="module")
def lasting_server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found
