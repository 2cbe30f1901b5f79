"""The fit loop: same bytes again, early stop with the best weights, named failures."""

from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from rich.console import Console
from rich.progress import Progress
from torch import Tensor, nn
from torch.utils.data import TensorDataset, default_collate

from workbench.errors import RunError
from workbench.learning.fit import FitResult, fit_network
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, TrainerSettings

X = torch.linspace(-1, 1, 24)[:, None]
TRAIN = TensorDataset(X, 2 * X)
VALIDATION = TensorDataset(X[::3], 2 * X[::3])


def squared(network: nn.Module, batch: list[Tensor]) -> tuple[Tensor, int]:
    return ((network(batch[0]) - batch[1]) ** 2).mean(), len(batch[0])


def fit(folder: Path, validation: Any = VALIDATION, **settings: Any) -> tuple[FitResult, nn.Module]:
    chosen = {"device": "cpu", "max_epochs": 4, "learning_rate": 0.05, **settings}
    seed_everything(1)
    network = nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.2), nn.Linear(4, 1))
    context = FitContext(folder, 1, TrainerSettings(**chosen))
    return fit_network(network, squared, TRAIN, validation, default_collate, context), network


def weights_of(network: nn.Module) -> list[bytes]:
    return [weight.numpy().tobytes() for weight in network.state_dict().values()]


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    first, one = fit(tmp_path / "one")
    again, two = fit(tmp_path / "two")
    assert weights_of(one) == weights_of(two)
    assert (tmp_path / "one/history.csv").read_bytes() == (
        tmp_path / "two/history.csv"
    ).read_bytes()
    assert first.history.equals(again.history)


def test_the_history_is_written_with_every_epoch(tmp_path: Path) -> None:
    result, _ = fit(tmp_path)
    table = pd.read_csv(tmp_path / "history.csv")
    assert table.columns.tolist() == ["epoch", "train_loss", "val_loss"]
    assert table["epoch"].tolist() == [0, 1, 2, 3]
    assert table["val_loss"].iloc[-1] < table["val_loss"].iloc[0]
    assert result.facts["precision"] == "32-true"


def worsening(network: nn.Module, batch: list[Tensor]) -> tuple[Tensor, int]:
    """Train towards a slope of 2, validate against a slope of 1: best on the way, then worse."""
    target = batch[1] if network.training else batch[0]
    return ((network(batch[0]) - target) ** 2).mean(), len(batch[0])


def test_early_stop_puts_the_best_weights_back(tmp_path: Path) -> None:
    seed_everything(0)
    network = nn.Linear(1, 1)
    nn.init.zeros_(network.weight)
    nn.init.zeros_(network.bias)
    settings = TrainerSettings(device="cpu", max_epochs=100, patience=3, learning_rate=0.1)
    context = FitContext(tmp_path, 0, settings)
    result = fit_network(network, worsening, TRAIN, VALIDATION, default_collate, context)
    losses = result.history["val_loss"]
    assert result.best_epoch == losses.idxmin()
    assert len(losses) == result.best_epoch + 1 + 3
    network.eval()
    best, _ = worsening(network, [VALIDATION.tensors[0], VALIDATION.tensors[1]])
    assert best.item() == pytest.approx(losses.min(), rel=1e-5)


def test_without_validation_the_last_weights_are_kept(tmp_path: Path) -> None:
    result, _ = fit(tmp_path, validation=None, patience=1)
    assert result.best_epoch == 3
    assert result.history["val_loss"].isna().all()
    assert (tmp_path / "history.csv").read_text().splitlines()[1].endswith(",")


def nan_loss(network: nn.Module, batch: list[Tensor]) -> tuple[Tensor, int]:
    return squared(network, batch)[0] * float("nan"), len(batch[0])


def test_a_diverged_fit_says_so(tmp_path: Path) -> None:
    context = FitContext(tmp_path, 0, TrainerSettings(device="cpu", max_epochs=2))
    with pytest.raises(RunError, match="diverged") as caught:
        fit_network(nn.Linear(1, 1), nan_loss, TRAIN, None, default_collate, context)
    assert "learning_rate" in caught.value.remedy


def test_every_epoch_is_logged_with_its_losses(tmp_path: Path) -> None:
    seen: list[tuple[int, list[str]]] = []
    settings = TrainerSettings(device="cpu", max_epochs=2)
    context = FitContext(tmp_path, 0, settings, lambda values, e: seen.append((e, sorted(values))))
    fit_network(nn.Linear(1, 1), squared, TRAIN, VALIDATION, default_collate, context)
    assert seen == [(e, ["train/loss", "validation/loss"]) for e in (0, 1)]


def test_accumulated_batches_change_the_steps(tmp_path: Path) -> None:
    _, one = fit(tmp_path / "one")
    _, four = fit(tmp_path / "four", accumulate=4)
    assert weights_of(one) != weights_of(four)


def test_bfloat16_trains_on_the_cpu_too(tmp_path: Path) -> None:
    result, network = fit(tmp_path, precision="bf16")
    assert result.facts["precision"] == "bf16-mixed"
    assert next(network.parameters()).dtype == torch.float32
    assert result.history["train_loss"].iloc[-1] < result.history["train_loss"].iloc[0]


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fit(tmp_path)
    out, err = capfd.readouterr()
    assert out == err == ""


def test_epochs_are_shown_on_the_progress_they_are_given(tmp_path: Path) -> None:
    console = Console(file=StringIO(), force_terminal=True, width=120)
    with Progress(console=console, refresh_per_second=1000) as progress:
        context = FitContext(
            tmp_path,
            0,
            TrainerSettings(device="cpu", max_epochs=3),
            progress=progress,
            title="fold 2",
        )
        context.log = lambda values, epoch: progress.refresh()
        fit_network(nn.Linear(1, 1), squared, TRAIN, VALIDATION, default_collate, context)
        assert progress.tasks == [], "the bar is taken away at the end"
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "fold 2: train/loss" in shown
    assert "validation/loss" in shown
