"""The judge: checks, metrics, agreement, effort, reports."""

from quality.check import Check
from quality.check_context import CheckContext
from quality.finding import SEVERITIES, Finding, Severity, finding_order
from quality.point_counts import PointCounts
from quality.run_checks import all_checks, find_checks, run_checks

__all__ = [
    "SEVERITIES",
    "Check",
    "CheckContext",
    "Finding",
    "PointCounts",
    "Severity",
    "all_checks",
    "find_checks",
    "finding_order",
    "run_checks",
]
