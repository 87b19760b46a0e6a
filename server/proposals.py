"""Answers to questions for proposals: finds the scene, its clouds and what was learnt, and asks the rooms below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.errors import InvalidError, NotFoundError
from server.frame_clouds import FrameClouds
from server.learnt import Learnt
from server.opened_scene import Opened
from server.proposal_views import box_of, fitted_view, reason_view
from server.proposed_tracks import TrackAnswers
from server.scene_cache import SceneCache
from server.schemas import proposals as wire
from server.store import projects, scenes
from server.store.db import Database
from server.store.taxonomies import decode_taxonomy

if TYPE_CHECKING:
    from pointcloud import FitScene


class Proposals:
    """Boxes fitted, tracks carried on; computed for each question, never stored."""

    def __init__(self, database: Database, opened: SceneCache, clouds: FrameClouds, learnt: Learnt) -> None:
        """As the services of the app."""
        self._database, self._scenes = database, opened
        self._clouds, self._learnt = clouds, learnt
        self._tracks = TrackAnswers(clouds, learnt)

    def close(self) -> None:
        """End the background work."""
        self._learnt.close()
        self._clouds.close()

    def fit(self, scene_id: str, frame_index: int, body: wire.FitRequest) -> wire.FittedBox:
        """See ``server.api.proposals``; so for all below."""
        from pointcloud import fit_at

        opened, cloud = self._open_frame(scene_id, frame_index)
        prior = opened.prior(body.category, body.size_lwh_m, None)
        fitted = fit_at(
            cloud,
            body.click,
            prior.size_lwh_m,
            is_rigid=opened.is_rigid(body.category),
            heading_hint_rad=body.heading_rad,
            habits=opened.habits,
        )
        if fitted is None:
            raise InvalidError("the click or the size is no place or size of an object")
        self._clouds.prefetch(opened.scene, frame_index + 1)
        return fitted_view(fitted, prior)

    def refit(self, scene_id: str, frame_index: int, body: wire.RefitRequest) -> wire.FittedBox:
        """A box fitted again."""
        from pointcloud import refit

        opened, cloud = self._open_frame(scene_id, frame_index)
        prior = opened.prior(body.category, None, body.box.size_lwh_m)
        fitted = refit(cloud, box_of(body.box), prior.size_lwh_m, body.what, habits=opened.habits)
        self._clouds.prefetch(opened.scene, frame_index + 1)
        return fitted_view(fitted, prior)

    def fit_in_image(self, scene_id: str, frame_index: int, body: wire.FitInImageRequest) -> wire.FitInImageAnswer:
        """A rectangle of an image."""
        from autolabel.follow import fit_in_image
        from fusion import camera_view

        opened, cloud = self._open_frame(scene_id, frame_index)
        if body.camera not in opened.scene.cameras_of(frame_index):
            raise NotFoundError(f"frame {frame_index} has no camera {body.camera}")
        prior = opened.prior(body.category, None, None)
        view = camera_view(opened.scene, frame_index, body.camera)
        found = fit_in_image(cloud, view, body.ltrb_px, opened.subject(body.category, prior))
        return wire.FitInImageAnswer(
            fitted=None if found.fitted is None else fitted_view(found.fitted, prior),
            overlap=found.overlap,
            reason=None if found.reason is None else reason_view(found.reason),
        )

    def extend(self, scene_id: str, body: wire.ExtendRequest) -> wire.ExtendAnswer:
        """A track carried on."""
        opened = self._open(scene_id)
        own = body.keys[0].size_lwh_m
        prior = opened.prior(body.track.category, None, own)
        return self._tracks.extend(opened, opened.subject(body.track.category, prior), prior, body)

    def thin(self, scene_id: str, body: wire.ThinRequest) -> wire.ThinAnswer:
        """The fewest keys."""
        return self._tracks.thin(self._open(scene_id), body)

    def snap(self, scene_id: str, body: wire.SnapRequest) -> wire.SnapAnswer:
        """A static track that follows its points."""
        opened = self._open(scene_id)
        prior = opened.prior(body.track.category, None, body.keys[0].size_lwh_m)
        return self._tracks.snap(opened, opened.subject(body.track.category, prior), body)

    def motion(self, scene_id: str, body: wire.TrackRequest | None) -> wire.SceneMotion:
        """Whether things stand or move."""
        return self._tracks.motion(self._open(scene_id), body)

    def points_per_frame(self, scene_id: str, body: wire.TrackRequest) -> wire.PointsPerFrame:
        """How well a track is seen."""
        return self._tracks.points_per_frame(self._open(scene_id), body)

    def _open(self, scene_id: str) -> Opened:
        with self._database.read() as session:
            row = scenes.get_scene(session, scene_id)
            taxonomy = decode_taxonomy(projects.get_project(session, row.project_id).taxonomy)
        scene = self._scenes.open(row)
        lesson = self._learnt.newest(scene_id, row.revision, lambda frame: self._clouds.known(scene, frame))
        categories = {category.name: category for category in taxonomy.categories}
        return Opened(scene_id, scene, row.revision, categories, lesson)

    def _open_frame(self, scene_id: str, frame_index: int) -> tuple[Opened, FitScene]:
        opened = self._open(scene_id)
        if frame_index >= len(opened.scene.frames):
            last = len(opened.scene.frames) - 1
            raise NotFoundError(f"the scene has no frame {frame_index}; its last is {last}")
        return opened, self._clouds.get(opened.scene, frame_index)
