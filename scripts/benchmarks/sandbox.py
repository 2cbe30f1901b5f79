"""What a sandbox costs: the time of a program that does nothing, plain and in each tier.

Run: python scripts/benchmarks/sandbox.py [N]
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workbench.sandbox import Bubblewrap, Limits, Outcome, Task, probe, this_interpreter
from workbench.sandbox.podman import Podman


def main(repeats: int) -> None:
    found = probe()
    print(f"{platform.machine()}, {platform.release()}: tier {found.tier.label} ({found.found})")
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        folder.chmod(0o755)
        (folder / "nothing.py").write_text("pass\n")
        python = this_interpreter()
        command = (str(python.program), "/model/nothing.py")
        reads = {"/model": folder, **python.reads}
        task = Task(command, reads, Limits(memory_mb=512), folder="/model")
        plain = [str(python.program), str(folder / "nothing.py")]
        ways: dict[str, Callable[[], Outcome | subprocess.CompletedProcess[bytes]]] = {
            "plain": lambda: subprocess.run(plain, check=True),
            "sealed": lambda: Bubblewrap().run(task),
            "namespaces": lambda: Bubblewrap(counted=False).run(task),
        }
        if Podman().probe().tier:
            ways["podman"] = lambda: Podman().run(task)
        for name, way in ways.items():
            times = [_seconds(way) for _ in range(repeats)]
            low, middle, high = min(times), statistics.median(times), max(times)
            print(f"{name:12s} median {middle:6.1f} ms, {low:.1f} to {high:.1f}, {repeats} runs")


def _seconds(way: Callable[[], object]) -> float:
    """Return the milliseconds of one run."""
    begun = time.perf_counter()
    way()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
