"""What happens between epochs: history, best weights, early stop, checkpoint, progress."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer

from workbench import storage
from workbench.errors import RunError

if TYPE_CHECKING:
    from rich.progress import Progress

CHECKPOINT_SECONDS = 2.0
CHECKPOINT = Path("checkpoint/last.ckpt")


class Course(Callback):
    """The course of a fit: losses by epoch, the best weights, when to stop.

    Its state travels in the checkpoint, so that a resumed fit stops at the same epoch with the same
    weights as one that was never interrupted.

    Args:
        patience: Epochs without a lower validation loss before stopping.
        fingerprint: Digest of what is fitted; a checkpoint of something else is not used.
        log: Called with (losses, epoch) after each epoch, or None.
    """

    def __init__(
        self,
        patience: int,
        fingerprint: str,
        log: Callable[[dict[str, float], int], None] | None,
    ) -> None:
        self.patience = patience
        self.fingerprint = fingerprint
        # Not "log": Lightning puts its own function under that name.
        self.report = log
        self.history: list[tuple[int, float, float]] = []
        self.best_loss = math.inf
        self.best_epoch = -1
        self.best_weights: dict[str, torch.Tensor] = {}

    @property
    def stopped(self) -> bool:
        """Whether the patience is used up."""
        return bool(self.history) and self.history[-1][0] - self.best_epoch >= self.patience

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Stop at once when the checkpoint was written after the last epoch."""
        trainer.should_stop = self.stopped

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Note the losses, keep the weights when they are the best so far, stop when due."""
        epoch = trainer.current_epoch
        train_loss, val_loss = module.epoch_losses()
        if not math.isfinite(train_loss):
            raise RunError(
                f"training diverged: the loss of epoch {epoch} is {train_loss}",
                remedy="lower trainer.learning_rate, or use trainer.precision=32",
            )
        self.history.append((epoch, train_loss, val_loss))
        # Without validation cases the last weights are the result.
        if math.isnan(val_loss) or val_loss < self.best_loss:
            self.best_loss, self.best_epoch = val_loss, epoch
            weights = module.network.state_dict()
            self.best_weights = {name: w.detach().cpu().clone() for name, w in weights.items()}
        trainer.should_stop = self.stopped
        if self.report is not None and trainer.is_global_zero:
            self.report(losses(train_loss, val_loss), epoch)

    def on_fit_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Put the best weights back."""
        if self.best_weights:
            module.network.load_state_dict(self.best_weights)

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        names = ("fingerprint", "history", "best_loss", "best_epoch", "best_weights")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what a checkpoint kept."""
        for name, value in state_dict.items():
            setattr(self, name, value)
        self.history = [tuple(row) for row in self.history]  # type: ignore[misc]

    def history_csv(self) -> str:
        """Return the losses as CSV: epoch, train_loss, val_loss (empty without validation)."""
        rows = [f"{e},{t!r},{'' if math.isnan(v) else repr(v)}" for e, t, v in self.history]
        return "\n".join(["epoch,train_loss,val_loss", *rows, ""])


class Checkpoints(Callback):
    """Write history and checkpoint in one step each, at most every two seconds and at the end.

    Resuming from any epoch gives the same result, so a killed run loses two seconds, not its bytes.
    """

    def __init__(self, folder: Path, course: Course) -> None:
        self.folder = folder
        self.course = course
        self.written = time.monotonic()
        self.seconds = CHECKPOINT_SECONDS

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Write when due; every process takes part, the first one writes."""
        last = trainer.should_stop or trainer.current_epoch + 1 == trainer.max_epochs
        due = last or time.monotonic() - self.written >= self.seconds
        # Each process has its own clock: the first one decides, or they would wait for ever.
        if not trainer.strategy.broadcast(due):
            return
        path = self.folder / CHECKPOINT
        if trainer.is_global_zero:
            storage.write_text(self.folder / "history.csv", self.course.history_csv())
            with storage.writing(path) as aside:
                trainer.save_checkpoint(aside)
        else:
            trainer.save_checkpoint(path)
        self.written = time.monotonic()


class EpochProgress(Callback):
    """Show the epochs in a rich progress (on stderr, the caller's)."""

    def __init__(self, progress: Progress, title: str, epochs: int) -> None:
        self.progress = progress
        self.title = title
        self.task = progress.add_task(title, total=epochs)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Advance, and show the losses."""
        shown = " ".join(
            f"{name} {value:.3f}" for name, value in losses(*module.epoch_losses()).items()
        )
        self.progress.update(
            self.task, completed=trainer.current_epoch + 1, description=f"{self.title}: {shown}"
        )

    def on_fit_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Take the bar away: the caller shows its own."""
        self.progress.remove_task(self.task)


def losses(train_loss: float, val_loss: float) -> dict[str, float]:
    """Return the losses by tracking name; a missing validation loss is left out."""
    named = {"train/loss": train_loss, "validation/loss": val_loss}
    return {name: value for name, value in named.items() if not math.isnan(value)}
