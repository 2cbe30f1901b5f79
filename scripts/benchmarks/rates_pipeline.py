"""Times `workbench rates` whole: a plan, a data card, and at the end every table and page.

    python scripts/benchmarks/rates_pipeline.py [--rows 10_000_000] [--reports 1_000_000]

The population is made first by `workbench synthesize`, its own time apart. Then the verb runs in a
process of its own: CPU seconds of all its threads, wall time, peak memory. Bars at ten million
dispensings and a million reports on two cores: three minutes, 4 GB. On a machine that others use,
wall time says little: CPU seconds over two cores are the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "use_cases/adverse_events/rates.yaml"
ROWS_A_PERSON, REPORTS_A_PERSON, CORES = 10.1, 5.3, 2
MINUTES, GIGABYTES = 3.0, 4.0


@dataclass(frozen=True)
class Spent:
    """What a process took: CPU seconds, wall seconds, peak memory in GB."""

    cpu: float
    wall: float
    gb: float


def run(words: list[str], home: Path) -> Spent:
    """Run the workbench in a process of its own.

    Raises:
        SystemExit: It ended with an error.
    """
    state = {"WORKBENCH_HOME": str(home / "home"), "WORKBENCH_AUDIT_HEADS": str(home / "heads")}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **state}
    start = time.perf_counter()
    command = [sys.executable, "-m", "workbench.cli.main", *words]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=home)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"workbench {words[0]} ended with {os.waitstatus_to_exitcode(status)}")
    wall = time.perf_counter() - start
    return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1e6)


def population(folder: Path, rows: int, reports: int, home: Path) -> Spent:
    """Make a population of about so many dispensings and reports."""
    persons = int(rows / ROWS_A_PERSON)
    # Reports a person grow with the share that is reported, but for those that all report.
    share = min(1.0, reports / persons / REPORTS_A_PERSON)
    knobs = [f"synthetic.persons={persons}", f"synthetic.reporting={share:.4f}"]
    return run(["synthesize", "adverse_events", "--out", str(folder), "--seed", "2", *knobs], home)


def main() -> int:
    """Print one line a part; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where there is room for 1 GB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        home = Path(made)
        data, out = home / "data", home / "out"
        before = population(data, options.rows, options.reports, home)
        sizes = {
            name: pq.ParquetFile(data / f"{name}.parquet").metadata.num_rows
            for name in ("person", "dispensing", "report")
        }
        print(", ".join(f"{count:,} rows of {name}" for name, count in sizes.items()))
        words = ["rates", str(PLAN), "--data", str(data), "--out", str(out), "--tracking", "none"]
        spent = run(words, home)
        seconds = json.loads((out / "times.json").read_text())["seconds"]
    print("| part | CPU s | wall s | peak GB |")
    print("|---|---|---|---|")
    for name, one in (("population (apart)", before), ("workbench rates", spent)):
        print(f"| {name} | {one.cpu:.0f} | {one.wall:.0f} | {one.gb:.2f} |")
    print("wall seconds of the steps: " + ", ".join(f"{k} {v:.0f}" for k, v in seconds.items()))
    share = max(options.rows / 1e7, options.reports / 1e6)
    limit = 60 * MINUTES * share * CORES
    kept = spent.cpu <= limit and spent.gb <= GIGABYTES
    print(f"bar: {limit:.0f} CPU s on {CORES} cores, {GIGABYTES:g} GB: "
          f"{'kept' if kept else 'MISSED'}")  # fmt: skip
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
