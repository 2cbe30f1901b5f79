"""A fit that was killed and run again ends with the bytes of one that was not."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.learning.callbacks import CHECKPOINT

PROGRAM = Path(__file__).with_name("fit_program.py")
EPOCHS = 6

Run = Callable[..., int]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Give a function that fits in a process of its own and returns its exit status."""
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert program.stdin is not None and program.stdout is not None
    to, back = program.stdin, program.stdout

    def fit(folder: Path, *, epochs: int = EPOCHS, **options: Any) -> int:
        folder.mkdir(exist_ok=True)
        to.write(json.dumps([str(folder), epochs, {"patience": 3, **options}]) + "\n")
        to.flush()
        return int(back.readline())

    yield fit
    to.close()
    program.wait(timeout=60)


def results(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("weights.npz", "history.csv")}


@pytest.fixture(scope="module")
def uninterrupted(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    assert run(folder) == 0
    return results(folder)


@pytest.mark.parametrize("epoch", [1, 4])
def test_killed_and_run_again_gives_the_same_bytes(
    run: Run, tmp_path: Path, uninterrupted: dict[str, bytes], epoch: int
) -> None:
    assert run(tmp_path, kill=epoch) == -signal.SIGKILL
    assert (tmp_path / CHECKPOINT).is_file()
    assert not (tmp_path / "weights.npz").exists()
    assert run(tmp_path) == 0
    assert results(tmp_path) == uninterrupted


def test_a_finished_fit_is_read_back(
    run: Run, tmp_path: Path, uninterrupted: dict[str, bytes]
) -> None:
    run(tmp_path)
    stamp = (tmp_path / CHECKPOINT).stat().st_mtime_ns
    run(tmp_path)
    assert results(tmp_path) == uninterrupted
    assert (tmp_path / CHECKPOINT).stat().st_mtime_ns == stamp, "no epoch was fitted again"


def test_a_torn_checkpoint_is_left_aside(
    run: Run, tmp_path: Path, uninterrupted: dict[str, bytes]
) -> None:
    run(tmp_path, kill=3)
    whole = (tmp_path / CHECKPOINT).read_bytes()
    (tmp_path / CHECKPOINT).write_bytes(whole[: len(whole) // 2])
    assert run(tmp_path) == 0
    assert results(tmp_path) == uninterrupted


def test_a_checkpoint_of_other_settings_is_not_used(
    run: Run, tmp_path: Path, uninterrupted: dict[str, bytes]
) -> None:
    run(tmp_path, weight_decay=1.0)
    assert results(tmp_path) != uninterrupted
    run(tmp_path)
    assert results(tmp_path) == uninterrupted


def test_loader_workers_give_the_same_bytes_again(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(tmp_path / name, workers=1, epochs=2) == 0
    assert results(tmp_path / "one") == results(tmp_path / "two")


def test_two_processes_fit_one_network(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path, strategy="ddp", devices=2, epochs=3) == 0
    history = np.genfromtxt(tmp_path / "history.csv", delimiter=",", names=True)
    assert history["epoch"].tolist() == [0, 1, 2]
    assert np.isfinite(history["val_loss"]).all()
    weights = np.load(tmp_path / "weights.npz")
    assert all(np.isfinite(weights[name]).all() for name in weights.files)
