from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formats.given import cuboid_fingerprint
from geometry import SE3
from labels import Cuboid
from labels.records import decode_cuboid, encode_cuboid


def cuboids() -> list[Cuboid]:
    rng = np.random.default_rng(4)
    turns = [*Rotation.random(40, rng=rng), Rotation.from_euler("z", np.pi), Rotation.identity()]
    return [
        Cuboid(str(i), "t", i, SE3(turn.as_matrix(), rng.normal(scale=40, size=3)), rng.uniform(0.5, 5, 3))
        for i, turn in enumerate(turns)
    ]


@pytest.mark.parametrize("cuboid", cuboids(), ids=lambda cuboid: cuboid.id)
def test_a_passage_through_records_changes_nothing(cuboid: Cuboid) -> None:
    again = decode_cuboid(encode_cuboid(decode_cuboid(encode_cuboid(cuboid))))
    assert cuboid_fingerprint(again, "Car") == cuboid_fingerprint(cuboid, "Car")


def test_geometry_size_and_category_count_and_nothing_else() -> None:
    cuboid = cuboids()[0]
    print_ = cuboid_fingerprint(cuboid, "Car")
    moved = SE3(cuboid.ego_from_object.rotation, cuboid.ego_from_object.translation + [0.001, 0, 0])
    turned = cuboid.ego_from_object @ SE3.from_yaw(0.001, [0, 0, 0])
    assert cuboid_fingerprint(replace(cuboid, ego_from_object=moved), "Car") != print_
    assert cuboid_fingerprint(replace(cuboid, ego_from_object=turned), "Car") != print_
    assert cuboid_fingerprint(replace(cuboid, size_lwh_m=cuboid.size_lwh_m * 1.001), "Car") != print_
    assert cuboid_fingerprint(cuboid, "Van") != print_
    same = replace(cuboid, attributes={"occluded": 2}, confirmed_by="human:a", score=0.5)
    assert cuboid_fingerprint(same, "Car") == print_
    assert len(print_) == 16
