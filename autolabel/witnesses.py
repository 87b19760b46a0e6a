"""Who is asked about tracks besides the network that found them: a second look at their points, and the images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autolabel.camera.pictured import pictured
from autolabel.recording import Recording
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.second_look import second_look
from autolabel.stopping import ShouldStop, never
from autolabel.tracking.track import ProposedTrack
from autolabel.training.model_file import SHAPE, Model
from fusion import Scene


@dataclass(frozen=True, eq=False)
class Witnesses:
    """Some of them, or none.

    Attributes:
        shape: Who looks at points.
        model: Whose opinion of images is asked, where it has one.
    """

    shape: ShapeJudge | None = None
    model: Model | None = None

    @classmethod
    def of(cls, model: Model) -> Witnesses:
        """All that a model has."""
        return cls(cls.by_shape(model).shape, model)

    @classmethod
    def by_shape(cls, model: Model) -> Witnesses:
        """The one that needs to know nothing of classes."""
        state = model.opinions.get(SHAPE)
        return cls(None if state is None else ShapeJudge(state))

    def heard(
        self,
        tracks: Sequence[ProposedTrack],
        scene: Scene,
        recording: Recording,
        *,
        first_frame: int = 0,
        knows_scene: bool,
        should_stop: ShouldStop = never,
    ) -> list[ProposedTrack]:
        """The tracks with what is said of them, each faced the likelier way.

        Args:
            tracks: Any.
            scene: The scene.
            recording: What the tracks are in: the scene, or a part of it.
            first_frame: The scene's frame that the recording begins with.
            knows_scene: Whether frames of this scene were learnt from.
            should_stop: Asked before each frame.

        Raises:
            Stopped: ``should_stop`` said so.
        """
        found = list(tracks)
        if self.shape is not None:
            found = second_look(found, recording, self.shape, should_stop)
        if self.model is not None:
            found = pictured(
                found,
                scene,
                recording,
                self.model,
                first_frame=first_frame,
                knows_scene=knows_scene,
                should_stop=should_stop,
            )
        return found
