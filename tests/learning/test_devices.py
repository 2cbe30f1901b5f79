"""Devices and precisions: what auto means, and what is refused."""

import pytest
import torch

from workbench.errors import UsageError
from workbench.learning import devices


def test_auto_takes_the_gpu_where_there_is_one() -> None:
    found = devices.pick_device("auto")
    assert found == ("cuda" if torch.cuda.is_available() else found)
    assert devices.pick_device("cpu") == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_refused_with_the_next_step() -> None:
    with pytest.raises(UsageError, match="torch sees 0 CUDA devices") as caught:
        devices.pick_device("cuda")
    assert "device=auto" in caught.value.remedy


def test_a_mistyped_device_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'cuda'"):
        devices.pick_device("cudda")


@pytest.mark.parametrize(
    ("asked", "device", "expected"),
    [
        ("auto", "cpu", "32-true"),
        ("fp32", "cuda", "32-true"),
        ("bf16", "cpu", "bf16-mixed"),
        ("bf16-mixed", "cuda", "bf16-mixed"),
        ("fp16", "cuda", "16-mixed"),
    ],
)
def test_precisions(asked: str, device: str, expected: str) -> None:
    assert devices.pick_precision(asked, device) == expected


def test_auto_takes_half_precision_the_gpu_computes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    assert devices.pick_precision("auto", "cuda") == "bf16-mixed"
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    assert devices.pick_precision("auto", "cuda") == "16-mixed"


def test_float16_on_the_cpu_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a CUDA device"):
        devices.pick_precision("fp16", "cpu")


def test_threads_are_put_back() -> None:
    before = torch.get_num_threads()
    with devices.torch_threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_ranks_above_zero_are_told_by_torchrun_and_slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.process_rank() == 0
    monkeypatch.setenv("RANK", "3")
    assert devices.process_rank() == 3
    monkeypatch.delenv("RANK")
    monkeypatch.setenv("SLURM_PROCID", "2")
    assert devices.process_rank() == 0, "one task: a SLURM shell, not a distributed fit"
    monkeypatch.setenv("SLURM_NTASKS", "4")
    assert devices.process_rank() == 2
