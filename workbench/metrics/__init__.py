"""Metrics with their conventions, exact with ties, and their intervals over units.

>>> from workbench import metrics
>>> metric = metrics.get("accuracy")
>>> metric([0, 1, 1, 1], [0, 1, 0, 1])
0.75
"""

from workbench.metrics.base import Metric
from workbench.metrics.bootstrap import UnitBootstrap
from workbench.metrics.case_metric import case_means
from workbench.metrics.catalogue import conventions, get, kind_of, names, parameters
from workbench.metrics.constant import ConstantAnswer, best_constant
from workbench.metrics.cost import TISSUENET_COST, decide, most_likely
from workbench.metrics.intervals import Interval, percentiles
from workbench.metrics.one_value import UndefinedMetricWarning
from workbench.metrics.resampling import unit_weights
from workbench.metrics.subgroups import by_group

__all__ = [
    "TISSUENET_COST",
    "ConstantAnswer",
    "Interval",
    "Metric",
    "UndefinedMetricWarning",
    "UnitBootstrap",
    "best_constant",
    "by_group",
    "case_means",
    "conventions",
    "decide",
    "get",
    "kind_of",
    "most_likely",
    "names",
    "parameters",
    "percentiles",
    "unit_weights",
]
