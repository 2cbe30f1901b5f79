"""``workbench rank``: a ranking of any long table, with its uncertainty."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.scores import interval, number
from workbench.cli.verbs import Verb

if TYPE_CHECKING:
    import pandas as pd

    from workbench.challenge.ranking.ranking import Ranking

COLUMNS = ("task", "case", "unit", "centre", "algorithm", "value")
NAME_ROOM = 24


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
    """Rank the algorithms of a long table, with rank intervals, rank sets and tie groups.

    TABLE is a CSV with one row a value: case, algorithm, value and, where there are some, task,
    unit (patient) and centre. Other column names are named by options.
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
    _print(ranking.table("scores"), facts)
    if consensus is not None:
        _print_consensus(consensus, facts)


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


def _print(scores: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Print one board a task, and what the columns mean on stderr."""
    for place, (task, part) in enumerate(scores.groupby("task", sort=False)):
        first = part.iloc[0]
        print("\n" * bool(place), end="")
        print(
            f"{task}: "
            * bool(task)
            + f"{facts['scheme']}, {facts['direction']}, {first['n_cases']} cases of "
            f"{first['n_units']} units, {first['level']:.0%} intervals"
        )
        print_table([_row(row) for row in part.to_dict("records")])
    say(
        "ranks: bootstrap interval; set: ranks the tests of all pairs leave possible; "
        "tied: with the leader"
    )
    if facts["unit"] == "case":
        say("Every case is its own unit: name the patient with --unit where cases share one.")


def _print_consensus(consensus: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Print the ranking over all tasks; where several are equally good, the first of them."""
    n_solutions = consensus["solution"].nunique()
    more = f", first of {n_solutions} that are equally good" if n_solutions > 1 else ""
    print(f"\nconsensus over {facts['n_tasks']} tasks: {facts['consensus']}{more}")
    first = consensus[consensus["solution"] == consensus["solution"].iloc[0]]
    rows = [
        {
            "rank": f"{row['rank']:g}",
            "algorithm": _name(row["algorithm"]),
            "mean rank": number(row["mean_rank"], 2),
        }
        for row in first.to_dict("records")
    ]
    print_table(rows)


def _name(name: str) -> str:
    """Return a name, cut in the middle where a person reads it at a terminal."""
    if not sys.stdout.isatty() or len(name) <= NAME_ROOM:
        return name
    return f"{name[: NAME_ROOM // 2]}…{name[-(NAME_ROOM // 2 - 1) :]}"


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of the board that fits 80 columns at a terminal."""
    return {
        "rank": f"{row['rank']:g}",
        "algorithm": _name(row["algorithm"]),
        "value": number(row["value"], 3),
        "interval": interval(row["low"], row["high"], 3),
        "ranks": _range(row["rank_low"], row["rank_high"]),
        "set": _range(row["set_low"], row["set_high"]),
        "P(1)": f"{row['p_first']:.2f}",
        "tied": "yes" if row["tie_group"] else "",
    }


def _range(low: float, high: float) -> str:
    """Return a range of ranks.

    >>> _range(1.0, 3.0), _range(2, 2)
    ('1-3', '2')
    """
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"
