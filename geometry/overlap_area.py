"""The area that two rotated rectangles share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geometry.arrays import BoolArray, FloatArray

NUDGE = 1.234567e-301
"""Makes 0 / 0 to 0 when added to the divisor; far below any length that matters."""


def separated(
    x: FloatArray,
    y: FloatArray,
    cos: FloatArray,
    sin: FloatArray,
    half_a: Sequence[FloatArray],
    half_b: Sequence[FloatArray],
) -> BoolArray:
    """(N,) which pairs of rectangles surely share nothing, by the separating axis theorem.

    Arguments as of ``shared_area``.
    """
    cos_up, sin_up = np.abs(cos), np.abs(sin)
    apart = np.abs(x) > half_a[0] + (cos_up * half_b[0] + sin_up * half_b[1])
    apart |= np.abs(y) > half_a[1] + (sin_up * half_b[0] + cos_up * half_b[1])
    apart |= np.abs(x * cos + y * sin) > half_b[0] + (cos_up * half_a[0] + sin_up * half_a[1])
    apart |= np.abs(y * cos - x * sin) > half_b[1] + (sin_up * half_a[0] + cos_up * half_a[1])
    return np.asarray(apart)


def shared_area(
    x: FloatArray,
    y: FloatArray,
    cos: FloatArray,
    sin: FloatArray,
    half_a: Sequence[FloatArray],
    half_b: Sequence[FloatArray],
) -> FloatArray:
    """(N,) area common to pairs of rectangles.

    One integral is added up for each edge of ``b``, seen by ``a`` as the square [-1, 1] × [-1, 1]. By Green's theorem
    the common area is -Σ over the edges of ``b``, counter-clockwise, of ∫ clamp(y(x), -1, 1) dx, x running over the
    part of the edge in [-1, 1]. No polygon is built and no case is special, so touching, nested and identical boxes
    need no care: clamping is continuous, and edges of ``a`` are never asked on which side they lie.

    Args:
        x: (N,) centre of ``b`` along the length of ``a``, from the centre of ``a``.
        y: (N,) centre of ``b`` along the width of ``a``.
        cos: (N,) cosine of the turn from ``a`` to ``b``.
        sin: (N,) sine of that turn.
        half_a: Half the length, (N,), and half the width, (N,), of ``a``; what follows is not looked at.
        half_b: Those of ``b``.
    """
    # Half the edges: those across ``b`` (its front and rear), then those along it (its sides).
    edge_x = np.stack([-sin * half_b[1], cos * half_b[0]]) / half_a[0]
    edge_y = np.stack([cos * half_b[1], sin * half_b[0]]) / half_a[1]
    # Their middles, (2, 2, N): on the positive and the negative side of ``b``.
    middle_x, middle_y = x / half_a[0], y / half_a[1]
    middle_x = np.stack([middle_x + edge_x[::-1], middle_x - edge_x[::-1]])
    middle_y = np.stack([middle_y + edge_y[::-1], middle_y - edge_y[::-1]])
    (front, left), (rear, right) = _edge_integrals(middle_x, middle_y, edge_x, edge_y)
    # The front is run from right to left, the left side from rear to front: against the clock there.
    area = ((rear - front) + (left - right)) * (half_a[0] * half_a[1])
    most = 4.0 * np.minimum(half_a[0] * half_a[1], half_b[0] * half_b[1])
    return np.asarray(np.minimum(np.maximum(area, 0.0), most))


def _edge_integrals(middle_x: FloatArray, middle_y: FloatArray, edge_x: FloatArray, edge_y: FloatArray) -> FloatArray:
    """∫ clamp(y, -1, 1) dx along edges that run from middle - edge to middle + edge, where x is in [-1, 1].

    With c = clamp(y), the mean of c over a straight run from y0 to y1 is half of
    (c0 + c1) + (c1 - c0) / (y1 - y0) · ((y0 + y1) - (c0 + c1)), whose quotient lies in [0, 1].
    The steps are done in place, because this is where the time goes.
    """
    slope = edge_x * edge_y / (edge_x * edge_x + NUDGE)  # an upright edge covers no x: any slope serves
    y0, y1 = middle_x - edge_x, middle_x + edge_x
    _clamp(y0, out=y0)
    _clamp(y1, out=y1)
    run = y1 - y0
    _move_along(y0, middle_x, middle_y, slope)
    _move_along(y1, middle_x, middle_y, slope)
    c0, c1 = _clamp(y0, out=middle_x), _clamp(y1, out=middle_y)
    share = c1 - c0
    c0 += c1
    rise = np.subtract(y1, y0, out=c1)
    rise += NUDGE
    share /= rise
    y0 += y1
    y0 -= c0
    share *= y0
    share += c0
    share *= run
    share *= 0.5
    return share


def _move_along(x: FloatArray, middle_x: FloatArray, middle_y: FloatArray, slope: FloatArray) -> None:
    """Turn each x into the y that the edge has there, in place."""
    x -= middle_x
    x *= slope
    x += middle_y


def _clamp(values: FloatArray, out: FloatArray) -> FloatArray:
    np.maximum(values, -1.0, out=out)
    return np.minimum(out, 1.0, out=out)
