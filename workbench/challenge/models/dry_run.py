"""A participant's dry run: the same sandbox, check and scorer, on the public sample."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.challenge.models.environment import differences
from workbench.challenge.models.runner import ModelRun, Place, run_model
from workbench.errors import DataError
from workbench.scoring import (
    Challenge,
    CheckReport,
    ScoreSheet,
    case_keys,
    checked,
    sample_labels,
    score,
)
from workbench.scoring.card import SAMPLE
from workbench.scoring.splits import beside


@dataclass(frozen=True)
class DryRun:
    """What came of a dry run; everything in it may be shown: the sample is public.

    Attributes:
        run: Of the model.
        check: Of its table; None where it left none.
        sheet: Its score on the sample; None where the table has problems.
        notes: Where this machine's environment differs from the published one.
    """

    run: ModelRun
    check: CheckReport | None
    sheet: ScoreSheet | None
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the model may be sent."""
        return self.sheet is not None


def dry_run(content: bytes, card: Challenge, place: Place) -> DryRun:
    """Run a model on the public sample.

    Args:
        content: Its archive.
        card: The challenge, read from its folder.
        place: Where it is run.

    Raises:
        DataError: The sample's inputs are absent.
        HostError: This machine's sandbox is below the challenge's tier: the model was not run.
    """
    inputs = beside(card, card.models.sample_inputs)
    if not card.models.sample_inputs or not inputs.is_dir():
        raise DataError("the challenge's folder has no inputs of the sample", where=str(inputs))
    run = run_model(content, card, inputs, place)
    notes = tuple(differences(place.python, card.models))
    if run.predictions is None:
        return DryRun(run, None, None, notes)
    found = checked(run.predictions, card, case_keys(card, card.split(SAMPLE)))
    if found.table is None:
        return DryRun(run, found.report, None, notes)
    return DryRun(run, found.report, score(found.table, sample_labels(card), card), notes)
