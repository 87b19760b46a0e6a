"""The judge: checks, metrics, agreement, effort, reports."""

from quality.finding import Finding, Severity

__all__ = ["Finding", "Severity"]
