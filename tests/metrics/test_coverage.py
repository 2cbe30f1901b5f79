"""The promise of the intervals: 200 patients of five slides, coverage between 93 and 97 %."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/benchmarks/interval_coverage.py"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_intervals_over_patients_cover_and_intervals_over_rows_do_not() -> None:
    spec = importlib.util.spec_from_file_location("interval_coverage", SCRIPT)
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = script.coverage(200, 2000, 500, script.true_values())
    for task in ("cost score", "AUROC"):
        assert 0.93 <= found[task, "percentile"] <= 0.97
        assert found[task, "rows as units (wrong)"] < 0.93
    assert 0.93 <= found["AUROC", "clustered DeLong, logit"] <= 0.97
