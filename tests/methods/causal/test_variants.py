"""Sensitivity analyses that change one setting of the trial."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.methods.causal.variants import run_variants, variants

from . import months


def test_other_grace_periods_and_no_drop_out_are_run_beside() -> None:
    protocol = months.protocol(sensitivity=[{"grace": [2]}, "cens_model_off", "e_value"])
    found = run_variants(months.cohort(1, n=900), protocol)
    assert list(found) == ["grace 2", "without drop-out weights"]
    values = {name: one.estimates[0].value for name, one in found.items()}
    assert len(set(values.values())) == 2
    assert not any(
        "not being lost" in e.convention for e in found["without drop-out weights"].estimates
    )


def test_a_grace_period_off_the_grid_is_refused() -> None:
    protocol = months.protocol(sensitivity=[{"grace": [5]}], weights={"interval_days": 3})
    with pytest.raises(UsageError, match="grace_days 5 must be a multiple") as error:
        variants(protocol)
    assert error.value.problems[0].code == "bad-grace"
