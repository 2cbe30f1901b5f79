"""One seed call covers every generator."""

import random
import subprocess
import sys

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from workbench.learning.seeds import derive, seed_everything, seed_worker


def draws() -> tuple[float, float, float]:
    return random.random(), float(np.random.random()), float(torch.rand(()))


def test_one_call_seeds_python_numpy_and_torch() -> None:
    seed_everything(7)
    first = draws()
    seed_everything(7)
    assert draws() == first
    seed_everything(8)
    assert draws() != first


def test_seeds_of_any_size_are_folded() -> None:
    for seed, folded in ((-1, 2**32 - 1), (2**80 + 5, 5)):
        seed_everything(seed)
        first = draws()
        seed_everything(folded)
        assert draws() == first


def test_derived_seeds_differ_by_every_part() -> None:
    seeds = {derive(s, "epoch", e, r) for s in range(3) for e in range(5) for r in range(2)}
    assert len(seeds) == 30


class Draws(Dataset[float]):
    """Draws a number where a data set augments."""

    def __len__(self) -> int:
        return 6

    def __getitem__(self, position: int) -> float:
        return float(np.random.random())


def test_loader_workers_draw_the_same_numbers_again() -> None:
    def epoch() -> list[float]:
        generator = torch.Generator().manual_seed(3)
        loader = DataLoader(
            Draws(), num_workers=2, worker_init_fn=seed_worker, generator=generator, batch_size=None
        )
        return [float(value) for value in loader]

    first = epoch()
    assert epoch() == first
    assert len(set(first)) == 6, "two workers must not draw the same numbers"


def test_monai_is_seeded_when_it_is_in_use() -> None:
    code = (
        "import monai, torch\n"
        "from monai.utils import get_seed\n"
        "from workbench.learning.seeds import seed_everything\n"
        "seed_everything(11)\n"
        "print(get_seed())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "11"


def test_seeding_does_not_import_torch() -> None:
    code = (
        "import sys\nfrom workbench.learning.seeds import seed_everything\n"
        "seed_everything(1)\nprint('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
