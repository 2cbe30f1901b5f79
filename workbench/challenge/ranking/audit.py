"""Do published ranks follow from the published numbers?

The rule most tables name: rank the teams by each metric, take the mean of the ranks, and rank the
means; equal teams share a place and the next place is skipped. Each step is done again from what is
printed one step before, and the whole chain from the printed metric values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.ranking.combine import mean_of_ranks, rank_weights
from workbench.challenge.ranking.findings import Findings
from workbench.challenge.ranking.missing import Direction, check_direction
from workbench.challenge.ranking.published import Printed, read_printed
from workbench.challenge.ranking.ties import Ties, ranks_of
from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.metrics import case_means


@dataclass(frozen=True)
class Audit:
    """What a published table says and what follows from it.

    Attributes:
        recomputed: One row a team: team, ``rank <metric>`` for each metric, mean_rank and rank
            (both from the printed metric values), and rank_by_mean_value where all metrics have
            the same direction (empty otherwise): what ranking the mean of the values would give.
        findings: One row a disagreement: team, column, printed, recomputed, kind, explanation. The
            kind is ``contradiction`` (no unrounded numbers explain the print) or ``rounding``
            (numbers that agree when rounded may have differed).
    """

    recomputed: pd.DataFrame
    findings: pd.DataFrame

    @property
    def follows(self) -> bool:
        """Whether every printed rank follows from the printed numbers, up to rounding."""
        return not (self.findings["kind"] == "contradiction").any()

    @property
    def winner_changes(self) -> bool:
        """Whether ranking the mean of the metric values names other winners."""
        first = self.recomputed["rank"] == self.recomputed["rank"].min()
        by_value = self.recomputed["rank_by_mean_value"]
        return bool(by_value.notna().all() and (first != (by_value == by_value.min())).any())


def audit_table(
    frame: pd.DataFrame,
    metrics: Mapping[str, Direction],
    *,
    team: str = "team",
    metric_ranks: Mapping[str, str] | None = None,
    mean_rank: str | None = None,
    final_rank: str | None = None,
    weights: Mapping[str, float] | None = None,
    ties: Ties = "min",
) -> Audit:
    """Recompute the ranks of a published table and name every disagreement.

    Args:
        frame: One row a team, cells as printed (text keeps trailing zeros).
        metrics: Columns of metric values and whether more is better.
        team: Column of the teams' names.
        metric_ranks: Column of the printed rank for each metric that has one.
        mean_rank: Column of the printed mean rank.
        final_rank: Column of the printed final rank.
        weights: Weight of each metric in the mean; None weighs all alike.
        ties: How the table numbers equal teams.

    Raises:
        UsageError: A column is not there, or nothing printed can be checked.
        DataError: Cells hold no number, or a team stands twice; all are listed.

    >>> table = pd.DataFrame({"team": ["a", "b"], "dice": ["0.91", "0.89"], "place": ["2", "1"]})
    >>> audit = audit_table(table, {"dice": "maximize"}, final_rank="place")
    >>> audit.findings[["team", "printed", "recomputed", "kind"]].values.tolist()
    [['a', 2.0, 1.0, 'contradiction'], ['b', 1.0, 2.0, 'contradiction']]
    """
    shown = dict(metric_ranks or {})
    others = [name for name in (mean_rank, final_rank) if name]
    _check_columns(frame, [team, *metrics, *shown.values(), *others], metrics, shown, weights)
    columns = _read(frame, team, [*metrics, *shown.values(), *others])
    larger = {name: check_direction(direction) for name, direction in metrics.items()}
    own = {
        name: ranks_of(columns[name].values, smaller_is_better=not larger[name], ties=ties)
        for name in metrics
    }
    by_metric = None if weights is None else [weights[name] for name in metrics]
    chain = mean_of_ranks(np.stack(list(own.values())), by_metric)
    recomputed = pd.DataFrame({"team": frame[team].astype(str).to_numpy()})
    for name, ranks in own.items():
        recomputed[f"rank {name}"] = ranks
    recomputed["mean_rank"] = chain
    recomputed["rank"] = ranks_of(chain, smaller_is_better=True, ties=ties)
    recomputed["rank_by_mean_value"] = _by_mean_value(columns, larger, by_metric, ties)

    notes = Findings(recomputed["team"].tolist())
    for name, column in shown.items():
        notes.ranks(columns[column], own[name], f"the printed {name}", columns[name], larger[name])
    printed = [columns[shown[name]].values if name in shown else own[name] for name in metrics]
    means = _halves_mean(printed, by_metric)
    source = "the printed ranks by metric" if shown else "the printed metric values"
    if mean_rank:
        notes.means(columns[mean_rank], means, source)
    if final_rank:
        basis = columns[mean_rank] if mean_rank else Printed("mean rank", means, 17)
        expected = ranks_of(basis.values, smaller_is_better=True, ties=ties)
        source = f"the printed {mean_rank}" if mean_rank else f"mean ranks of {source}"
        notes.ranks(columns[final_rank], expected, source, basis, larger=False)
        if mean_rank or shown:
            notes.chain(columns[final_rank], recomputed["rank"].to_numpy())
    return Audit(recomputed, notes.to_frame())


def _halves_mean(
    ranks: list[NDArray[np.float64]], weights: list[float] | None
) -> NDArray[np.float64]:
    """Return the mean of ranks as printed, which need not be whole or half numbers."""
    whole, _ = rank_weights(weights, len(ranks))
    return case_means(np.stack(ranks), whole[:, None])[:, 0]


def _by_mean_value(
    columns: Mapping[str, Printed],
    larger: Mapping[str, bool],
    weights: list[float] | None,
    ties: Ties,
) -> NDArray[np.float64]:
    """Return ranks by the mean of the metric values; NaN where directions differ."""
    values = [columns[name].values for name in larger]
    if len(set(larger.values())) > 1:
        return np.full(len(values[0]), np.nan)
    means = _halves_mean(values, weights)
    return ranks_of(means, smaller_is_better=not next(iter(larger.values())), ties=ties)


def _check_columns(
    frame: pd.DataFrame,
    wanted: list[str],
    metrics: Mapping[str, Direction],
    metric_ranks: Mapping[str, str],
    weights: Mapping[str, float] | None,
) -> None:
    """Refuse columns that are not there, and ranks or weights of unknown metrics."""
    present = [str(name) for name in frame.columns]
    problems = [
        Problem("missing-column", f"no column '{name}'", "", did_you_mean(name, present))
        for name in dict.fromkeys(wanted)
        if name not in present
    ]
    odd = [name for name in metric_ranks if name not in metrics]
    odd += sorted(set(weights) ^ set(metrics)) if weights is not None else []
    problems += [
        Problem("unknown-metric", f"'{name}' is not named as a metric with all it needs")
        for name in odd
    ]
    if len(metrics) == 0:
        problems.append(Problem("no-metric", "no column of metric values is named"))
    if len(wanted) == 1 + len(metrics):
        problems.append(Problem("nothing-printed", "no printed rank is named, nothing to check"))
    if problems:
        raise UsageError("the published table cannot be audited", problems=problems)


def _read(frame: pd.DataFrame, team: str, names: list[str]) -> dict[str, Printed]:
    """Read all columns, or raise with the problems of all cells."""
    problems = [
        Problem(
            "duplicate-team", f"team {frame[team].iloc[row]} stands here again", f"row {row + 1}"
        )
        for row in np.flatnonzero(frame[team].astype(str).duplicated())
    ]
    columns = {}
    for name in names:
        columns[name], found = read_printed(frame, name)
        problems += found
    if problems or frame.empty:
        raise DataError("the published table cannot be read", problems=problems)
    return columns
