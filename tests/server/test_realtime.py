"""The WebSocket: revisions, presence, jobs, and clients that misbehave."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from server.realtime import QUEUE_LENGTH, Hub

JsonObject = dict[str, Any]
URL = "ws://127.0.0.1:8642/api/ws"


def receive(socket: Any, kind: str) -> JsonObject:
    """The next message of a kind; others are passed over."""
    while True:
        message: JsonObject = socket.receive_json()
        if message["type"] == kind:
            return message


def watch(socket: Any, scene_id: str | None) -> None:
    """Watch a scene, and wait until the server has heard it."""
    socket.send_json({"type": "watch", "scene_id": scene_id})
    socket.send_json({"type": "ping"})
    receive(socket, "pong")


def test_a_change_is_told_to_all_who_watch_the_scene(client: Any, imported: JsonObject, make: Any) -> None:
    scene_id = imported["id"]
    with client.websocket_connect(URL) as mine, client.websocket_connect(URL) as other:
        assert receive(mine, "hello")["name"] == "Ada"
        watch(mine, scene_id)
        watch(other, "elsewhere")
        changes = [make.change(scene_id, n + 1, added={"tracks": [make.track(f"t{n}")]}) for n in range(3)]
        for change in changes:
            client.post(f"/api/scenes/{scene_id}/changes", json=change)
            client.post(f"/api/scenes/{scene_id}/changes", json=change)
        told = [receive(mine, "revision") for _ in changes]
        assert [message["revision"] for message in told] == [2, 3, 4]
        assert [message["change"] for message in told] == [c | {"author": "human:local"} for c in changes]
        watch(other, None)  # would have passed over nothing but its own presence
        mine.send_json({"type": "ping"})
        assert mine.receive_json() == {"type": "pong"}


def test_people_see_each_other(client: Any, imported: JsonObject) -> None:
    with client.websocket_connect(URL) as first:
        my_id = receive(first, "hello")["client_id"]
        watch(first, imported["id"])
        with client.websocket_connect(URL) as second:
            other_id = receive(second, "hello")["client_id"]
            watch(second, imported["id"])
            people = receive(first, "presence")["people"]
            assert [person["client_id"] for person in people] == [my_id, other_id]
            assert people[0]["color"] != people[1]["color"]
            second.send_json({"type": "presence", "frame_index": 7, "selected_track_id": "t1"})
            shown = receive(first, "presence")["people"][1]
            assert (shown["frame_index"], shown["selected_track_id"]) == (7, "t1")
        assert [person["client_id"] for person in receive(first, "presence")["people"]] == [my_id]


def test_jobs_are_told_to_everybody(client: Any, project_id: str, dataset: Any) -> None:
    with client.websocket_connect(URL) as socket:
        job = client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json()
        told = job
        while told["state"] != "done":
            told = receive(socket, "job")["job"]
            assert told["id"] == job["id"]
        assert told["result"]["scenes_added"] == 1


@pytest.mark.parametrize("text", ["no json", "{}", '{"type": "shout"}', '{"type": "watch"}', "x" * 10_000])
def test_nonsense_ends_the_socket(client: Any, text: str) -> None:
    with client.websocket_connect(URL) as socket:
        receive(socket, "hello")
        socket.send_text(text)
        with pytest.raises(WebSocketDisconnect) as caught:
            socket.receive_json()
        assert caught.value.code == 1003
    assert client.get("/api/health").status_code == 200


def test_a_client_that_does_not_keep_up_is_let_go() -> None:
    async def flood() -> list[Any]:
        hub = Hub()
        hub.open(asyncio.get_running_loop())
        with hub.connected("slow") as client:
            hub.watch(client, "s")
            for revision in range(QUEUE_LENGTH * 2):
                hub.publish_revision("s", revision, {})
            await asyncio.sleep(0)
            return [client.outbox.get_nowait() for _ in range(client.outbox.qsize())]

    messages = asyncio.run(flood())
    assert len(messages) == QUEUE_LENGTH + 1
    assert messages[-1] is None


def test_without_a_loop_nobody_is_told() -> None:
    hub = Hub()
    hub.publish_revision("s", 1, {})
    hub.publish_job({})


def test_the_hub_closes_although_a_client_is_far_behind() -> None:
    hub = Hub()
    with hub.connected("slow") as slow, hub.connected("quick") as quick:
        for number in range(2 * QUEUE_LENGTH):
            slow.send({"type": "job", "number": number})
        hub.close()
        assert slow.outbox.qsize() == QUEUE_LENGTH + 1
        assert [quick.outbox.get_nowait() for _ in range(2)][-1] is None
