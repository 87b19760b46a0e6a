"""Runs the checks on a scene's labels; every module of ``quality.checks`` with a ``CHECK`` is one."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection
from functools import cache
from importlib import import_module

import quality.checks
from fusion import Scene
from labels import Cuboid, LabelSet, Taxonomy
from quality.check import Check
from quality.check_context import CheckContext
from quality.finding import Finding, finding_order
from quality.point_counts import PointCounts


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, by rule."""
    modules = [import_module(f"quality.checks.{info.name}") for info in pkgutil.iter_modules(quality.checks.__path__)]
    checks: list[Check] = [module.CHECK for module in modules if hasattr(module, "CHECK")]
    return tuple(sorted(checks, key=lambda check: check.rule))


def find_checks(rules: Collection[str] | None = None) -> tuple[Check, ...]:
    """The checks of these rules, or all.

    Raises:
        ValueError: There is no check of a name.
    """
    known = {check.rule: check for check in all_checks()}
    if unknown := sorted(set(rules or ()) - set(known)):
        raise ValueError(f"rules must be among {', '.join(known)}, got {', '.join(unknown)}")
    return tuple(check for rule, check in known.items() if rules is None or rule in rules)


def run_checks(
    scene: Scene,
    labels: LabelSet,
    rules: Collection[str] | None = None,
    *,
    taxonomy: Taxonomy | None = None,
    with_points: bool = True,
    point_counts: PointCounts | None = None,
    fingerprint: Callable[[Cuboid, str], str] | None = None,
) -> list[Finding]:
    """What the checks find in a scene's labels, by frame, then the gravest first, then by rule; always the same order.

    Args:
        scene: The scene.
        labels: Its labels.
        rules: The rules to check; all by default.
        taxonomy: What the project labels: usual sizes, and which categories are rigid.
        with_points: Whether to look into the clouds, which takes longer than all the rest.
        point_counts: Counts to go on from, when a scene is checked again and again.
        fingerprint: What the ``given_for`` of an imported 2D box is compared with, from cuboid and category; without
            it, imported values are taken to be meant for the cuboid as it is.

    Raises:
        ValueError: There is no check of a name.
    """
    checks = find_checks(rules)
    counts = (point_counts or PointCounts()) if with_points else None
    context = CheckContext(scene, labels, taxonomy, counts, fingerprint)
    found = [finding for check in checks if with_points or not check.needs_points for finding in check.find(context)]
    return sorted(found, key=finding_order)
