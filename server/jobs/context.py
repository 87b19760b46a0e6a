"""What a job body is given: where things are, and how to say how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from server.store import jobs
from server.store.db import Database

REPORT_EVERY_S = 0.25


class JobCancelledError(Exception):
    """Somebody asked the job to stop."""


class JobInterruptedError(Exception):
    """The server stops; the job waits for the next one."""


class Report(Protocol):
    """Says how far the work is; may raise ``JobCancelledError`` or ``JobInterruptedError`` to end it."""

    def __call__(self, progress: float, message: str) -> None:
        """``progress`` runs from 0 to 1."""


@dataclass(frozen=True)
class JobContext:
    """Where a body works.

    Attributes:
        database: The store.
        exports_dir: Where archives go.
        models_dir: Where models are.
        job_id: The job's own id.
        project_id: The project it works for.
        report: Says how far it is.
    """

    database: Database
    exports_dir: Path
    models_dir: Path
    job_id: str
    project_id: str
    report: Report


class RowReport:
    """A report that writes to the job's row, at most four times a second, and heeds what it finds there."""

    def __init__(self, database: Database, job_id: str) -> None:
        """Report on a job."""
        self._database = database
        self._job_id = job_id
        self._next_s = 0.0

    def __call__(self, progress: float, message: str) -> None:
        """Write the row when it is time; raise where the job must end."""
        if time.monotonic() < self._next_s:
            return
        with self._database.write() as session:
            row = jobs.find_job(session, self._job_id)
            if row is None or row.cancel_requested:
                raise JobCancelledError
            if row.state != "running":
                raise JobInterruptedError
            row.progress, row.message = min(max(progress, 0.0), 1.0), message
        self._next_s = time.monotonic() + REPORT_EVERY_S
