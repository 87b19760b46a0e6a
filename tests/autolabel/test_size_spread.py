"""How much the sizes of a class differ."""

from __future__ import annotations

import numpy as np

from autolabel.classes import ObjectClass
from autolabel.size_spread import spreads_from_json, spreads_of, usual_spread

CAR = ObjectClass("Car", (4.0, 1.8, 1.5), is_rigid=True)
PERSON = ObjectClass("Person", (0.7, 0.6, 1.75), is_rigid=False)


def test_before_anything_is_labelled_it_is_what_is_usual() -> None:
    found = spreads_of((CAR, PERSON), {})
    np.testing.assert_allclose(found["Car"], usual_spread(CAR))
    np.testing.assert_allclose(found["Person"], usual_spread(PERSON))


def test_many_labelled_objects_decide() -> None:
    rng = np.random.default_rng(3)
    sizes = np.array(CAR.size_lwh_m) + rng.normal(0.0, [0.9, 0.3, 0.02], (4000, 3))
    np.testing.assert_allclose(spreads_of((CAR,), {"Car": sizes})["Car"], [0.9, 0.3, 0.02], rtol=0.05)


def test_one_like_the_class_hardly_narrows_it() -> None:
    alike = spreads_of((CAR,), {"Car": np.array([CAR.size_lwh_m])})["Car"]
    assert (alike < usual_spread(CAR)).all()
    assert (alike > 0.9 * usual_spread(CAR)).all()


def test_a_file_that_says_nothing_of_a_class_leaves_what_is_usual() -> None:
    read = spreads_from_json((CAR, PERSON), {"Car": [0.5, 0.2, 0.1]})
    assert read["Car"].tolist() == [0.5, 0.2, 0.1]
    np.testing.assert_allclose(read["Person"], usual_spread(PERSON))
