"""The server as a story: open the store, the caches and the sockets; guard the door; answer; close in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from server.api import (
    autolabel,
    datasets,
    files,
    findings,
    frames,
    health,
    jobs,
    labels,
    projects,
    proposals,
    scenes,
    socket,
)
from server.autolabel.answers import AutolabelAnswers
from server.byte_cache import ByteCache, DiskCache, MemoryCache
from server.error_shape import install_error_handlers
from server.findings import SceneFindings
from server.frame_clouds import FrameClouds
from server.jobs.news import JobNews
from server.jobs.runner import JobRunner, process_pool
from server.learnt import Learnt
from server.openapi import complete_openapi, operation_id
from server.proposals import Proposals
from server.realtime import Hub
from server.scene_cache import SceneCache
from server.schemas.common import ErrorBody
from server.security import Guard, check_bind
from server.services import Services
from server.settings import Settings
from server.store import labels as label_store
from server.store.db import Database
from server.store.tables import JobRow, SceneRow
from server.version import version
from server.views import job_view
from server.web import default_web_dir, serve_web_app

ROUTERS = (health, datasets, projects, scenes, labels, findings, proposals, autolabel, files, frames, jobs)


def create_app(settings: Settings | None = None, make_executor: Callable[[], Executor] | None = None) -> FastAPI:
    """The application.

    Args:
        settings: By default those of the environment.
        make_executor: What runs the jobs; by default worker processes of this machine.

    Raises:
        BindError: The settings ask for an address that others can reach.
    """
    settings = settings or Settings()
    check_bind(settings.host)
    services = _make_services(settings, make_executor)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.database.migrate()
        services.hub.open(asyncio.get_running_loop())
        services.jobs.start()
        try:
            yield
        finally:
            services.hub.close()
            await run_in_threadpool(services.jobs.stop)
            await run_in_threadpool(services.findings.close)
            await run_in_threadpool(services.proposals.close)
            await run_in_threadpool(services.points.close)
            services.database.close()

    app = FastAPI(
        title="Truebox",
        version=version(),
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        separate_input_output_schemas=False,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses={"4XX": {"model": ErrorBody, "description": "What was wrong, in the one error shape."}},
    )
    app.state.services = services
    app.add_middleware(Guard, allowed_origins=settings.allowed_origins, max_body_bytes=settings.max_body_mb * 2**20)
    install_error_handlers(app)
    for module in ROUTERS:
        app.include_router(module.router, prefix="/api")
    app.include_router(socket.router, prefix="/api")
    serve_web_app(app, settings.web_dir or default_web_dir())
    complete_openapi(app)
    return app


def _publish_labels(database: Database, hub: Hub, scene_ids: Iterable[str]) -> None:
    """Tell everybody who watches a scene that labels came into it: the job runs in another process."""
    for scene_id in scene_ids:
        with database.read() as session:
            scene = session.get(SceneRow, scene_id)
            newest = [] if scene is None else label_store.read_changes(session, scene_id, scene.revision - 1, 1)
        for change in newest:
            hub.publish_revision(scene_id, change["revision"], change["change"])


def _make_services(settings: Settings, make_executor: Callable[[], Executor] | None) -> Services:
    database = Database(settings.sqlalchemy_url)
    hub = Hub()
    opened = SceneCache(settings.open_scenes)
    found = SceneFindings(database, opened)
    news = JobNews()
    megabyte = 2**20

    def on_progress(row: JobRow) -> None:
        if row.kind == "import" and row.state == "done":
            opened.forget()
            found.forget()
        if row.kind in ("merge", "autolabel"):
            _publish_labels(database, hub, news.of(row))
        hub.publish_job(job_view(row).model_dump(mode="json"))

    return Services(
        settings=settings,
        database=database,
        scenes=opened,
        points=ByteCache(
            MemoryCache(settings.points_memory_mb * megabyte),
            DiskCache(settings.points_dir, settings.points_disk_mb * megabyte),
        ),
        findings=found,
        proposals=Proposals(database, opened, FrameClouds(settings), Learnt(database)),
        autolabel=AutolabelAnswers(database, opened, settings.models_dir),
        hub=hub,
        jobs=JobRunner(
            database,
            settings.exports_dir,
            settings.models_dir,
            make_executor or (lambda: process_pool(settings.job_workers)),
            on_progress,
        ),
    )
