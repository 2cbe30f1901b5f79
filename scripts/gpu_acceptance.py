"""Run every GPU check of the project and print one table.

    python scripts/gpu_acceptance.py [WORD]       # only the checks with this word in their name

Needs torch and Lightning, nothing of MLflow, MONAI or Hydra, and no network: the repository can be
carried to a GPU machine as it is (Python 3.11 or 3.12, torch 2.11 to 2.13). Without a CUDA device
it says so, does the same on little work on the CPU, and marks what only a GPU can show as skipped.
"""

from __future__ import annotations

import logging
import platform
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402
from gpu_checks import encoder, loading, models, sealed, survival  # noqa: E402
from gpu_checks.check import Check, Machine, Outcome, needs_cuda, run  # noqa: E402

from workbench.learning import devices  # noqa: E402


def device_facts(machine: Machine) -> str:
    """Name the device and what it computes in."""
    needs_cuda(machine)
    facts = devices.describe("cuda")
    return f"{facts['name']}, {facts['memory_gb']} GB, {devices.pick_precision('auto', 'cuda')}"


CHECKS: dict[str, Check] = {
    "device": device_facts,
    "attention_mil trains with AMP": models.amp_training,
    "GPU training follows the CPU's": models.same_training,
    "GPU predictions are the CPU's": models.same_predictions,
    "resume ends the same": models.resume,
    "survival networks follow the CPU's": survival.agreement,
    "survival networks, a million rows": survival.speed,
    "encoder throughput": encoder.throughput,
    "encode, end to end": encoder.end_to_end,
    "GPU features are the CPU's": encoder.agreement,
    "encoder training": encoder.training,
    "torch.compile": encoder.compiled,
    "loader starvation": loading.starvation,
    "slide to features": loading.slides,
    "GPU in the sandbox": sealed.passed_through,
}


def main() -> int:
    """Run all checks; return 1 when one failed."""
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning").setLevel(logging.ERROR)
    there = torch.cuda.is_available()
    machine = Machine("cuda" if there else "cpu", quick=not there)
    where = "CUDA" if there else "no CUDA device: quick checks on the CPU"
    print(f"Python {platform.python_version()}, torch {torch.__version__}, {where}\n")
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = {name: check for name, check in CHECKS.items() if word in name}
    outcomes = [run(name, check, machine) for name, check in chosen.items()]
    print(table(outcomes))
    counts = {s: sum(o.status == s for o in outcomes) for s in ("pass", "fail", "skip")}
    print("\n" + ", ".join(f"{count} {status}" for status, count in counts.items()))
    return 1 if counts["fail"] else 0


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as an aligned table."""
    rows = [("check", "status", "s", "figure")]
    rows += [(o.name, o.status, f"{o.seconds:.1f}", o.figure) for o in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        f"{name:<{widths[0]}}  {status:<{widths[1]}}  {seconds:>{widths[2]}}  {figure}"
        for name, status, seconds, figure in rows
    )


if __name__ == "__main__":
    sys.exit(main())
