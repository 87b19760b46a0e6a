"""What a worker process does: take a job's row, run its body, write how it ended."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from geometry.errors import TrueboxError
from server.jobs.autolabel import run_autolabel
from server.jobs.context import JobCancelledError, JobContext, JobInterruptedError, RowReport
from server.jobs.export_labels import run_export
from server.jobs.import_dataset import run_import
from server.jobs.run_merge import run_merge
from server.store import jobs
from server.store.db import Database
from server.store.tables import JsonObject

JOB_BODIES: Mapping[str, Callable[[JobContext, JsonObject], JsonObject]] = {
    "import": run_import,
    "export": run_export,
    "merge": run_merge,
    "autolabel": run_autolabel,
}
_log = logging.getLogger(__name__)


def run_job(job_id: str, database_url: str, exports_dir: str, models_dir: str) -> None:
    """Run a waiting job to its end; whatever happens is written to its row."""
    database = _database(database_url)
    with database.write() as session:
        row = jobs.start(session, job_id)
    if row is None:
        return
    report = RowReport(database, job_id)
    context = JobContext(database, Path(exports_dir), Path(models_dir), job_id, row.project_id, report)
    try:
        result = JOB_BODIES[row.kind](context, row.arguments)
    except JobInterruptedError:
        return
    except JobCancelledError:
        _finish(database, job_id, "cancelled", "cancelled")
    except (TrueboxError, ValueError) as error:
        _finish(database, job_id, "failed", "failed", error=str(error))
    except Exception as error:  # noqa: BLE001  the row must say so, whatever it is
        _log.exception("job %s failed", job_id)
        _finish(
            database,
            job_id,
            "failed",
            "failed",
            error=f"failed unexpectedly ({type(error).__name__}: {error}); see the log",
        )
    else:
        _finish(database, job_id, "done", "done", result=result)


def prepare_worker() -> None:
    """Make a worker process leave Ctrl-C to the server, and die with the server even where that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _database(url: str) -> Database:
    return Database(url)


def _finish(
    database: Database,
    job_id: str,
    state: jobs.JobState,
    message: str,
    *,
    error: str | None = None,
    result: JsonObject | None = None,
) -> None:
    one_line = None if error is None else " ".join(error.split())
    with database.write() as session:
        jobs.finish(session, job_id, state, message, error=one_line, result=result)
