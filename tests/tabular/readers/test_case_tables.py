"""Reports in our own columns; names as people write them; cases that come twice."""

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tabular.readers.case_tables import read_cases
from workbench.tabular.readers.repeated_cases import repeated_cases
from workbench.tabular.readers.written_names import code_names

PRODUCTS = pd.DataFrame(
    {
        "substance": ["vantropine", "lontropine", "cedopril"],
        "label": ["Vantyl, 28 tablets", "Lontyl, 28 tablets", "Cedo 5"],
    }
)


def _tables(**changed: object) -> dict[str, pd.DataFrame]:
    report = pd.DataFrame(
        {
            "case_id": ["1", "2", "3"],
            "received": ["03/04/2019", "2019-05-01", "20190601"],
            "onset": ["01/04/2019", "2019-06-01", None],
            "age": [40.0, 14.0, 702.0],
            "age_unit": ["a", "mo", "a"],
            "sex": ["F", "1", "x"],
            "serious": [True, None, False],
        }
    ).assign(**changed)
    drugs = pd.DataFrame(
        {
            "case_id": ["1", "1", "2", "9"],
            "drug": ["vantropine", "vantropine", "CEDO 5", "cedopril"],
            "role": ["suspect"] * 4,
        }
    )
    events = pd.DataFrame({"case_id": ["1", "2"], "level": "pt", "term": ["rash", "fever"]})
    return {"report": report, "report_drug": drugs, "report_event": events}


def test_ages_dates_and_sexes_are_read_by_the_rules_of_all_readers() -> None:
    reading = read_cases(_tables())
    report = reading["report"].set_index("case_id")
    assert report["received"].dt.strftime("%Y-%m-%d").tolist() == [
        "2019-04-03", "2019-05-01", "2019-06-01",
    ]  # fmt: skip
    assert report["age_years"].round(3).tolist()[:2] == [40.0, 1.167]
    assert report["age_years"].isna()["3"], "nobody is 702"
    assert report["onset"].isna()["2"], "an onset after its receipt is none"
    assert report["sex"].tolist()[:2] == ["F", "M"]
    decided = reading.ledger.decision_table().set_index("code")["rows"]
    assert decided["impossible-age"] == 1
    assert decided["unknown-sex-code"] == 1
    assert decided["orphan-row"] == 1


def test_an_unknown_role_stops_above_the_share() -> None:
    tables = _tables()
    tables["report_drug"] = tables["report_drug"].assign(role="bystander")
    with pytest.raises(DataError) as caught:
        read_cases(tables)
    assert caught.value.problems[0].code == "too-many-unknown-codes"


def test_a_name_is_coded_by_one_slip_of_one_drug_alone() -> None:
    written = pd.Series(["VANTYL,  28 tablets", "vantropne", "contropine", "xantropine", None])
    found = code_names(written, PRODUCTS, "substance", ["substance", "label"])
    # One letter from two drugs is no code: lontropine and contropine differ by one, vantropine not.
    assert found.fillna("?").tolist() == ["vantropine", "vantropine", "lontropine",
                                          "vantropine", "?"]  # fmt: skip
    near = pd.DataFrame({"substance": ["alba", "alta"]})
    assert code_names(pd.Series(["alda"]), near, "substance", ["substance"]).isna().all()


def test_a_case_repeats_another_in_all_that_tells_it() -> None:
    report = pd.DataFrame(
        {
            "case_id": list("abcd"),
            "received": pd.to_datetime(["2019-03-02", "2019-03-01", "2019-03-05", "2019-03-06"]),
            "onset": pd.to_datetime(["2019-02-01"] * 3 + [None]),
            "age_years": [40.0] * 4,
            "sex": ["F"] * 4,
            "serious": [True] * 4,
        }
    )
    coded = pd.DataFrame({"case_id": list("aabbcd"), "product": list("xyyxxx")})
    events = pd.DataFrame({"case_id": list("abcd"), "term": ["rash"] * 4})
    # The order in which drugs are named does not matter; the first received is kept.
    assert repeated_cases(report, coded, events).tolist() == ["a"]
