"""Messages on the WebSocket, told apart by ``type``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from server.schemas.common import Schema
from server.schemas.jobs import Job
from server.schemas.records import LabelChange


class Watch(Schema):
    """Watch a scene, or none."""

    type: Literal["watch"]
    scene_id: str | None = Field(max_length=200)


class ShowPresence(Schema):
    """Tell the others of the scene where I am."""

    type: Literal["presence"]
    frame_index: int = Field(ge=0)
    selected_track_id: str | None = Field(max_length=200)


class Ping(Schema):
    """Are you there?"""

    type: Literal["ping"]


class Hello(Schema):
    """The first message."""

    type: Literal["hello"]
    client_id: str
    name: str


class RevisionMessage(Schema):
    """A change was stored, mine too."""

    type: Literal["revision"]
    scene_id: str
    revision: int
    change: LabelChange


class Person(Schema):
    """Somebody who watches the scene."""

    client_id: str
    name: str
    color: str = Field(description="#rrggbb")
    frame_index: int
    selected_track_id: str | None


class PresenceMessage(Schema):
    """Everybody who watches the scene, me too."""

    type: Literal["presence"]
    scene_id: str
    people: list[Person]


class JobMessage(Schema):
    """A job got further."""

    type: Literal["job"]
    job: Job


class Pong(Schema):
    """I am."""

    type: Literal["pong"]


class ClientMessage(RootModel[Annotated[Watch | ShowPresence | Ping, Field(discriminator="type")]]):
    """From the browser."""


class ServerMessage(
    RootModel[Annotated[Hello | RevisionMessage | PresenceMessage | JobMessage | Pong, Field(discriminator="type")]]
):
    """To the browser."""
