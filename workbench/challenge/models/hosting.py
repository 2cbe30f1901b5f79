"""The organiser's side: the inputs of each split, and where models are run on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.challenge.models.contract import INPUT
from workbench.challenge.models.environment import require_environment
from workbench.challenge.models.guard import require_apart, require_no_labels, require_readable
from workbench.challenge.models.runner import ModelRun, Place, require_ready, run_model
from workbench.challenge.models.scratch import remove_left
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Split


@dataclass(frozen=True)
class Models:
    """What submitted models are run with.

    Attributes:
        inputs: Folder with the inputs of each split in a folder of its name.
        place: Where and with what they are run.
    """

    inputs: Path
    place: Place

    def require_ready(self, card: Challenge, split: Split) -> None:
        """End with an error where models cannot be run on a split here.

        Raises:
            HostError: The tier is too low, the environment is not the published one, or the split's
                inputs are absent, closed to reading, or hold labels or the store.
        """
        require_ready(card, self.place)
        require_environment(self.place.python, card.models)
        reads = {INPUT: self.inputs / split.id, **self.place.python.reads}
        require_apart(reads, self.place.secret)
        require_readable(self.inputs / split.id)
        require_no_labels(self.inputs / split.id, split)

    def run(self, content: bytes, card: Challenge, split: Split) -> ModelRun:
        """Run a model on a split's inputs; see :func:`run_model`."""
        return run_model(content, card, self.inputs / split.id, self.place)

    def remove_left(self) -> None:
        """Remove the unpacked models of workers that were killed here."""
        remove_left(self.place.scratch)
