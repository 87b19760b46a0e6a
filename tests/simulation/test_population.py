"""Other traffic than a common street's."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from simulation import DriveOptions, Population, SimulatedDrive, simulate_drive
from simulation.casting import Casting
from simulation.clearance import footprint, overlap

SCALES = {"Car": 1.06, "Truck": 1.25, "Cyclist": 1.1, "Pedestrian": 1.02}


def counts(drive: SimulatedDrive) -> Counter[str]:
    return Counter(actor.model.category for actor in drive.actors)


def drive_with(population: Population, **options: object) -> SimulatedDrive:
    return simulate_drive(5, 4, options=DriveOptions(pictures=False, azimuths=360, population=population, **options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def common() -> SimulatedDrive:
    return drive_with(Population())


def test_everybody_of_a_category_is_larger_by_its_factor() -> None:
    same, larger = (Casting(np.random.default_rng(3), Population(size_scale=scale)) for scale in ({}, SCALES))
    for cast in ("moving_vehicle", "walker", "cyclist", "bystander"):
        for _ in range(6):
            one, other = getattr(same, cast)(), getattr(larger, cast)()
            np.testing.assert_allclose(other.size_lwh_m, one.size_lwh_m * SCALES.get(one.category, 1.0))


def test_more_people_cyclists_and_lorries_turn_up(common: SimulatedDrive) -> None:
    usual = counts(common)
    crowd = counts(drive_with(Population(people=3.0, cyclists=3.0, lorries=5.0, heavy=("lorry", "bus", "semi"))))
    assert crowd["Pedestrian"] > 1.5 * usual["Pedestrian"]
    assert crowd["Cyclist"] > 1.3 * usual["Cyclist"]
    assert crowd["Truck"] > 1.5 * usual["Truck"]
    few = counts(drive_with(Population(people=0.3, lorries=0.25, parked=0.0)))
    assert few["Pedestrian"] < 0.8 * usual["Pedestrian"]
    assert few["Car"] < usual["Car"]


def test_nobody_touches_another_whatever_their_sizes() -> None:
    drive = drive_with(
        Population(lorries=5.0, cyclists=2.0, heavy=("bus", "semi", "tanker"), size_scale=SCALES, variety=0.08)
    )
    boxes = [box for actor in drive.actors if (box := actor.box_world(2)) is not None]
    corners = np.array([footprint(box.center[:2], np.array(box.yaw_rad), box.size_lwh_m[:2]) for box in boxes])
    first, second = np.triu_indices(len(corners), 1)
    assert not overlap(corners[first], corners[second]).any()
    frame = drive.frame(1)
    for label in frame.objects:
        mine = drive.ego_from_lidar @ frame.points_lidar[frame.point_track == label.track, :3].astype(np.float64)
        assert label.box_ego.contains(mine, 0.08).all()


def test_lookalikes_add_triangles_but_nobody_and_occlusion_can_be_left_out(common: SimulatedDrive) -> None:
    other = drive_with(Population(), lookalikes=2.0, occlusion=False)
    assert len(other._world.scenery.mesh) > len(common._world.scenery.mesh) + 1000
    assert counts(other) == counts(common)
    assert {label.occluded for label in other.frame(0).objects} == {0}


@pytest.mark.parametrize(
    "bad",
    [
        {"people": 0.0},
        {"cyclists": 9.0},
        {"lorries": np.nan},
        {"heavy": ()},
        {"heavy": ("tank",)},
        {"parked": 1.5},
        {"size_scale": {"Tram": 1.1}},
        {"size_scale": {"Car": 3.0}},
        {"variety": -0.1},
    ],
)
def test_crowds_no_street_has_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Population(**bad)  # type: ignore[arg-type]
