"""The WebSocket hub: who watches which scene, and what they are told.

Routes run in threads and the sockets in the event loop; ``publish_…`` may be called from anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

JsonObject = dict[str, Any]
QUEUE_LENGTH = 1000
COLORS = ("#4dabf7", "#ffa94d", "#69db7c", "#e599f7", "#ff8787", "#ffd43b", "#66d9e8", "#b197fc")


@dataclass(eq=False)
class Client:
    """One open socket.

    Attributes:
        client_id: Made by the server.
        name: Of the person.
        color: How others see this person.
        outbox: What waits to be sent; None means that the client is too slow and must reconnect.
        scene_id: The scene it watches, or None.
        frame_index: The frame it shows.
        selected_track_id: The track it has selected, or None.
    """

    client_id: str
    name: str
    color: str
    outbox: asyncio.Queue[JsonObject | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH + 1))
    scene_id: str | None = None
    frame_index: int = 0
    selected_track_id: str | None = None

    def send(self, message: JsonObject) -> None:
        """Queue a message; a client that does not keep up is let go and will read what it missed."""
        if self.outbox.qsize() < QUEUE_LENGTH:
            self.outbox.put_nowait(message)
        else:
            self.let_go()

    def let_go(self) -> None:
        """End its socket after what waits; once is enough."""
        if self.outbox.qsize() <= QUEUE_LENGTH:
            self.outbox.put_nowait(None)

    @property
    def presence(self) -> JsonObject:
        """What others see of it."""
        return {
            "client_id": self.client_id,
            "name": self.name,
            "color": self.color,
            "frame_index": self.frame_index,
            "selected_track_id": self.selected_track_id,
        }


class Hub:
    """All open sockets of this process."""

    def __init__(self) -> None:
        """Nobody is connected, and nothing can be published before ``open``."""
        self._clients: dict[str, Client] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._joined = 0

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Tell which loop the sockets live in."""
        self._loop = loop

    def close(self) -> None:
        """Let every client go."""
        self._loop = None
        for client in self._clients.values():
            client.let_go()

    @contextmanager
    def connected(self, name: str) -> Iterator[Client]:
        """A client for as long as its socket is open; in the loop."""
        client = Client(str(uuid4()), name, COLORS[self._joined % len(COLORS)])
        self._joined += 1
        self._clients[client.client_id] = client
        client.send({"type": "hello", "client_id": client.client_id, "name": name})
        try:
            yield client
        finally:
            del self._clients[client.client_id]
            self.watch(client, None)

    def watch(self, client: Client, scene_id: str | None) -> None:
        """Move a client to a scene; in the loop."""
        left, client.scene_id = client.scene_id, scene_id
        client.selected_track_id = None
        for changed in {left, scene_id} - {None}:
            self._send_presence(changed)

    def show_presence(self, client: Client, frame_index: int, selected_track_id: str | None) -> None:
        """Tell the others of the scene where a client is; in the loop."""
        client.frame_index, client.selected_track_id = frame_index, selected_track_id
        if client.scene_id is not None:
            self._send_presence(client.scene_id)

    def publish_revision(self, scene_id: str, revision: int, change: JsonObject) -> None:
        """Tell everybody who watches the scene of a stored change; from any thread."""
        message = {"type": "revision", "scene_id": scene_id, "revision": revision, "change": change}
        self._in_loop(lambda: self._send(message, scene_id))

    def publish_job(self, job: JsonObject) -> None:
        """Tell everybody how far a job is; from any thread."""
        self._in_loop(lambda: self._send({"type": "job", "job": job}))

    def _send_presence(self, scene_id: str | None) -> None:
        people = [client.presence for client in self._clients.values() if client.scene_id == scene_id]
        self._send({"type": "presence", "scene_id": scene_id, "people": people}, scene_id)

    def _send(self, message: JsonObject, scene_id: str | None = None) -> None:
        for client in self._clients.values():
            if scene_id is None or client.scene_id == scene_id:
                client.send(message)

    def _in_loop(self, callback: Callable[[], None]) -> None:
        # Without a loop there is no socket, so nobody is there to be told.
        if self._loop is not None:
            self._loop.call_soon_threadsafe(callback)
