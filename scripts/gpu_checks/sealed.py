"""A submitted model reaches the GPU where the worker names its devices, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from gpu_checks.check import Machine, Skip, expect, needs_cuda
from workbench.sandbox import Limits, Outcome, Task, Tier, probe, this_interpreter
from workbench.sandbox.run import run

PROGRAM = """
import pathlib, time, torch
there = torch.cuda.is_available()
told = "no CUDA"
if there:
    a = torch.randn(4096, 4096, device="cuda")
    a @ a
    torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(20):
        a @ a
    torch.cuda.synchronize()
    rate = 20 * 2 * 4096**3 / (time.perf_counter() - started) / 1e12
    told = f"{torch.cuda.get_device_name()}, fp32 {rate:.0f} TFLOP/s"
pathlib.Path("/output/told").write_text(told)
"""


def passed_through(machine: Machine) -> str:
    """Run torch in the sandbox without devices, then with them."""
    needs_cuda(machine)
    found = probe()
    if found.tier < Tier.SEALED:
        raise Skip(f"no sealed sandbox: {found.missing}")
    devices = tuple(sorted(p for p in Path("/dev").glob("nvidia*") if not p.is_dir()))
    without, given = _told(()), _told(devices)
    return expect(
        without == "no CUDA" and given.startswith("NVIDIA"),
        f"tier {found.tier.label}; without devices: {without}; with {len(devices)}: {given}",
    )


def _told(devices: tuple[Path, ...]) -> str:
    """Return what the program says of CUDA, or why it said nothing."""
    python = this_interpreter()
    outcome: Outcome = run(
        Task(
            command=(str(python.program), "-c", PROGRAM),
            reads=python.reads,
            limits=Limits(wall_s=60, memory_mb=16_384, pids=256),
            devices=devices,
        )
    )
    if not outcome.ok:
        return f"{outcome.ending}: {outcome.detail} {outcome.log[-300:]}"
    return outcome.outputs["told"].decode()
