"""``workbench challenge new``: a labels file becomes a challenge that works."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.asked_answer import answer_of
from workbench.cli.output import print_json, results_only, say
from workbench.cli.verbs import Verb
from workbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from workbench.challenge.pack import MadePack


@click.command(
    "new",
    cls=Verb,
    examples=(
        "workbench challenge new --from-csv labels.csv --id my-challenge --unit patient "
        "--classes benign,low,high,invasive --metric balanced-accuracy --out my_challenge",
        "workbench challenge new --from-csv labels.csv --id by-centre --unit centre "
        "--unit-pattern 'C[0-9]+' --metric quadratic-kappa --metric accuracy "
        "--classes benign,low,high,invasive --out by_centre --json",
        "workbench challenge new --from-csv follow_up.csv --id my-survival --unit patient "
        "--answer survival --time days --event died --times 182,365,730 "
        "--metric integrated-brier --metric uno-c:tau=730 --out my_survival",
    ),
)
@click.option(
    "--from-csv",
    "source",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Labels: a column of classes, one-hot columns, or those of --answer (CSV or Parquet).",
)
@click.option("--id", "challenge_id", required=True, help="Name of the challenge, as in my-name.")
@click.option("--metric", "metrics", required=True, multiple=True,
              help="NAME or NAME:PARAM=VALUE,...; the first one ranks.")  # fmt: skip
@click.option("--key", help="Column of the cases; the first with all values different.")
@click.option("--label", help="Column of the classes, or of the numbers of estimates.")
@click.option("--answer", type=click.Choice(["classes", "survival", "estimates"]),
              default="classes", show_default=True, help="What is asked for.")  # fmt: skip
@click.option("--time", help="Of survival: column of the times of event or last contact.")
@click.option("--event", help="Of survival: column of 1 for an event and 0 for censored.")
@click.option("--times", help="Of survival: times of the curves, joined by commas.")
@click.option("--oracle", help="Of estimates: column of an oracle's standard deviation.")
@click.option("--group", help="Of estimates: column of the scenario.")
@click.option("--answerable", help="Of estimates: column of 0 where abstaining is right.")
@click.option("--interval", type=click.Choice(["required", "optional", "none"]),
              help="Of estimates: whether intervals are asked for.")  # fmt: skip
@click.option("--unit", help="Column resampled together (patient); with a pattern, its new name.")
@click.option("--unit-pattern", help="Regular expression that finds the unit in the key.")
@click.option("--centre", help="Column of the centre; with a pattern, its new name.")
@click.option("--centre-pattern", help="Regular expression that finds the centre in the key.")
@click.option("--classes", help="Classes from harmless to grave, joined by commas.")
@click.option("--cost", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="JSON file with the cost matrix, rows true.")  # fmt: skip
@click.option("--missing", type=click.Choice(["reject", "worst", "impute"]), default="reject",
              show_default=True, help="What a missing answer is.")  # fmt: skip
@click.option("--opens", help="When the first phase opens, as in 2027-01-31T12:00Z.")
@click.option("--closes", help="When it closes.")
@click.option("--public-share", type=click.FloatRange(0, 1), default=0.0,
              show_default=True, help="Share of the units for a public board.")  # fmt: skip
@click.option("--licence", help="Licence of the data.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the pack; by default ID.")
@click.option("--labels-out", type=click.Path(path_type=Path),
              help="Folder of the hidden labels; by default OUT with _labels.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    source: Path,
    challenge_id: str,
    metrics: tuple[str, ...],
    out: Path | None,
    labels_out: Path | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Make a challenge from a labels file.

    Writes a pack (card, rules in English and French, a starting kit whose submission is valid,
    tests) and, elsewhere, the hidden labels. What was assumed is said; whose each case is is never
    assumed.
    """
    from workbench.challenge.pack import PackPlan, Question, make_pack

    names = ("key", "label", "unit", "unit_pattern", "centre", "centre_pattern")
    classes = tuple(c.strip() for c in (said["classes"] or "").split(",") if c.strip())
    plan = PackPlan(
        id=challenge_id,
        question=Question(
            classes=classes, answer=answer_of(said), **{name: said[name] for name in names}
        ),
        metrics=tuple(_metric(text) for text in metrics),
        missing=said["missing"],
        cost=None if said["cost"] is None else _cost(said["cost"]),
        opens=_moment(said["opens"], "--opens"),
        closes=_moment(said["closes"], "--closes"),
        public_share=said["public_share"],
        licence=said["licence"] or PackPlan.licence,
    )
    folder = out or Path(challenge_id)
    with results_only():
        made = make_pack(
            source, plan, folder, labels_out or folder.with_name(f"{folder.name}_labels")
        )
    _print(made, as_json)


def _print(made: MadePack, as_json: bool) -> None:
    """Print what was written and what was assumed."""
    if as_json:
        print_json(
            {
                "challenge": made.challenge.id,
                "folder": str(made.folder),
                "labels": str(made.labels_folder),
                "files": made.files,
                "assumed": made.assumed,
                "leak_test_of_the_file_given": made.leak.as_dict(),
            }
        )
    else:
        print(made.folder)
        print(made.labels_folder)
    for text in made.assumed:
        say(f"Assumed: {text}.")
    if made.leak.found:
        say(
            f"Warning: in the file as given, '{made.leak.feature}' alone tells the classes apart "
            f"(AUROC {made.leak.feature_auroc:.3f}). The pack lists the cases sorted by key."
        )
    say(f"Next: workbench challenge validate {made.folder} --labels {made.labels_folder}")


def _metric(text: str) -> tuple[str, dict[str, Any]]:
    """Read ``sensitivity:of=high`` as a name and its parameters."""
    name, _, rest = text.partition(":")
    params: dict[str, Any] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"'{part}' is no PARAM=VALUE", where=f"--metric {text}")
        try:
            params[key] = json.loads(value)
        except json.JSONDecodeError:
            params[key] = value
    return name, params


def _cost(path: Path) -> list[list[float]]:
    """Read a cost matrix."""
    try:
        matrix = json.loads(path.read_text(encoding="utf-8"))
        return [[float(cell) for cell in row] for row in matrix]
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            "no matrix of numbers", where=str(path), remedy="write JSON: [[0, 1], [5, 0]]"
        ) from error


def _moment(text: str | None, option: str) -> datetime | None:
    """Read a time with its zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        remedy = "write 2027-01-31T12:00Z"
        raise UsageError(f"'{text}' is no time", where=option, remedy=remedy) from error
    if moment.tzinfo is None:
        raise UsageError(
            f"'{text}' has no time zone", where=option, remedy="write 2027-01-31T12:00Z"
        )
    return moment.astimezone(UTC)
