"""Real tables of reports, counted once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.methods.signals.pairs import PairCounts, count_rows
from workbench.methods.signals.table_pairs import count_table


@pytest.fixture(scope="session")
def caers(shared_data: Path) -> PairCounts:
    """Return the pairs of FDA's CAERS extract."""
    rows = pd.read_csv(shared_data / "adverse_events/caers.csv")
    return count_rows(rows, case="id", drug="var1", event="var2")


@pytest.fixture(scope="session")
def faers(shared_data: Path) -> PairCounts:
    """Return the pairs of one quarter of FAERS."""
    rows = pd.read_csv(shared_data / "adverse_events/faers22q3.csv.gz")
    return count_rows(rows, case="CASEID", drug="DRUG", event="AE")


@pytest.fixture(scope="session")
def statins(shared_data: Path) -> pd.DataFrame:
    """Return the statin table, a row a pair, by event and drug."""
    table = pd.read_csv(shared_data / "adverse_events/pvLRT_statin46.csv", index_col=0)
    long = table.rename_axis("event").reset_index().melt("event", var_name="drug", value_name="n")
    return count_table(long).counts.set_index(["event", "drug"])
