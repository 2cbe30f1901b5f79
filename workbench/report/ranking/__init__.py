"""A ranking as a page and as figures: plain tables in, one HTML file or a folder of SVG out.

The tables are those of ``workbench.challenge.ranking.Ranking.tables()``, the facts those of its
``facts()``; any tables of the same columns do.
"""

from workbench.report.ranking.figure import Figure
from workbench.report.ranking.figures import stability_figure, task_figures
from workbench.report.ranking.files import csv_text, write_figures
from workbench.report.ranking.page import write_ranking_page
from workbench.report.ranking.view import TaskView, views

__all__ = [
    "Figure",
    "TaskView",
    "csv_text",
    "stability_figure",
    "task_figures",
    "views",
    "write_figures",
    "write_ranking_page",
]
