"""Is the server up?"""

from __future__ import annotations

from fastapi import APIRouter

from server.schemas.datasets import Health
from server.version import version

router = APIRouter(tags=["health"])


@router.get("/health")
def read_health() -> Health:
    """The server is up, and this is its version."""
    return Health(status="ok", version=version())
