"""What the test set of a challenge can tell apart, from whatever is at hand before it opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.challenge.instruments.reference import Reference, declared, measured, simulated
from workbench.challenge.instruments.resolution import Resolution, resolution
from workbench.challenge.instruments.subject import Subject, needed_labels, subject
from workbench.errors import UsageError
from workbench.metrics import Metric
from workbench.scoring import Challenge
from workbench.scoring.compare import metric_place
from workbench.scoring.files import read_file, read_within
from workbench.scoring.splits import beside


def plan(
    card: Challenge,
    *,
    split: str | None = None,
    labels: Path | None = None,
    metric: str | None = None,
    submissions: Sequence[Path] = (),
    sd: float | None = None,
    accuracy: float | None = None,
    n_units: int | None = None,
    teams: int = 20,
    spread: float | None = None,
    level: float = 0.95,
    power: float = 0.8,
    seed: int = 0,
) -> Resolution:
    """Return what a split of a challenge can tell apart.

    The standard error of a difference is from, in this order: ``sd``; the files of ``submissions``;
    two simulated models where ``accuracy`` is given; the baselines of the card on this split.

    Args:
        card: The challenge.
        split: One of its splits; see :func:`workbench.challenge.instruments.subject.subject`.
        labels: Labels file, or folder of hidden labels.
        metric: Label of one of the card's metrics; the primary one where not given.
        submissions: Files, two or more, that answer the split's cases.
        sd: Standard deviation of a unit's difference between two submissions.
        accuracy: Accuracy of two simulated models.
        n_units: Units of the planned set; those of the split where not given.
        teams: Submissions on the board.
        spread: Standard deviation of their true scores.
        level: Confidence level.
        power: Chance to find a difference.
        seed: Of all that is simulated.

    Raises:
        UsageError: Labels, or any source of a standard error, are missing; a value out of range.
    """
    found = subject(card, split, labels)
    place = card.primary if metric is None else metric_place(card, metric)
    chosen = card.metric_objects[place]
    reference = _reference(card, chosen, found, labels, submissions, sd, accuracy, n_units, seed)
    return resolution(
        reference,
        n_units=n_units,
        teams=teams,
        spread=spread,
        level=level,
        power=power,
        seed=seed,
    )


def _reference(
    card: Challenge,
    metric: Metric,
    found: Subject,
    labels: Path | None,
    submissions: Sequence[Path],
    sd: float | None,
    accuracy: float | None,
    n_units: int | None,
    seed: int,
) -> Reference:
    """Return the standard error of a difference, from the first source that is given."""
    if sd is not None:
        units = found.n_units if n_units is None else n_units
        if units is None:
            raise UsageError("the card does not say how many units there are", remedy="--n N")
        return declared(metric.label, sd, units)
    table = needed_labels(found, "declare a standard deviation with --sd")
    if submissions:
        return measured([(path.name, path) for path in submissions], table, card, metric)
    if accuracy is not None:
        return simulated(table, card, metric, accuracy, seed)
    files = _baselines(card, found.split, labels)
    if len(files) < 2:
        raise UsageError(
            f"nothing says how much two submissions differ: {len(files)} baselines answer split "
            f"'{found.split}'",
            remedy="give two files (--submission A --submission B), the accuracy of two simulated "
            "models (--accuracy 0.8) or a standard deviation (--sd)",
        )
    return measured(files, table, card, metric)


def _baselines(card: Challenge, split: str, labels: Path | None) -> list[tuple[str, bytes]]:
    """Return the baselines of a split whose files are at hand."""
    found = []
    for baseline in card.baselines:
        if (baseline.split or "sample") != split:
            continue
        if card.folder is not None and beside(card, baseline.submission).is_file():
            found.append((baseline.id, read_file(beside(card, baseline.submission))))
        elif labels is not None and labels.is_dir():
            found.append((baseline.id, read_within(labels, baseline.submission)))
    return found
