from __future__ import annotations

from pathlib import Path

import pytest

from formats import FormatError, Guess
from formats.settler import Settler, told


def test_a_person_decides_before_looking_does() -> None:
    settler = Settler(Path("x"), {"unit": "ms"})
    assert settler.settle("unit", "s", "looks like it", is_sure=False) == "ms"
    assert settler.settle("other", "a", "because") == "a"
    assert settler.guesses == [Guess("unit", "ms", "as told"), Guess("other", "a", "because")]
    assert told("unit", settler.assume) == Guess("unit", "ms", "as told")
    assert told("other", settler.assume) is None


@pytest.mark.parametrize("answer", ["0", "-1", "nan", "inf", "many"])
def test_a_number_is_above_zero(answer: str) -> None:
    with pytest.raises(FormatError, match="a number above zero as rate"):
        Settler(Path("x"), {"rate": answer}).number("rate", 10.0, "usual")
    assert Settler(Path("x"), {}).number("rate", 10.0, "usual") == 10.0
