"""How good a prediction is against the truth: average precision, errors of matched pairs, tracking."""

from quality.metrics.kitti_rules import KITTI_CLASSES, EvaluatedClass
from quality.metrics.objects import NO_TRACK, ObjectTable
from quality.metrics.report import evaluate, evaluate_tracking

__all__ = ["KITTI_CLASSES", "NO_TRACK", "EvaluatedClass", "ObjectTable", "evaluate", "evaluate_tracking"]
