"""Long tables of reports, and the real CAERS file."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tabular.readers.long_reports import CAERS, LongColumns, read_long

FAERS_LONG = LongColumns("CASEID", "DRUG", "AE")


def test_the_real_caers_file(shared_data: Path) -> None:
    reading = read_long(shared_data / "adverse_events/caers.csv", CAERS)
    assert len(reading["report"]) == 3356
    assert reading["report_drug"]["product"].nunique() == 2874
    assert reading["report_event"]["term"].nunique() == 1328
    decided = reading.ledger.decision_table().set_index("code")["rows"]
    assert decided["duplicated-row"] == 239 and decided["role-assumed"] == 20156 - 239
    assert set(reading["report"]["sex"].dropna()) == {"F", "M"}
    flow = reading.ledger.flow_table()
    assert (flow["after"] <= flow["before"]).all()


def test_a_real_quarter_of_half_a_million_rows(shared_data: Path, tmp_path: Path) -> None:
    packed = (shared_data / "adverse_events/faers22q3.csv.gz").read_bytes()
    with pytest.raises(DataError, match="Unpack"):
        path = tmp_path / "packed.csv"
        path.write_bytes(packed)
        read_long(path, FAERS_LONG)
    path.write_bytes(gzip.decompress(packed))
    reading = read_long(path, FAERS_LONG)
    assert len(reading["report"]) == 215867
    assert reading["report_drug"]["drug"].nunique() == 3880
    assert reading["report_event"]["term"].nunique() == 973
    decided = reading.ledger.decision_table().set_index("code")["rows"]
    assert decided["duplicated-row"] == 5


def frame(**changes: list[str]) -> pd.DataFrame:
    columns = {
        "Case": ["007", "007", "8"], "Product": ["A", "B", "A"], "Event": ["Rash", "Rash", "Fever"],
        "Sex": ["F", "F", "M"], "Created": ["03/04/2019", "03/04/2019", "25/12/2019"],
    }  # fmt: skip
    return pd.DataFrame(columns | changes)


COLUMNS = LongColumns("Case", "Product", "Event", received="Created", sex="Sex")


def test_leading_zeros_stay_and_days_come_first() -> None:
    reading = read_long(frame(), COLUMNS)
    assert reading["report"]["case_id"].tolist() == ["007", "8"]
    assert reading["report"]["received"].iloc[0] == pd.Timestamp("2019-04-03")
    assert len(reading["report_event"]) == 2 and len(reading["report_drug"]) == 3


def test_the_other_date_order_is_refused() -> None:
    rows = frame(Created=["12/25/2019", "12/25/2019", "12/31/2019"])
    with pytest.raises(DataError, match="wrong-date-order"):
        read_long(rows, COLUMNS)
    american = LongColumns("Case", "Product", "Event", received="Created", month_first=True)
    assert read_long(rows, american)["report"]["received"].iloc[0] == pd.Timestamp("2019-12-25")


def test_what_rows_of_a_case_disagree_on_is_missing() -> None:
    reading = read_long(frame(Sex=["F", "M", "M"]), COLUMNS)
    assert reading["report"]["sex"].isna().tolist() == [True, False]
    assert "case-conflict" in set(reading.ledger.decision_table()["code"])


def test_settings_and_columns_that_are_wrong_are_named() -> None:
    with pytest.raises(DataError, match="unknown-grain"):
        read_long(frame(), LongColumns("Case", "Product", "Event", grain="drug"))
    with pytest.raises(DataError, match="missing-column"):
        read_long(frame(), LongColumns("Case", "Product", "Reaction"))


def test_roles_are_mapped_and_unknown_ones_stop() -> None:
    rows = frame(Role=["Suspect", "Concomitant", "Other"])
    columns = LongColumns("Case", "Product", "Event", role="Role")
    with pytest.raises(DataError, match="too-many-unknown-codes"):
        read_long(rows, columns)
    reading = read_long(rows, columns, max_rejected=0.4)
    assert reading["report_drug"]["role"].tolist() == ["suspect", "concomitant"]
