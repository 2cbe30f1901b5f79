"""Every check of the schema: a broken cohort is refused by name, with the row and what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.errors import DataError, Problem, UsageError

Change = Callable[[pd.DataFrame], pd.DataFrame]
Writer = Callable[..., Path]
Prepare = Callable[..., Any]


def cell(column: str, value: str, row: int = 0) -> Change:
    """Return a change of one cell."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        made = table.copy()
        made.loc[row, column] = value
        return made

    return change


def again(column: str, value: str, kind: str) -> Change:
    """Return a change that repeats the first row of a kind under another id."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        first = table[table["kind"] == kind].head(1)
        return pd.concat([table, first.assign(**{column: value})], ignore_index=True)

    return change


def shift_sizes(factor: float, every: int = 1) -> Change:
    """Return a change that writes every so many sizes in another unit."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        sizes = pd.to_numeric(table["size_mm"])
        chosen = pd.Series(range(len(table))) % every == 0
        made = sizes.where(~chosen, sizes * factor)
        return table.assign(size_mm=made.map(lambda size: "" if pd.isna(size) else f"{size:g}"))

    return change


def without_surgery_of_the_first(table: pd.DataFrame) -> pd.DataFrame:
    first = table["person_id"].iloc[0]
    return table[(table["person_id"] != first) | (table["kind"] != "surgery")]


def refused(run: Callable[[], Any]) -> dict[str, Problem]:
    """Return the first problem of each code a refusal names."""
    with pytest.raises(DataError) as error:
        run()
    found: dict[str, Problem] = {}
    for problem in error.value.problems:
        found.setdefault(problem.code, problem)
    return found


ERRORS: dict[str, dict[str, Change]] = {
    "event-before-origin": {
        "death": cell("date", "2001-05-06"),
    },
    "chemo-before-diagnosis": {"drug": cell("date", "2001-05-06")},
    "death-contact-disagree": {"death": cell("date", "2024-12-30")},
    "duplicate-surgery": {"procedure": again("procedure_id", "X9999999", "surgery")},
    "all-censored": {
        "death": lambda t: t.head(0),
        "observation_period": lambda t: t.assign(reason="lost"),
    },
}


@pytest.mark.parametrize("code", ERRORS)
def test_each_contradiction_is_an_error_with_row_and_remedy(
    code: str, changed: Writer, prepare: Prepare
) -> None:
    problem = refused(lambda: prepare(changed(**ERRORS[code])))[code]
    assert problem.where and problem.remedy
    if code != "all-censored":
        assert "row" in problem.where and "person P" in problem.where


def test_all_problems_are_named_at_once(changed: Writer, prepare: Prepare) -> None:
    folder = changed(
        death=cell("date", "2001-05-06"),
        drug=cell("date", "2001-05-06"),
        procedure=again("procedure_id", "X9999999", "surgery"),
    )
    assert {"event-before-origin", "chemo-before-diagnosis", "duplicate-surgery"} <= set(
        refused(lambda: prepare(folder))
    )


def test_persons_with_contradictions_may_be_left_out_with_the_reason(
    changed: Writer, prepare: Prepare
) -> None:
    folder = changed(drug=cell("date", "2001-05-06"))
    ready = prepare(folder, bad_rows="exclude")
    assert ready.excluded["reason"].tolist() == ["chemo-before-diagnosis"]
    assert ready.excluded["case"].iloc[0] not in ready.cases.ids
    assert ready.flow[-1]["kept"] == len(ready.cases) == 399


def test_a_re_excision_is_no_duplicate(changed: Writer, prepare: Prepare) -> None:
    def later(table: pd.DataFrame) -> pd.DataFrame:
        first = table[table["kind"] == "surgery"].head(1)
        day = pd.to_datetime(first["date"]) + pd.Timedelta(days=20)
        extra = first.assign(procedure_id="X9999999", date=day.dt.strftime("%Y-%m-%d"))
        return pd.concat([table, extra], ignore_index=True)

    assert len(prepare(changed(procedure=later)).cases) == 400


def test_zero_times_are_rejected_or_half_a_day(changed: Writer, prepare: Prepare) -> None:
    opened = changed()
    procedure = pd.read_csv(opened / "procedure.csv", dtype="string")
    period = pd.read_csv(opened / "observation_period.csv", dtype="string")
    alive = period[period["reason"] != "death"]["person_id"].iloc[0]
    day = procedure[(procedure["person_id"] == alive) & (procedure["kind"] == "surgery")]["date"]
    row = int(period.index[period["person_id"] == alive][0])
    _rewrite(opened, "observation_period", cell("end", str(day.iloc[0]), row))
    problem = refused(lambda: prepare(opened))["zero-time"]
    assert "half-day" in problem.remedy
    ready = prepare(opened, zero_times="half-day")
    assert ready.cases.table.set_index("case").loc[alive, "time"] == 0.5


def _rewrite(folder: Path, name: str, change: Change) -> None:
    """Change one table of a written set, and its manifest."""
    from workbench import data

    path = folder / f"{name}.csv"
    change(pd.read_csv(path, dtype="string", keep_default_na=False)).to_csv(path, index=False)
    data.write_manifest(folder, "manifest.csv")


def test_persons_without_surgery_are_left_out_by_name(changed: Writer, prepare: Prepare) -> None:
    ready = prepare(changed(procedure=without_surgery_of_the_first))
    assert ready.excluded["reason"].tolist() == ["no-origin"]


def test_time_may_count_from_diagnosis(cohort_set: Path, prepare: Prepare) -> None:
    operated = prepare(cohort_set).cases
    diagnosed = prepare(cohort_set, origin="diagnosis").cases
    assert (diagnosed.table["time"] > operated.table["time"]).all()
    assert not [name for name in diagnosed.features if name.startswith("margins")]


def test_the_horizon_must_lie_within_follow_up(cohort_set: Path, prepare: Prepare) -> None:
    problem = refused(lambda: prepare(cohort_set, horizon_days=20_000))["tau-beyond-support"]
    assert "horizon_days" in problem.remedy


WARNINGS: dict[str, dict[str, Change]] = {
    "unit-mix": {"tumour": shift_sizes(0.1, every=8)},
    "grade-missing": {
        "tumour": lambda t: t.assign(fnclcc_grade=t["fnclcc_grade"].where(t.index % 3 > 0, ""))
    },
}


@pytest.mark.parametrize("code", WARNINGS)
def test_what_looks_wrong_is_warned_of(code: str, changed: Writer, prepare: Prepare) -> None:
    ready = prepare(changed(**WARNINGS[code]))
    found = [problem for problem in ready.warnings if problem.code == code]
    assert found and found[0].where and found[0].remedy
    assert len(ready.cases) == 400


@pytest.mark.parametrize(("factor", "unit"), [(0.1, "centimetres"), (10, "tenths of mm")])
def test_sizes_in_another_unit_are_refused_even_where_persons_may_be_left_out(
    factor: float, unit: str, changed: Writer, prepare: Prepare
) -> None:
    folder = changed(tumour=shift_sizes(factor))
    problem = refused(lambda: prepare(folder, bad_rows="exclude"))["size-unit"]
    assert unit in problem.message and "millimetres" in problem.remedy


def test_a_doubtful_link_is_warned_of(cohort_set: Path, prepare: Prepare) -> None:
    found = [p for p in prepare(cohort_set).warnings if p.code == "low-match-quality"]
    assert found and "match quality is" in found[0].message
    assert not [
        p
        for p in prepare(cohort_set, min_match_quality=0.0).warnings
        if p.code == "low-match-quality"
    ]


def test_a_sound_cohort_has_no_other_warning(cohort_set: Path, prepare: Prepare) -> None:
    codes = {problem.code for problem in prepare(cohort_set).warnings}
    assert codes <= {"low-match-quality"}


def test_a_card_that_breaks_the_contract_names_every_column(
    cohort_set: Path, tmp_path: Path, prepare: Prepare
) -> None:
    from workbench import data

    folder = tmp_path / "other"
    folder.mkdir()
    opened = data.open(cohort_set, "describe")
    tables = []
    for table in opened.card.tables:
        rows = opened.table(table.name)
        fields = list(table.fields)
        if table.name == "linkage":
            continue
        if table.name == "drug":
            continue
        if table.name == "tumour":
            fields = [
                field.model_copy(update={"unit": "cm"}) if field.name == "size_mm" else field
                for field in fields
                if field.name != "depth"
            ]
            rows = rows.drop(columns="depth")
        rows.to_csv(folder / table.path, index=False)
        tables.append(table.model_copy(update={"fields": tuple(fields)}))
    data.write_card(opened.card.model_copy(update={"tables": tuple(tables)}), folder)
    found = refused(lambda: prepare(folder))
    assert set(found) == {"missing-table", "missing-column", "unit-mismatch"}
    assert "expected mm" in found["unit-mismatch"].message


def test_settings_are_checked_before_any_work(prepare: Prepare, cohort_set: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        prepare(cohort_set, layout="schem", outcome="oss", horizon_days=-1)
    text = str(refusal.value)
    assert "did you mean 'schema'" in text and "did you mean 'os'" in text
    assert "horizon_days" in text
