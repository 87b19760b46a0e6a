"""What a running server is made of; routes get it as ``ServicesDep``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from server.autolabel.answers import AutolabelAnswers
from server.byte_cache import ByteCache
from server.findings import SceneFindings
from server.jobs.runner import JobRunner
from server.proposals import Proposals
from server.realtime import Hub
from server.scene_cache import SceneCache
from server.settings import Settings
from server.store.db import Database


@dataclass(frozen=True)
class Services:
    """The parts, each bounded and safe to use from several threads."""

    settings: Settings
    database: Database
    scenes: SceneCache
    points: ByteCache
    findings: SceneFindings
    proposals: Proposals
    autolabel: AutolabelAnswers
    hub: Hub
    jobs: JobRunner

    @property
    def author(self) -> str:
        """Who is at the screen, while there are no accounts."""
        return "human:local"


def get_services(connection: HTTPConnection) -> Services:
    """The parts of the app that serves the request."""
    services: Services = connection.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
