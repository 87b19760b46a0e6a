"""How long people would take: with a machine's proposals, against three ways of labelling without them."""

from quality.effort.adapters import effort_tracks, lidar_places
from quality.effort.assisted import scene_ledger
from quality.effort.controls import nothing_proposed, truth_proposed
from quality.effort.corrections import is_exact
from quality.effort.costs import CostSheet, KindTolerance, ReviewRules, Tolerances, UnitCosts
from quality.effort.effort import Effort, Seeds, measure_effort
from quality.effort.errors import CostFileError
from quality.effort.ledger import Ledger, Tally
from quality.effort.load_costs import load_costs
from quality.effort.measured import MeasuredTime, measure_time
from quality.effort.report import effort_lines, effort_report
from quality.effort.scene import Band, EffortScene, EffortTrack, ReviewMode
from quality.effort.sensitivity import sensitivity_table
from quality.effort.work import BASELINES, Baseline

__all__ = [
    "BASELINES",
    "Band",
    "Baseline",
    "CostFileError",
    "CostSheet",
    "Effort",
    "EffortScene",
    "EffortTrack",
    "KindTolerance",
    "Ledger",
    "MeasuredTime",
    "ReviewMode",
    "ReviewRules",
    "Seeds",
    "Tally",
    "Tolerances",
    "UnitCosts",
    "effort_lines",
    "effort_report",
    "effort_tracks",
    "is_exact",
    "lidar_places",
    "load_costs",
    "measure_effort",
    "measure_time",
    "nothing_proposed",
    "scene_ledger",
    "sensitivity_table",
    "truth_proposed",
]
