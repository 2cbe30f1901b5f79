"""OMOP tables: concepts to packs, cover, reversed dates, quantities."""

from typing import Any

import pandas as pd
import pytest

pytest.importorskip("ibis")

from workbench.errors import DataError
from workbench.tabular.readers.omop import read_omop

A = "3400949497294"


def sources(**changes: Any) -> dict[str, Any]:
    drugs = pd.DataFrame(
        {
            "drug_exposure_id": [1, 2],
            "person_id": [10, 11],
            "drug_concept_id": [7, 7],
            "drug_exposure_start_date": pd.to_datetime(["2019-03-01", "2019-04-01"]),
            "drug_exposure_end_date": pd.to_datetime(["2019-03-30", "2019-04-30"]),
            "quantity": [2, None],
            "days_supply": [30, None],
        }
    )
    tables: dict[str, Any] = {
        "person": pd.DataFrame(
            {
                "person_id": [10, 11],
                "gender_concept_id": [8507, 8532],
                "year_of_birth": [1950, 1960],
            }
        ),
        "drug_exposure": drugs,
        "observation_period": pd.DataFrame(
            {
                "person_id": [10, 11],
                "observation_period_start_date": ["2019-01-01", "2019-01-01"],
                "observation_period_end_date": ["2019-12-31", "2019-12-31"],
            }
        ),
        "death": pd.DataFrame({"person_id": [11], "death_date": ["2019-10-01"]}),
        "concepts": pd.DataFrame({"concept_id": [7], "cip13": [A]}),
    }
    return tables | changes


def decided(reading: Any) -> dict[str, int]:
    return reading.ledger.decision_table().groupby("code")["rows"].sum().to_dict()


def test_drug_exposures_become_events_by_the_users_concepts() -> None:
    reading = read_omop(sources()).frames()
    events = reading["exposure_event"].sort_values("person_id", ignore_index=True)
    assert events["cip13"].tolist() == [A, A] and events["boxes"].tolist() == [2, 1]
    assert events["days_supply"].iloc[0] == 30 and pd.isna(events["days_supply"].iloc[1])
    person = reading["person"].set_index("person_id")
    assert person["sex"].to_dict() == {"10": "M", "11": "F"}
    assert person.loc["11", "death_date"] == pd.Timestamp("2019-10-01")
    assert decided(reading)["no-quantity"] == 1


def test_a_concept_without_a_pack_stops_above_the_share() -> None:
    concepts = pd.DataFrame({"concept_id": [8], "cip13": [A]})
    with pytest.raises(DataError, match="too-many-unknown-codes"):
        read_omop(sources(concepts=concepts))


def test_without_concepts_the_source_value_must_be_a_cip13() -> None:
    tables = sources()
    del tables["concepts"]
    tables["drug_exposure"]["drug_source_value"] = [A, "aspirin"]
    reading = read_omop(tables, max_rejected=0.5).frames()
    assert len(reading["exposure_event"]) == 1 and decided(reading)["unknown-pack"] == 1


def test_a_concept_with_two_packs_is_refused() -> None:
    concepts = pd.DataFrame({"concept_id": [7, 7], "cip13": [A, "3400933208639"]})
    with pytest.raises(DataError, match="repeated-concept"):
        read_omop(sources(concepts=concepts))


def test_reversed_and_second_periods_are_counted() -> None:
    periods = pd.DataFrame(
        {
            "person_id": [10, 10, 11],
            "observation_period_start_date": ["2019-01-01", "2017-01-01", "2019-06-01"],
            "observation_period_end_date": ["2019-12-31", "2017-02-01", "2019-01-01"],
        }
    )
    reading = read_omop(sources(observation_period=periods), max_rejected=0.5).frames()
    found = decided(reading)
    assert found["shorter-period"] == 1 and found["reversed-dates"] == 1
    assert reading["person"]["person_id"].tolist() == ["10"]
    assert found["no-cover"] == 1 and found["unknown-person"] == 1


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("quantity", -1, "negative-quantity"),
        ("drug_exposure_end_date", pd.Timestamp("2018-01-01"), "reversed-dates"),
    ],
)
def test_a_bad_exposure_is_left_out_and_counted(column: str, value: Any, code: str) -> None:
    tables = sources()
    tables["drug_exposure"].loc[0, column] = value
    reading = read_omop(tables).frames()
    assert len(reading["exposure_event"]) == 1 and decided(reading)[code] == 1


def test_conditions_come_with_their_day_and_concept() -> None:
    conditions = pd.DataFrame(
        {
            "condition_occurrence_id": [1],
            "person_id": [10],
            "condition_concept_id": [316139],
            "condition_start_date": ["2019-05-02"],
        }
    )
    table = read_omop(sources(condition_occurrence=conditions)).frames()["condition"]
    assert table["concept_id"].tolist() == ["316139"]
    assert table["date"].iloc[0] == pd.Timestamp("2019-05-02")
