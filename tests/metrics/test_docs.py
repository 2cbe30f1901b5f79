"""docs/metrics.md names every metric of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import metrics

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.mark.parametrize("name", metrics.names())
def test_metric_has_its_convention_in_the_docs(name) -> None:
    table = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    assert any(f"`{name}`" in line.split("|")[1] for line in table)
