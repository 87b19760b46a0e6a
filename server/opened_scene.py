"""A scene that something is proposed for, with what is known of its categories and of its people's habits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.errors import InvalidError
from server.learnt import Lesson
from server.schemas import proposals as wire

if TYPE_CHECKING:
    from autolabel.follow import Subject
    from fusion import Scene
    from labels import Category
    from pointcloud import FitHabits


@dataclass(frozen=True)
class Opened:
    """A scene that something is proposed for.

    Attributes:
        scene_id: Its id.
        scene: What it refers to.
        revision: Its labels as they are now.
        categories: Those of its project's taxonomy, by name.
        lesson: What its labels taught, as far as known.
    """

    scene_id: str
    scene: Scene
    revision: int
    categories: dict[str, Category]
    lesson: Lesson | None

    @property
    def habits(self) -> FitHabits:
        """How its people draw boxes."""
        from pointcloud import DEFAULT_HABITS

        habits = None if self.lesson is None else self.lesson.habits
        return DEFAULT_HABITS if habits is None else habits

    def prior(self, category: str, given: wire.Size | None, own: wire.Size | None) -> wire.SizePrior:
        """The usual size of a category: as asked, as people here draw it, as the taxonomy says, or the box's own.

        Raises:
            InvalidError: Nobody knows one.
        """
        if given is not None:
            return wire.SizePrior(size_lwh_m=given, source="given", track_count=0)
        learnt = None if self.lesson is None else self.lesson.sizes.get(category)
        if learnt is not None:
            return wire.SizePrior(size_lwh_m=learnt[0], source="labels", track_count=learnt[1])
        known = self.categories.get(category)
        if known is not None:
            return wire.SizePrior(size_lwh_m=known.size_prior_lwh_m, source="taxonomy", track_count=0)
        if own is None:
            raise InvalidError(f"the project has no category {category}, so its usual size is not known")
        return wire.SizePrior(size_lwh_m=own, source="box", track_count=0)

    def is_rigid(self, category: str) -> bool:
        """Whether its objects are no persons or animals."""
        known = self.categories.get(category)
        return known is None or known.is_rigid

    def subject(self, category: str, prior: wire.SizePrior) -> Subject:
        """What is looked for."""
        from autolabel.follow import Subject

        return Subject(category, prior.size_lwh_m, self.is_rigid(category), self.habits)
