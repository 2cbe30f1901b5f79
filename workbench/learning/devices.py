"""Which device and precision a run uses, and how a report names them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch

from workbench.errors import UsageError, did_you_mean

PRECISIONS = {"32": "32-true", "16-mixed": "16-mixed", "bf16-mixed": "bf16-mixed"}


def pick_device(asked: str = "auto") -> str:
    """Return the device to use: ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.

    Args:
        asked: A device name, or ``auto`` for CUDA, then Apple's MPS, then the CPU.

    Raises:
        UsageError: There is no such device on this machine.
    """
    kind, _, number = asked.partition(":")
    if kind not in ("auto", "cpu", "cuda", "mps") or (number and not number.isdigit()):
        hint = did_you_mean(kind, ("auto", "cpu", "cuda", "mps"))
        raise UsageError(
            f"no device '{asked}'; {hint}", remedy="use auto, cpu, cuda, cuda:0 or mps"
        )
    if asked == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise UsageError(
            f"'{asked}' was asked for, this machine has {torch.cuda.device_count()} CUDA devices",
            remedy="use trainer.device=auto, or install a CUDA build of torch",
        )
    if kind == "mps" and not torch.backends.mps.is_available():
        raise UsageError("'mps' was asked for, this machine has none", remedy="use device=auto")
    return asked


def pick_precision(asked: str, device: str) -> str:
    """Return Lightning's name of the precision to train in.

    Args:
        asked: ``auto``, ``32``, ``16-mixed`` or ``bf16-mixed``. ``auto`` takes bfloat16 on GPUs
            that compute in it, float16 on older ones, float32 elsewhere.
        device: As returned by ``pick_device``.

    Raises:
        UsageError: There is no such precision, or the device cannot compute in it.

    >>> pick_precision("auto", "cpu")
    '32-true'
    """
    if asked == "auto":
        if not device.startswith("cuda"):
            return "32-true"
        capable = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16-mixed" if capable else "16-mixed"
    if asked not in PRECISIONS:
        hint = did_you_mean(asked, (*PRECISIONS, "auto"))
        raise UsageError(
            f"no precision '{asked}'; {hint}", remedy="use auto, 32, bf16-mixed or 16-mixed"
        )
    if asked == "16-mixed" and not device.startswith("cuda"):
        raise UsageError(f"16-mixed needs a CUDA device, not {device}", remedy="use precision=auto")
    return PRECISIONS[asked]


def autocast(device: str, precision: str) -> AbstractContextManager[Any]:
    """Return the context that computes in a mixed precision, or one that changes nothing."""
    kinds = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}
    if precision not in kinds:
        return nullcontext()
    return torch.autocast(device.partition(":")[0], dtype=kinds[precision])


@contextmanager
def torch_threads(number: int) -> Iterator[None]:
    """Compute with this many CPU threads inside the block.

    Small networks are faster on one thread, and sums do not depend on the machine's core count.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def device_facts(device: str) -> dict[str, Any]:
    """Return what a report says about a device: kind, name, torch version, memory in GB."""
    facts: dict[str, Any] = {"device": device, "torch": torch.__version__}
    if device.startswith("cuda"):
        properties = torch.cuda.get_device_properties(device)
        facts["name"] = properties.name
        facts["memory_gb"] = round(properties.total_memory / 1e9, 1)
        facts["peak_memory_gb"] = round(torch.cuda.max_memory_allocated(device) / 1e9, 3)
    else:
        facts["name"] = f"{os.cpu_count()} CPU cores" if device == "cpu" else "Apple GPU"
    return facts


def reset_peak_memory(device: str) -> None:
    """Count the peak GPU memory from here on."""
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)


def process_rank() -> int:
    """Return this process's rank in a distributed launch (torchrun, SLURM); 0 when alone.

    Ranks above 0 help to fit and must write nothing of their own.
    """
    steps = os.environ.get("SLURM_PROCID") if int(os.environ.get("SLURM_NTASKS", "1")) > 1 else None
    return int(os.environ.get("RANK") or steps or 0)
