"""The WebSocket: revisions, presence and jobs, one socket a browser."""

from __future__ import annotations

import anyio
from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from server.realtime import Client, Hub
from server.schemas.realtime import ClientMessage, Ping, ShowPresence, Watch
from server.services import ServicesDep

router = APIRouter()
TRY_AGAIN = 1013
UNSUPPORTED = 1003
MAX_MESSAGE_CHARACTERS = 4096


@router.websocket("/ws")
async def watch_changes(socket: WebSocket, services: ServicesDep) -> None:
    """Serve one browser until it goes, or is too slow, or sends nonsense."""
    await socket.accept()
    with services.hub.connected(services.settings.user_name) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_send, socket, client, tasks.cancel_scope)
            await _receive(socket, client, services.hub)
            tasks.cancel_scope.cancel()


async def _send(socket: WebSocket, client: Client, both: anyio.CancelScope) -> None:
    try:
        while (message := await client.outbox.get()) is not None:
            await socket.send_json(message)
        await socket.close(TRY_AGAIN)
    except (WebSocketDisconnect, RuntimeError):
        pass  # gone while something was on its way
    both.cancel()


async def _receive(socket: WebSocket, client: Client, hub: Hub) -> None:
    try:
        while True:
            text = await socket.receive_text()
            try:
                message = ClientMessage.model_validate_json(text[:MAX_MESSAGE_CHARACTERS]).root
            except ValidationError as error:
                await socket.close(UNSUPPORTED, reason=f"not a message: {error.errors()[0]['msg']}"[:120])
                return
            _handle(message, client, hub)
    except WebSocketDisconnect:
        return


def _handle(message: Watch | ShowPresence | Ping, client: Client, hub: Hub) -> None:
    if isinstance(message, Watch):
        hub.watch(client, message.scene_id)
    elif isinstance(message, ShowPresence):
        hub.show_presence(client, message.frame_index, message.selected_track_id)
    else:
        client.send({"type": "pong"})
