"""The synthetic data set on disk: the same bytes, opt-outs, trial runs, one set a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.use_cases.sarcoma.conftest import part, use_case
from workbench import data, digests
from workbench.audit import home
from workbench.errors import DataError, UsageError


def digests_of(folder: Path) -> dict[str, str]:
    """Return the digest of every file."""
    return {path.name: digests.of_file(path) for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_may_be_written_again(tmp_path: Path) -> None:
    built = use_case(synthetic={"n": 120})
    for folder in ("a", "b", "a"):
        built.synthesize(tmp_path / folder, 11)
    built.synthesize(tmp_path / "c", 12)
    assert digests_of(tmp_path / "a") == digests_of(tmp_path / "b")
    assert digests_of(tmp_path / "a")["death.csv"] != digests_of(tmp_path / "c")["death.csv"]


def test_another_set_is_not_written_over(tmp_path: Path) -> None:
    use_case(synthetic={"n": 50}).synthesize(tmp_path / "set", 1)
    with pytest.raises(DataError, match="other settings, seed or code"):
        use_case(synthetic={"n": 50}).synthesize(tmp_path / "set", 2)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"notes\.txt"):
        use_case().synthesize(tmp_path / "other", 1)


def test_every_table_keeps_its_contract(cohort_set: Path) -> None:
    opened = data.open(cohort_set, "validate")
    assert not list(part("reading").card_problems(opened.card))
    for table in opened.card.tables:
        rows = opened.table(table.name)
        assert rows["person_id"].isin(opened.table("person")["person_id"]).all()


def test_parquet_reads_as_csv_does(
    cohort_set: Path, tmp_path: Path, prepare: Callable[..., Any]
) -> None:
    folder = tmp_path / "parquet"
    folder.mkdir()
    opened = data.open(cohort_set, "describe")
    for table in opened.card.tables:
        opened.table(table.name).to_parquet(folder / f"{table.name}.parquet", index=False)
    tables = tuple(contract.table("parquet") for contract in part("contracts").CONTRACTS)
    data.write_card(opened.card.model_copy(update={"tables": tables}), folder)
    first, second = prepare(cohort_set), prepare(folder)
    assert first.cases.table.equals(second.cases.table)
    assert (first.cases.matrix() == second.cases.matrix()).all()


def test_a_person_who_objected_is_in_no_table(
    cohort_set: Path, prepare: Callable[..., Any], tmp_path: Path
) -> None:
    before = prepare(cohort_set)
    gone = before.cases.ids[4]
    opt_outs = home() / "opt_outs.csv"
    opt_outs.parent.mkdir(parents=True, exist_ok=True)
    opt_outs.write_text(f"pseudonym,scope,since\n{gone},all,2020-01-01\n")
    after = prepare(cohort_set)
    opened = data.open(cohort_set, "describe")
    assert gone not in after.cases.ids
    assert len(after.cases) == len(before.cases) - 1
    assert after.flow[0]["excluded"] == 1
    for table in opened.card.tables:
        assert gone not in set(opened.table(table.name)["person_id"])


def test_a_trial_run_has_the_dead_and_the_living_in_balance(tmp_path: Path) -> None:
    card = use_case().synthesize(tmp_path / "few", 5, 12)
    opened = data.open(card, "train")
    assert len(opened.table("person")) == 12
    assert len(opened.table("death")) == 6


def test_mar_gaps_come_with_age_and_mcar_do_not() -> None:
    ages = {}
    for mechanism in ("mar", "mcar"):
        chosen = part("synthetic.knobs").Knobs(n=20_000, missing=0.2, missing_mechanism=mechanism)
        tables = part("synthetic.tables").draw_tables(chosen, 1)
        lost = tables["tumour"]["fnclcc_grade"].isna().to_numpy()
        assert lost.mean() == pytest.approx(0.2, abs=0.02)
        born = tables["person"]["birth_year"]
        ages[mechanism] = float(born[~lost].mean() - born[lost].mean())
    assert ages["mar"] > 4
    assert abs(ages["mcar"]) < 1


def test_neoadjuvant_chemotherapy_comes_before_surgery() -> None:
    chosen = part("synthetic.knobs").Knobs(n=3000, question="neoadjuvant", linkage_loss=0.0)
    tables = part("synthetic.tables").draw_tables(chosen, 1)
    procedure = tables["procedure"]
    surgery = procedure[procedure["kind"] == "surgery"].set_index("person_id")["date"]
    first = tables["drug"].groupby("person_id")["date"].min()
    both = pd.concat([first, surgery], axis=1, join="inner", keys=["drug", "surgery"])
    assert len(both) > 500
    assert (both["drug"] < both["surgery"]).all()


def test_knobs_out_of_range_are_all_named() -> None:
    with pytest.raises(UsageError) as refused:
        use_case(synthetic={"confounding": 9, "question": "adjuvnt", "hr_high_risk": 0})
    text = str(refused.value)
    assert "confounding is 9" in text and "did you mean 'adjuvant'" in text
    assert "hr_high_risk is 0" in text


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'no_overlap'"):
        use_case().knobs("no_overlp")
