"""Frames' times: numbers of seconds (or parts of them), or texts of ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median
from typing import Any

from formats.format import Guess

UNITS: dict[str, int] = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
QUESTION = "timestamp-unit"
MAX_TIME_NS = 2**62
MAX_TEXT = 60
NOMINAL_STEP_NS = 100_000_000
EPOCH_FROM = Decimal(10) ** 8
"""Seconds since 1970 are above this from 1973 on; a thousand times as many are milliseconds, and so forth."""
LONGEST_STEP_S = 20
ISO = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,12}))?(Z|[+-]\d\d:?\d\d)?")


def parse_time(value: Any) -> Decimal | int | None:
    """A time: a count of an unknown unit as a Decimal, or nanoseconds since 1970 as an int; None for anything else."""
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return _from_iso(value) if ISO.fullmatch(value.strip()) else _decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e19 < value < 1e19:
        return None
    return _decimal(repr(value))


def guess_unit(counts: Sequence[Decimal]) -> Guess:
    """The unit of a scene's times, by their size where they count from 1970, else by the step between frames."""
    largest = max(abs(count) for count in counts)
    steps = [later - earlier for earlier, later in pairwise(counts)]
    step = median(steps) if steps else Decimal(0)
    if largest >= EPOCH_FROM:
        unit = next((unit for unit in UNITS if largest < EPOCH_FROM * 1000 * _per_second(unit)), "ns")
        if step < LONGEST_STEP_S * _per_second(unit):
            return Guess(QUESTION, unit, f"the times reach {largest:.0f}, which is {unit} since 1970")
    if step <= 0:
        return Guess(QUESTION, "s", "a single time says nothing of its unit", is_sure=False)
    unit = next((unit for unit in UNITS if step < LONGEST_STEP_S * _per_second(unit)), "ns")
    return Guess(QUESTION, unit, f"the median step between frames is {step:.6g}, taken for {unit}", is_sure=False)


def frame_times(values: Sequence[Any], numbers: Sequence[int], unit: str | None) -> tuple[list[int], Guess | None, str]:
    """The frames' times in nanoseconds.

    Args:
        values: What each frame says, or None.
        numbers: The frames' own numbers, from which nominal times follow where the file's cannot be used.
        unit: The unit that a person or the writer named; guessed where None.

    Returns:
        The times, how their unit was settled (None where it did not matter), and what is wrong with them, or "".
    """
    nominal = [NOMINAL_STEP_NS * number for number in numbers]
    parsed = [parse_time(value) for value in values]
    if all(value is None for value in values):
        return nominal, None, "expected a timestamp in every frame, found none: frames are read as 10 Hz"
    if (missing := parsed.count(None)) > 0:
        reason = f"found none that can be read in {missing} of {len(parsed)}"
        return nominal, None, f"expected a timestamp in every frame, {reason}: frames are read as 10 Hz"
    counts = [value for value in parsed if isinstance(value, Decimal)]
    guess = None
    if counts:
        guess = guess_unit(counts) if unit is None else Guess(QUESTION, unit, "as told")
    times = [_nanoseconds(value, guess) for value in parsed if value is not None]
    if any(abs(time) > MAX_TIME_NS for time in times) or any(b <= a for a, b in pairwise(times)):
        return nominal, guess, "expected timestamps that rise from frame to frame: frames are read as 10 Hz"
    return times, guess, ""


def encode_time(timestamp_ns: int) -> str:
    """Seconds with nine digits behind the point, as a text, so that no digit is lost."""
    sign, (seconds, rest) = "-" * (timestamp_ns < 0), divmod(abs(timestamp_ns), 10**9)
    return f"{sign}{seconds}.{rest:09d}"


def decode_time(value: Any, unit: str) -> int | None:
    """Nanoseconds of one time in a known unit; None for what is none."""
    parsed = parse_time(value)
    if parsed is None:
        return None
    time = _nanoseconds(parsed, Guess(QUESTION, unit, ""))
    return time if abs(time) <= MAX_TIME_NS else None


def _per_second(unit: str) -> int:
    return 10**9 // UNITS[unit]


def _nanoseconds(value: Decimal | int, guess: Guess | None) -> int:
    if isinstance(value, int) or guess is None:
        return int(value)
    return int((value * UNITS[guess.answer]).to_integral_value())


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    # By its exponent: arithmetic with a number of a billion digits would overflow.
    return value if value.is_finite() and (value.is_zero() or -30 < value.adjusted() < 19) else None


def _from_iso(text: str) -> int | None:
    match = ISO.fullmatch(text.strip())
    if match is None:
        return None
    whole, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(whole + (zone or ""))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + int((fraction or "0")[:9].ljust(9, "0"))
