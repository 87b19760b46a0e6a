"""A small project whose truth is known."""

from __future__ import annotations

import pytest

from autolabel.experiment import Target
from benchmarks.simulated_project import Kind, make_project


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    """Twelve frames of a simulated street, of which the first, the middle and the last but one are labelled."""
    folder = tmp_path_factory.mktemp("project")
    (made,) = make_project(folder, Kind("tiny", "32", 5), 0, scenes=1, frames=12, labeled=3)
    return made
