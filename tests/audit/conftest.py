"""A log with a few records, and its head in another folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.audit import AuditLog


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "home" / "log.jsonl", tmp_path / "heads")


@pytest.fixture
def fill(log: AuditLog) -> Callable[[int], list[bytes]]:
    """Append records and return the log's lines."""

    def append(count: int) -> list[bytes]:
        for number in range(count):
            log.append({"action": "test", "object": f"set-{number}"})
        return log.path.read_bytes().splitlines(keepends=True)

    return append


@pytest.fixture
def codes(log: AuditLog) -> Callable[[], list[str]]:
    """Return the codes verify() finds."""
    return lambda: [problem.code for problem in log.verify()]
