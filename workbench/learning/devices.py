"""Which device and precision a run uses, and how a report names them."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from workbench.errors import UsageError, did_you_mean

# The configuration's names, and Lightning's own, to Lightning's.
PRECISIONS = {
    "fp32": "32-true",
    "fp16": "16-mixed",
    "bf16": "bf16-mixed",
    "32": "32-true",
    "32-true": "32-true",
    "16-mixed": "16-mixed",
    "bf16-mixed": "bf16-mixed",
}


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
        raise UsageError(f"no device '{asked}'; {hint}", remedy="use auto, cpu, cuda:0 or mps")
    gpus, apple = _accelerators()
    if asked == "auto":
        return "cuda" if gpus else "mps" if apple else "cpu"
    if kind == "cuda" and int(number or 0) >= gpus:
        raise UsageError(
            f"'{asked}' was asked for, torch sees {gpus} CUDA devices on this machine",
            remedy="use trainer.device=auto, or install a CUDA build of torch",
        )
    if kind == "mps" and not apple:
        raise UsageError("'mps' was asked for, this machine has none", remedy="use device=auto")
    return asked


def pick_precision(asked: str, device: str) -> str:
    """Return Lightning's name of the precision to train in.

    Args:
        asked: ``auto``, ``fp32``, ``fp16`` or ``bf16`` (Lightning's names serve as well).
            ``auto`` takes bfloat16 on GPUs that compute in it, float16 on older ones, float32
            elsewhere.
        device: As returned by ``pick_device``.

    Raises:
        UsageError: There is no such precision, or the device cannot compute in it.

    >>> pick_precision("auto", "cpu")
    '32-true'
    """
    if asked == "auto":
        return _fastest_precision(device)
    if asked not in PRECISIONS:
        hint = did_you_mean(asked, (*PRECISIONS, "auto"))
        raise UsageError(f"no precision '{asked}'; {hint}", remedy="use auto, fp32, fp16 or bf16")
    if PRECISIONS[asked] == "16-mixed" and not device.startswith("cuda"):
        raise UsageError(f"{asked} needs a CUDA device, not {device}", remedy="use precision=auto")
    return PRECISIONS[asked]


def autocast(device: str, precision: str) -> AbstractContextManager[Any]:
    """Return the context that computes in a mixed precision, or one that changes nothing."""
    import torch

    kinds = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}
    if precision not in kinds:
        return nullcontext()
    kind = device.partition(":")[0]
    mixed: AbstractContextManager[Any] = torch.autocast(kind, dtype=kinds[precision])
    return mixed


@contextmanager
def torch_threads(number: int) -> Iterator[None]:
    """Compute with this many CPU threads inside the block.

    Small networks are faster on one thread, and sums do not depend on the machine's core count.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def describe(device: str) -> dict[str, Any]:
    """Return what a report says about a device: kind, name, torch version, memory in GB."""
    if importlib.util.find_spec("torch") is None:
        return {"device": device, "name": f"{os.cpu_count()} CPU cores", "torch": "not installed"}
    import torch

    facts: dict[str, Any] = {"device": device, "torch": str(torch.__version__)}
    if device.startswith("cuda"):
        properties = torch.cuda.get_device_properties(device)
        facts["name"] = properties.name
        facts["memory_gb"] = round(properties.total_memory / 1e9, 1)
        facts["gpu_memory_gb"] = round(torch.cuda.max_memory_allocated(device) / 1e9, 3)
    else:
        facts["name"] = f"{os.cpu_count()} CPU cores" if device == "cpu" else "Apple GPU"
    return facts


def reset_peak_memory(device: str) -> None:
    """Count the peak GPU memory from here on."""
    if device.startswith("cuda"):
        import torch

        torch.cuda.reset_peak_memory_stats(device)


def process_rank() -> int:
    """Return this process's rank in a distributed launch (torchrun, SLURM); 0 when alone.

    Ranks above 0 help to fit and must write nothing of their own.
    """
    steps = os.environ.get("SLURM_PROCID") if int(os.environ.get("SLURM_NTASKS", "1")) > 1 else None
    return int(os.environ.get("RANK") or steps or 0)


def _accelerators() -> tuple[int, bool]:
    """Return (number of CUDA devices, whether Apple's MPS is there); none without torch."""
    if importlib.util.find_spec("torch") is None:
        return 0, False
    import torch

    return torch.cuda.device_count(), torch.backends.mps.is_available()


def _fastest_precision(device: str) -> str:
    """Return the fastest precision a device computes in without emulating it."""
    if not device.startswith("cuda"):
        return "32-true"
    import torch

    capable = torch.cuda.is_bf16_supported(including_emulation=False)
    return "bf16-mixed" if capable else "16-mixed"
