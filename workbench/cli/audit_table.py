"""``workbench audit-table``: do published ranks follow from the published numbers?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.verbs import Verb
from workbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from workbench.challenge.ranking.audit import Audit


@click.command(
    "audit-table",
    cls=Verb,
    examples=(
        "workbench audit-table board.csv --metric private:maximize --rank place",
        "workbench audit-table board.csv --metric public:maximize --metric private:maximize "
        "--metric-rank public=public_place --metric-rank private=place",
    ),
)
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    required=True,
    metavar="COLUMN:DIRECTION",
    help="A column of values and which are better: dice:maximize, loss:minimize.",
)
@click.option("--team", default="team", show_default=True, help="Column of the teams' names.")
@click.option("--rank", "final_rank", metavar="COLUMN", help="Printed final rank.")
@click.option("--mean-rank", metavar="COLUMN", help="Printed mean of the ranks.")
@click.option(
    "--metric-rank",
    "metric_ranks",
    multiple=True,
    metavar="METRIC=COLUMN",
    help="Printed rank by one metric.",
)
@click.option(
    "--ties",
    type=click.Choice(["min", "max", "average"]),
    default="min",
    show_default=True,
    help="How the table numbers equal teams.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    table: Path,
    metrics: tuple[str, ...],
    team: str,
    final_rank: str | None,
    mean_rank: str | None,
    metric_ranks: tuple[str, ...],
    ties: Any,
    as_json: bool,
) -> int:
    """Say whether a published table's ranks follow from its numbers.

    TABLE is a CSV file or a page with a Markdown table. The rule that is checked: rank by each
    metric, mean of the ranks, rank of the means. Exit code 0: they follow, up to rounding; 3: a
    printed rank contradicts the printed numbers.
    """
    from workbench.challenge.instruments.published_file import read_published
    from workbench.challenge.ranking import audit_table

    audit = audit_table(
        read_published(table),
        dict(_pair(text, ":", "--metric", "dice:maximize") for text in metrics),
        team=team,
        metric_ranks=dict(_pair(text, "=", "--metric-rank", "dice=place") for text in metric_ranks),
        mean_rank=mean_rank,
        final_rank=final_rank,
        ties=ties,
    )
    findings: list[dict[str, Any]] = audit.findings.to_dict("records")  # type: ignore[assignment]
    if as_json:
        print_json(_document(audit, findings))
    else:
        print_table([_row(finding) for finding in findings])
        say(_verdict(audit, len(findings)))
    return 0 if audit.follows else DataError.exit_code


def _document(audit: Audit, findings: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the audit as JSON values."""
    return {
        "follows": audit.follows,
        "winner_changes_by_mean_value": audit.winner_changes,
        "findings": findings,
        "recomputed": audit.recomputed.to_dict("records"),
    }


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding with its ranks as they are printed."""
    return finding | {name: f"{finding[name]:g}" for name in ("printed", "recomputed")}


def _verdict(audit: Audit, n_findings: int) -> str:
    """Return the outcome in a sentence."""
    if not audit.follows:
        text = "Printed ranks contradict the printed numbers."
    elif n_findings:
        text = "The ranks follow from the printed numbers up to rounding."
    else:
        text = "The ranks follow from the printed numbers."
    more = " Ranking the mean of the values would name another winner." * audit.winner_changes
    return text + more


def _pair(text: str, sign: str, option: str, example: str) -> tuple[str, Any]:
    """Read two words joined by a sign; the last sign parts them."""
    name, found, rest = text.rpartition(sign)
    if not found or not name or not rest:
        raise UsageError(f"'{text}' is not two words joined by '{sign}'", where=option,
                         remedy=f"{option} {example}")  # fmt: skip
    return name, rest
