"""A check: a name, what it says, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from quality.check_context import CheckContext
from quality.finding import Finding, Severity


@dataclass(frozen=True)
class Check:
    """One rule that labels are held against; each module of ``quality.checks`` has one, named ``CHECK``.

    Attributes:
        rule: Its name in findings and on the command line.
        title: What it is called on screen.
        description: What it compares, and how far things may differ.
        severity: How grave its findings are; a single one may be graver or lighter.
        find: Yields what it finds, in any order.
        needs_points: Whether it looks into the clouds, which takes longer.
    """

    rule: str
    title: str
    description: str
    severity: Severity
    find: Callable[[CheckContext], Iterator[Finding]]
    needs_points: bool = False

    def finding(
        self,
        sentence: str,
        *,
        frame_index: int | None = None,
        label_ids: tuple[str, ...] = (),
        value: float | None = None,
        severity: Severity | None = None,
        details: Mapping[str, str | float] | None = None,
    ) -> Finding:
        """A finding of this check."""
        return Finding(
            self.rule,
            severity or self.severity,
            sentence,
            frame_index,
            label_ids,
            None if value is None else round(float(value), 6),
            details={
                name: entry if isinstance(entry, str) else round(float(entry), 6)
                for name, entry in (details or {}).items()
            },
        )
