"""The pages on metrics name every metric of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import metrics

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "metrics.md", DOCS / "survival_metrics.md"]


@pytest.mark.parametrize("name", metrics.names())
def test_metric_has_its_convention_in_the_docs(name) -> None:
    lines = [line for page in PAGES for line in page.read_text(encoding="utf-8").splitlines()]
    table = [line for line in lines if line[:3] == "| `"]
    assert any(f"`{name}`" in line.split("|")[1] for line in table)
