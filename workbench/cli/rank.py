"""``workbench rank``: a ranking of any long table, with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, say
from workbench.cli.ranks import print_board, print_consensus
from workbench.cli.verbs import Verb

if TYPE_CHECKING:
    import pandas as pd

    from workbench.challenge.ranking.ranking import Ranking

COLUMNS = ("task", "case", "unit", "centre", "algorithm", "value")


@click.command(
    "rank",
    cls=Verb,
    examples=(
        "workbench rank table.csv --direction maximize",
        "workbench rank table.csv --direction maximize --unit patient --scheme rank_then_mean "
        "--html ranking.html --figures figures",
    ),
)
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--direction", required=True, help="Which values are better: maximize or minimize.")
@click.option(
    "--scheme",
    default="mean_then_rank",
    show_default=True,
    help="mean_then_rank, median_then_rank, quantile_then_rank, rank_then_mean, rank_then_median "
    "or test_then_rank.",
)
@click.option("--task", help="Column of the task.  [default: task, if there]")
@click.option("--case", help="Column of the case.  [default: case]")
@click.option(
    "--unit", help="Column that says whose a case is (patient).  [default: unit, if there]"
)
@click.option("--centre", help="Column of the centre.  [default: centre, if there]")
@click.option("--algorithm", help="Column of the algorithm.  [default: algorithm]")
@click.option("--value", help="Column of the value.  [default: value]")
@click.option("--ties", default="min", show_default=True, help="min, max or average.")
@click.option(
    "--missing",
    metavar="POLICY",
    help="Missing values: reject, worst, worst-observed, drop or a number. Needed where some are.",
)
@click.option(
    "--range",
    "value_range",
    nargs=2,
    type=float,
    metavar="LOW HIGH",
    help="Range of the metric, for --missing worst.",
)
@click.option(
    "--consensus",
    type=click.Choice(["mean_rank", "kemeny"]),
    default="mean_rank",
    show_default=True,
    help="How several tasks are joined.",
)
@click.option("--resamples", default=1000, show_default=True, type=int, help="Bootstrap resamples.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed.")
@click.option("--level", default=0.95, show_default=True, type=float, help="Level of intervals.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with all figures.")
@click.option("--figures", type=click.Path(path_type=Path), help="Write figures, SVG and CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    table: Path,
    html: Path | None,
    figures: Path | None,
    as_json: bool,
    missing: str | None,
    value_range: tuple[float, float] | None,
    **options: Any,
) -> None:
    """Rank the algorithms of a long table, and say how sure that is.

    Rank intervals, rank sets and tie groups stand beside each rank. TABLE is a CSV with one row a
    value: case, algorithm, value and, where there are some, task, unit (patient) and centre. Other
    column names are named by options.
    """
    from workbench.challenge.ranking import rank
    from workbench.challenge.ranking.long_file import read_long_file

    columns = {part: options.pop(part) for part in COLUMNS}
    named = {part: column for part, column in columns.items() if column}
    policy = _policy(missing)
    ranking = rank(
        read_long_file(table), columns=named, missing=policy, value_range=value_range, **options
    )
    facts = ranking.facts()
    consensus = ranking.table("consensus") if facts["n_tasks"] > 1 else None
    if html or figures:
        _write(ranking, facts, html, figures, table.name)
    if as_json:
        print_json(document(ranking, consensus))
        return
    print_board(ranking.table("scores"), facts)
    if consensus is not None:
        print_consensus(consensus, facts)


def document(ranking: Ranking, consensus: pd.DataFrame | None) -> dict[str, Any]:
    """Return a ranking as JSON: per task one entry an algorithm, best first, and all else."""
    scores = ranking.table("scores")
    tasks = {
        str(task): part.drop(columns="task").to_dict("records")
        for task, part in scores.groupby("task", sort=False)
    }
    joined = [] if consensus is None else consensus.to_dict("records")
    return {"conventions": ranking.facts(), "tasks": tasks, "consensus": joined}


def _policy(missing: str | None) -> Any:
    """Return the policy for missing values, a number as such."""
    try:
        return None if missing is None else float(missing)
    except ValueError:
        return missing


def _write(
    ranking: Ranking, facts: Mapping[str, Any], html: Path | None, figures: Path | None, title: str
) -> None:
    """Write the page and the figures, and say where."""
    from workbench.report.ranking import write_figures, write_ranking_page

    tables = ranking.tables()
    if html:
        say(f"page: {write_ranking_page(tables, facts, html, title=title)}")
    if figures:
        say(f"figures: {len(write_figures(tables, figures, facts))} files in {figures}")
