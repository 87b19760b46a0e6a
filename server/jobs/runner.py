"""Hands jobs to an executor, watches their rows, and tells the browsers; resumes what a former server left."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from pathlib import Path

from sqlalchemy import select

from server.jobs.worker import prepare_worker, run_job
from server.store import jobs
from server.store.db import Database
from server.store.tables import JobRow

POLL_S = 0.2
GO_ON: frozenset[jobs.JobKind] = frozenset({"autolabel"})
"""Kinds of jobs that lose little when they are begun again."""
MOST_DEATHS = 2
_log = logging.getLogger(__name__)


def process_pool(workers: int) -> Executor:
    """Worker processes that start clean and only when there is work."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=prepare_worker)


class JobRunner:
    """Runs jobs. Rows are the truth: a worker may be anywhere and writes there; this only watches."""

    def __init__(
        self,
        database: Database,
        exports_dir: Path,
        models_dir: Path,
        make_executor: Callable[[], Executor],
        on_progress: Callable[[JobRow], None],
    ) -> None:
        """Nothing runs before ``start``.

        Args:
            database: The store.
            exports_dir: Where export jobs leave archives.
            models_dir: Where models are.
            make_executor: Called when the first job comes, and again after a worker died.
            on_progress: Called with every changed row, from this runner's own thread.
        """
        self._database = database
        self._folders = (str(exports_dir), str(models_dir))
        self._make_executor = make_executor
        self._on_progress = on_progress
        self._executor: Executor | None = None
        self._lock = threading.Lock()
        self._watched: set[str] = set()
        self._deaths: Counter[str] = Counter()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="job-watch", daemon=True)

    def start(self) -> None:
        """Watch, and resume what waited or ran when a former server ended."""
        self._thread.start()
        with self._database.write() as session:
            left = [row.id for row in jobs.active_jobs(session)]
            for job_id in left:
                jobs.requeue(session, job_id)
        for job_id in left:
            self.submit(job_id)

    def submit(self, job_id: str) -> None:
        """Run a waiting job as soon as a worker is free."""
        with self._lock:
            if self._stopping.is_set():
                return
            if self._executor is None:
                self._executor = self._make_executor()
            executor = self._executor
            self._watched.add(job_id)
        try:
            future = executor.submit(run_job, job_id, self._database.url, *self._folders)
        except BrokenExecutor:
            self._replace(executor)
            self.submit(job_id)
            return
        future.add_done_callback(lambda done: self._on_done(job_id, executor, done))
        self._wake.set()

    def stop(self) -> None:
        """End cleanly: what runs goes back to waiting and is resumed by the next server."""
        with self._lock:
            self._stopping.set()
            executor, self._executor = self._executor, None
        with self._database.write() as session:
            for row in jobs.active_jobs(session):
                jobs.requeue(session, row.id)
        self._wake.set()
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)
        if self._thread.ident is not None:
            self._thread.join()

    def _on_done(self, job_id: str, executor: Executor, future: Future[None]) -> None:
        if self._stopping.is_set() or future.cancelled():
            return
        error = future.exception()
        if isinstance(error, BrokenExecutor):
            self._replace(executor)
            self._recover(job_id)
        elif error is not None:
            _log.error("job %s could not run", job_id, exc_info=error)
            self._fail(job_id, f"could not run ({type(error).__name__}); see the server's log")
        self._wake.set()

    def _replace(self, broken: Executor) -> None:
        """A pool that lost a worker takes no more work; the next job gets a new one."""
        with self._lock:
            if self._executor is broken:
                self._executor = None
        broken.shutdown(wait=False)

    def _recover(self, job_id: str) -> None:
        """After a worker died: those that only waited go to the new pool; the job it ran has failed.

        But one that goes on where it was gets another try or two: another process may have eaten the memory.
        """
        with self._database.write() as session:
            row = jobs.find_job(session, job_id)
            if row is not None and row.state == "running" and row.kind in GO_ON and self._deaths[job_id] < MOST_DEATHS:
                self._deaths[job_id] += 1
                jobs.requeue(session, job_id)
                session.refresh(row)
        if row is not None and row.state == "queued":
            self.submit(job_id)
        else:
            self._fail(job_id, "its worker process died, perhaps for lack of memory; what it finished is kept")

    def _fail(self, job_id: str, error: str) -> None:
        with self._database.write() as session:
            jobs.finish(session, job_id, "failed", "failed", error=error)

    def _watch(self) -> None:
        seen: dict[str, tuple[str, float, str]] = {}
        while not self._stopping.is_set():
            self._wake.wait(POLL_S if self._watched else None)
            self._wake.clear()
            for row in self._rows():
                shown = (row.state, row.progress, row.message)
                if seen.get(row.id) != shown:
                    seen[row.id] = shown
                    self._on_progress(row)
                if row.state not in jobs.ACTIVE:
                    seen.pop(row.id)
                    with self._lock:
                        self._watched.discard(row.id)

    def _rows(self) -> list[JobRow]:
        with self._lock:
            watched = list(self._watched)
        with self._database.read() as session:
            rows = list(session.scalars(select(JobRow).where(JobRow.id.in_(watched))))
        # A job goes with its project.
        with self._lock:
            self._watched -= set(watched) - {row.id for row in rows}
        return rows
