"""Bad input as it meets a report: a named error or a counted decision, never a silent number."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from workbench.cli.main import main
from workbench.errors import DataError, UsageError, WorkbenchError
from workbench.runs import report_rates
from workbench.runs.reported.cases import read_reports
from workbench.runs.reported.inputs import claims_store
from workbench.runs.reported.plan import load_plan

Change = Callable[..., Path]


def _data(folder: Path) -> object:
    from workbench import data

    return data.open(folder, "report")


def _decisions(folder: Path, plan: Path, work: Path) -> dict[str, int]:
    """Return what readers decided of claims and reports, rows by code."""
    opened, read = _data(folder), load_plan(plan)
    work.mkdir()
    _, claims = claims_store(opened, read, work)
    reports = read_reports(opened, read).counted
    both = pd.concat([claims.decisions, reports.decisions])
    return both.groupby("code")["rows"].sum().to_dict()


def _codes(error: WorkbenchError) -> set[str]:
    return {problem.code for problem in error.problems}


def test_unknown_packs_above_the_share_stop_the_run_with_the_largest(
    broken: Change, small_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lose(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(cip13=rows["cip13"].where(rows.index % 10 > 0, "3400999999999"))

    folder = broken("dispensing", lose)
    arguments = ["rates", str(small_plan), "--data", str(folder), "--out", str(tmp_path / "o")]
    assert main([*arguments, "--tracking", "none"]) == 3
    said = capsys.readouterr().err
    assert "too-many-unknown-codes" in said and "'3400999999999'" in said
    assert "% of the volume has unknown codes, expected at most 2.0%" in said


def test_few_unknown_packs_are_counted_with_their_share(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def lose(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(cip13=rows["cip13"].where(rows.index % 100 > 0, "3400999999999"))

    opened, plan = _data(broken("dispensing", lose)), load_plan(small_plan)
    (tmp_path / "work").mkdir()
    _, counted = claims_store(opened, plan, tmp_path / "work")
    (row,) = counted.rejects.to_dict("records")
    assert row["code"] == "3400999999999" and 0.005 < row["share"] < 0.02
    flow = counted.flow.set_index("reason")["left_out"]
    assert flow["unknown-pack"] == row["rows"]


def test_names_that_fit_no_product_stop_above_the_share(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def garble(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(drug=rows["drug"].where(rows.index % 5 > 0, "quelque chose"))

    with pytest.raises(DataError) as caught:
        report_rates(small_plan, broken("report_drug", garble), tmp_path / "out")
    assert "too-many-uncoded" in _codes(caught.value)
    assert "coding.max_uncoded" in caught.value.remedy
    assert not (tmp_path / "out" / "tables").exists()


def test_boxes_that_net_below_zero_are_no_exposure(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def take_back(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows.iloc[:7].assign(boxes=-9)
        return pd.concat([rows, more], ignore_index=True)

    decided = _decisions(broken("dispensing", take_back), small_plan, tmp_path / "work")
    assert decided["negative-net"] >= 4


def test_a_flow_older_than_its_dispensing_is_left_out(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def reverse(rows: pd.DataFrame) -> pd.DataFrame:
        early = pd.to_datetime(rows["date"]) - pd.Timedelta(days=30)
        wrong = rows.index < 25
        flow = pd.to_datetime(rows["flow_date"]).mask(wrong, early)
        return rows.assign(flow_date=flow.dt.date)

    decided = _decisions(broken("dispensing", reverse), small_plan, tmp_path / "work")
    assert decided["reversed-dates"] == 25


def test_an_onset_after_its_receipt_and_impossible_ages_are_missing_and_counted(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def garble(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.reset_index(drop=True)
        first = rows.index < 15
        rows = rows.assign(onset=pd.to_datetime(rows["onset"]))
        rows["onset"] = rows["onset"].mask(first, pd.Timestamp("2031-01-01")).dt.date
        old = (rows.index >= 20) & (rows.index < 32)
        rows.loc[old, ["age", "age_unit"]] = [702.0, "a"]
        return rows

    folder = broken("report", garble)
    decided = _decisions(folder, small_plan, tmp_path / "work")
    assert decided["reversed-dates"] >= 15
    assert decided["impossible-age"] == 12


def test_an_age_in_days_is_converted_where_the_card_knows_the_unit(
    population: Path, small_plan: Path
) -> None:
    from workbench.tabular.readers.case_tables import read_cases

    names = ("report", "report_drug", "report_event")
    frames = {name: pd.read_parquet(population / f"{name}.parquet").head(400) for name in names}
    frames["report"] = frames["report"].assign(age=730.5, age_unit="d")
    reading = read_cases(frames)
    assert reading["report"]["age_years"].round(2).eq(2.0).all()
    assert reading.ledger.decision_table().set_index("code")["rows"]["age-in-other-unit"] == 400


def test_an_unknown_unit_of_age_is_refused_by_the_card(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    folder = broken("report", lambda rows: rows.assign(age_unit="fortnights"))
    with pytest.raises(DataError) as caught:
        report_rates(small_plan, folder, tmp_path / "out")
    assert "unknown-category" in _codes(caught.value)


def test_a_changed_header_is_named_with_the_closest(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    folder = broken("dispensing", lambda rows: rows.rename(columns={"cip13": "CIP_13"}))
    with pytest.raises(DataError) as caught:
        report_rates(small_plan, folder, tmp_path / "out")
    assert "missing-column" in _codes(caught.value)


def test_duplicated_flows_count_once(broken: Change, small_plan: Path, tmp_path: Path) -> None:
    def send_again(rows: pd.DataFrame) -> pd.DataFrame:
        later = pd.to_datetime(rows["flow_date"]) + pd.Timedelta(days=200)
        again = rows.assign(flow_date=later.dt.date)[rows["boxes"] > 0]
        return pd.concat([rows, again.iloc[:500]], ignore_index=True)

    folder = broken("dispensing", send_again)
    decided = _decisions(folder, small_plan, tmp_path / "work")
    assert decided["late-copy"] >= 480


def test_a_pseudonym_of_two_persons_would_double_flows_and_is_refused(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def two(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(birth_rank=1)  # twins are not told apart any more

    broken("beneficiary", two)
    folder = broken("dispensing", two)
    with pytest.raises(DataError) as caught:
        report_rates(small_plan, folder, tmp_path / "out")
    assert _codes(caught.value) == {"duplicate-key"}


def test_a_pack_with_two_supplies_would_double_flows_and_is_refused(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    def two(rows: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([rows, rows.head(1).assign(cis="99999999", days_supply=5)])

    with pytest.raises(DataError) as caught:
        report_rates(small_plan, broken("product", two), tmp_path / "out")
    assert _codes(caught.value) == {"join-gains-rows"}


def test_flows_without_a_person_are_refused_by_the_door(
    broken: Change, small_plan: Path, tmp_path: Path
) -> None:
    folder = broken("beneficiary", lambda rows: rows.iloc[50:])
    with pytest.raises(DataError) as caught:
        report_rates(small_plan, folder, tmp_path / "out")
    assert _codes(caught.value) == {"missing-person"}


def test_years_without_a_case_or_without_a_patient_are_named(
    population: Path, changed_plan: Change, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        report_rates(
            changed_plan(periods={"first_year": 2001, "last_year": 2002}),
            population,
            tmp_path / "o",
        )
    assert _codes(caught.value) == {"nobody-exposed"}


def test_an_empty_stratum_gives_no_standardised_rate_and_says_so(reported: Path) -> None:
    table = pd.read_csv(reported / "tables/standardised.csv")
    absent = table[table["rate"].isna()]
    assert absent["method"].str.startswith("not given: a stratum").all()


def test_a_reader_whose_tables_are_not_there_says_which(
    population: Path, changed_plan: Change, tmp_path: Path
) -> None:
    plan = changed_plan(sources={"claims": {"reader": "omop"}})
    with pytest.raises(UsageError) as caught:
        report_rates(plan, population, tmp_path / "out")
    assert _codes(caught.value) == {"missing-table"}
    assert "drug_exposure" in caught.value.render()


def test_masked_counts_are_intervals_and_never_zero(reported: Path) -> None:
    rates = pd.read_csv(reported / "tables/rates.csv")
    hidden = rates[rates["masked"] & (rates["measure"] == "exposed_patients")]
    assert hidden["rate"].isna().all() and hidden["exposed"].isna().all()
    # Nobody is exposed in the stratum of cases without an age: readers know that 0.
    assert (hidden.loc[hidden["age"] != "unknown", "exposed_high"].fillna(99) > 0).all()
