"""The ledger: flows only fall, rejects stop above their share, joins are conserved."""

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tabular.readers.ledger import Ledger, check_conserved, check_unique


def test_a_step_that_gains_rows_is_refused() -> None:
    ledger = Ledger("x")
    ledger.start("rows", 10)
    ledger.step("rows", "bad", 8, 20.0)
    with pytest.raises(DataError, match="flow-gained-rows"):
        ledger.step("rows", "join", 9)
    flow = ledger.flow_table()
    assert flow["left_out"].tolist() == [0, 2] and flow["volume_after"].iloc[1] == 20


def test_the_total_that_grew_in_the_public_pipeline_is_refused() -> None:
    # T2: boxes before the join, after it, and those of packs that no speciality has.
    with pytest.raises(DataError, match="not-conserved"):
        check_conserved(3_336_724_097, 3_337_259_072, 524_462, "packs to specialities", "x")
    check_conserved(3_336_724_097, 3_336_724_097 - 524_462, 524_462, "packs", "x")


def test_rejects_are_listed_largest_first_and_stop_above_the_share() -> None:
    codes = pd.DataFrame({"code": ["a", None], "rows": [1, 2], "volume": [1.0, 3.0]})
    ledger = Ledger("x", max_rejected=0.04)
    ledger.reject("rows", "c", codes, 100.0)
    table = ledger.reject_table()
    assert table["volume"].tolist() == [3, 1] and table["share"].tolist() == [0.03, 0.01]
    with pytest.raises(DataError, match=r"4\.0% .* at most 3\.0%"):
        Ledger("x", max_rejected=0.03).reject("rows", "c", codes, 100.0)


def test_nothing_decided_is_not_listed_and_repeated_keys_are_refused() -> None:
    ledger = Ledger("x")
    ledger.decide("code", "rows", 0, "nothing")
    assert ledger.decision_table().empty
    with pytest.raises(DataError, match="repeated-key"):
        check_unique(pd.DataFrame({"a": [1, 1]}), ["a"], "rows", "x")
