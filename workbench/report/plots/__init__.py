"""Plots as inline SVG text: forest, curves, confusion and reliability.

Each plot takes rows (small frozen dataclasses), which are also the table shown beside it, and
returns one ``<svg>`` element. Colours come from the classes in ``templates/report.css``, so that a
plot follows light and dark pages; the same rows give the same text, byte for byte.
"""

from workbench.report.plots.confusion import confusion
from workbench.report.plots.curves import Curve, curves
from workbench.report.plots.forest import ForestRow, forest
from workbench.report.plots.reliability import ReliabilityBin, reliability, reliability_bins

__all__ = [
    "Curve",
    "ForestRow",
    "ReliabilityBin",
    "confusion",
    "curves",
    "forest",
    "reliability",
    "reliability_bins",
]
