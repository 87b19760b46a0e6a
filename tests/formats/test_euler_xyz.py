from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formats.euler_xyz import euler_from_rotation, rotation_from_euler


@given(rotvec=st.tuples(*[st.floats(-3, 3)] * 3))
def test_angles_give_their_rotation_back(rotvec: tuple[float, float, float]) -> None:
    rotation = Rotation.from_rotvec(rotvec).as_matrix()
    np.testing.assert_allclose(rotation_from_euler(euler_from_rotation(rotation)), rotation, atol=1e-7)


def test_a_right_angle_about_y_is_no_trouble() -> None:
    rotation = rotation_from_euler((0.3, np.pi / 2, 0.2))
    np.testing.assert_allclose(rotation_from_euler(euler_from_rotation(rotation)), rotation, atol=1e-7)
