from __future__ import annotations

from collections.abc import Callable

import pytest

from quality.effort import BASELINES, CostSheet, EffortScene, measure_effort, sensitivity_table


def test_table_holds_the_assumed_prices_and_dearer_looks_cost_more(
    street: EffortScene, spoiled: Callable[..., EffortScene], sheet: CostSheet
) -> None:
    effort = measure_effort([spoiled(street, 0.15)], sheet)
    rows = {(row.review_s, row.create_s): row for row in sensitivity_table(effort, "boxes")}
    assert len(rows) == 6
    for baseline in BASELINES[:2]:
        assumed = effort.ratio(baseline, "boxes").without_seeds
        assert rows[0.3, 30.0].without_seeds[baseline] == pytest.approx(assumed)
        shares = [rows[review_s, 30.0].without_seeds[baseline] or 0.0 for review_s in (0.1, 0.3, 1.0)]
        assert shares == sorted(shares)
        assert (rows[0.3, 60.0].without_seeds[baseline] or 0.0) < shares[1]
