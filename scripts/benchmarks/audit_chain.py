"""Measure the audit chain: durable appends a second, and the time to verify a million lines.

Usage: python scripts/benchmarks/audit_chain.py [FOLDER]
Bars: at least 100 durable appends a second; 1,000,000 lines verified in less than 15 s.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from workbench.audit import AuditLog
from workbench.audit.record import START, write_line

APPENDS, LINES = 1000, 1_000_000
EVENT = {
    "actor": "benchmark",
    "action": "data.open",
    "object": "slides",
    "version": "1.0",
    "purpose": "train",
    "counts": {"persons": 80, "rows": 240, "files": 80, "opted_out": 2},
    "config_digest": "0" * 64,
}


def appends_per_second(folder: Path) -> float:
    log = AuditLog(folder / "appends" / "log.jsonl", folder / "heads")
    start = time.perf_counter()
    for _ in range(APPENDS):
        log.append(EVENT)
    return APPENDS / (time.perf_counter() - start)


def verify_seconds(folder: Path) -> tuple[float, float]:
    """Return wall and CPU seconds; they differ where the machine has other work."""
    log = AuditLog(folder / "long" / "log.jsonl", folder / "heads")
    log.path.parent.mkdir()
    link = START
    with log.path.open("wb") as handle:
        for _ in range(LINES):
            line, link = write_line(EVENT, link)
            handle.write(line)
    log.heads.write(link)
    wall, cpu = time.perf_counter(), time.process_time()
    problems = log.verify()
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    if problems:
        raise SystemExit(f"a whole log has problems: {problems[:3]}")
    return seconds


def main() -> None:
    where = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(dir=where) as name:
        print(f"durable appends: {appends_per_second(Path(name)):.0f} a second (bar: 100)")
        wall, cpu = verify_seconds(Path(name))
        print(f"verify {LINES:,} lines: {wall:.1f} s, of CPU {cpu:.1f} s (bar: 15)")


if __name__ == "__main__":
    main()
