"""FAERS quarters: last version, deleted cases, roles, ages, partial dates, old headers."""

from pathlib import Path
from typing import Any

import pytest

from workbench.errors import DataError
from workbench.tabular.readers.canonical import Reading
from workbench.tabular.readers.faers import read_faers

DEMO = (
    "primaryid$caseid$caseversion$event_dt$fda_dt$age$age_cod$sex$occp_cod$"
    "reporter_country$occr_country"
)
DRUG = "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai"
REAC = "primaryid$caseid$pt"
OUTC = "primaryid$caseid$outc_cod"


def quarter(folder: Path, **tables: list[str]) -> dict[str, Path]:
    headers = {"DEMO": DEMO, "DRUG": DRUG, "REAC": REAC, "OUTC": OUTC}
    folder.mkdir(exist_ok=True)
    default = {
        "DEMO": ["1001$100$1$20190302$20190401$61$YR$F$MD$US$FR"],
        "DRUG": ['1001$100$1$PS$LIPITOR 20"$ATORVASTATIN', "1001$100$2$C$ASA$ASPIRIN\\CAFFEINE"],
        "REAC": ["1001$100$Myalgia"],
    }
    paths = {}
    for name, lines in (default | tables).items():
        rows = lines if lines[0].startswith("ISR") else [headers[name], *lines]
        paths[name] = folder / f"{name}19Q2.txt"
        paths[name].write_bytes("\r\n".join(rows).encode("cp1252"))
    return paths


def decided(reading: Reading) -> dict[str, int]:
    return reading.ledger.decision_table().groupby("code")["rows"].sum().to_dict()


def test_a_quarter_becomes_reports_drugs_and_events(tmp_path: Path) -> None:
    reading = read_faers([quarter(tmp_path / "q", OUTC=["1001$100$HO"])])
    report = reading["report"].iloc[0]
    assert (report.case_id, report.age_years, report.sex) == ("100", 61, "F")
    assert (report.notifier, report.country, report.serious) == ("physician", "FR", True)
    drugs = reading["report_drug"]
    assert drugs["product"].tolist() == ["ATORVASTATIN", "ASPIRIN", "CAFFEINE"]
    assert drugs["role"].tolist() == ["suspect", "concomitant", "concomitant"]
    assert drugs["drug"].iloc[0] == 'LIPITOR 20"' and decided(reading)["several-substances"] == 1
    assert reading["report_event"]["term"].tolist() == ["Myalgia"]


def test_the_last_version_counts_over_quarters_and_deleted_cases_do_not(tmp_path: Path) -> None:
    demo = [
        "1001$100$1$$20190401$61$YR$F$MD$US$US",
        "2001$200$1$$20190401$61$YR$F$MD$US$US",
    ]
    first = quarter(
        tmp_path / "q1", DEMO=demo, DRUG=["1001$100$1$PS$A$A", "2001$200$1$PS$B$B"],
        REAC=["1001$100$Rash", "2001$200$Rash"],
    )  # fmt: skip
    later = quarter(
        tmp_path / "q2", DEMO=["10010$100$10$$20190801$62$YR$F$MD$US$US"],
        DRUG=["10010$100$1$SS$C$C"], REAC=["10010$100$Fever"],
    )  # fmt: skip
    gone = tmp_path / "deleted.txt"
    gone.write_text("200\n999\n")
    reading = read_faers([later, first], deleted=[gone])
    assert reading["report"]["age_years"].tolist() == [62]
    assert reading["report_drug"]["drug"].tolist() == ["C"]
    assert reading["report_event"]["term"].tolist() == ["Fever"]
    found = decided(reading)
    assert found["earlier-version"] == 1 and found["deleted-case"] == 1
    flow = reading.ledger.flow_table()
    assert flow[flow["table"] == "report"]["after"].tolist() == [3, 3, 2, 1]


@pytest.mark.parametrize(
    ("age", "unit", "years", "code"),
    [
        ("6", "DEC", 60, "age-in-other-unit"),
        ("730.5", "DY", 2, "age-in-other-unit"),
        ("702", "YR", None, "impossible-age"),
        ("61", "", None, "age-without-unit"),
        ("61", "XX", None, "unknown-age-unit"),
        ("old", "YR", None, "age-not-a-number"),
    ],
)
def test_ages_have_units(
    tmp_path: Path, age: str, unit: str, years: float | None, code: str
) -> None:
    demo = [f"1001$100$1$$20190401${age}${unit}$F$MD$US$US"]
    reading = read_faers([quarter(tmp_path / "q", DEMO=demo)])
    value = reading["report"]["age_years"].iloc[0]
    assert (value != value) if years is None else value == pytest.approx(years)
    assert decided(reading)[code] == 1


def test_partial_reversed_and_missing_dates_are_counted(tmp_path: Path) -> None:
    demo = [
        "1$1$1$201903$20190401$$$F$$$", "2$2$1$20190501$20190401$$$F$$$", "3$3$1$$$$$F$$$",
    ]  # fmt: skip
    found = decided(read_faers([quarter(tmp_path / "q", DEMO=demo)]))
    assert found["partial-date"] == 1 and found["reversed-dates"] == 1
    assert found["no-received-date"] == 1 and found["no-outcomes"] == 3


def test_old_quarters_name_the_report_isr(tmp_path: Path) -> None:
    demo = [
        "ISR$CASE$FOLL_SEQ$EVENT_DT$FDA_DT$AGE$AGE_COD$GNDR_COD",
        "1001$100$1$$20090401$6$YR$M$",
    ]
    reading = read_faers([quarter(tmp_path / "q", DEMO=demo)])
    assert reading["report"][["case_id", "sex"]].iloc[0].tolist() == ["100", "M"]
    assert decided(reading)["trailing-separator"] == 1


def test_unknown_roles_stop_above_the_share(tmp_path: Path) -> None:
    drug = ["1001$100$1$PS$A$A", "1001$100$2$ZZ$B$B"]
    files = quarter(tmp_path / "q", DRUG=drug)
    with pytest.raises(DataError, match="'ZZ'"):
        read_faers([files])
    reading = read_faers([files], max_rejected=0.5)
    assert reading.ledger.reject_table().loc[0, ["code", "share"]].tolist() == ["ZZ", 0.5]
    assert reading["report_drug"]["drug"].tolist() == ["A"]


def test_rows_of_no_case_and_repeated_pairs_are_counted(tmp_path: Path) -> None:
    reac = ["1001$100$Rash", "1001$100$Rash"]
    reading = read_faers([quarter(tmp_path / "q", REAC=reac)])
    assert len(reading["report_event"]) == 1 and decided(reading)["repeated-pair"] == 1


def test_choosing_by_an_empty_country_is_refused(tmp_path: Path) -> None:
    demo = ["1001$100$1$$20190401$6$YR$M$MD$$"]
    files = quarter(tmp_path / "q", DEMO=demo)
    with pytest.raises(DataError, match="filter-on-empty-column"):
        read_faers([files], countries=["FR"])
    chosen: Any = read_faers([quarter(tmp_path / "r")], countries=["fr"], years=(2018, 2018))
    assert len(chosen["report"]) == 0 and decided(chosen)["orphan-row"] == 4


def test_a_cut_line_is_named_with_its_number(tmp_path: Path) -> None:
    files = quarter(tmp_path / "q", REAC=["1001$100$Rash", "1001$100"])
    with pytest.raises(DataError, match=r"line 3: 2 fields, expected 3 \[wrong-field-count\]"):
        read_faers([files])


def test_a_deleted_list_with_words_is_refused(tmp_path: Path) -> None:
    gone = tmp_path / "deleted.txt"
    gone.write_text("200\nCASEID\n")
    with pytest.raises(DataError, match="bad-deleted-list"):
        read_faers([quarter(tmp_path / "q")], deleted=[gone])


def test_a_quarter_without_a_table_is_named(tmp_path: Path) -> None:
    files = quarter(tmp_path / "q")
    with pytest.raises(DataError, match="quarter 2: there is no table 'REAC'"):
        read_faers([files, {name: files[name] for name in ("DEMO", "DRUG")}])
    with pytest.raises(DataError, match="no quarter"):
        read_faers([])


def test_a_quarter_without_rows_gives_empty_tables(tmp_path: Path) -> None:
    files = quarter(tmp_path / "q")
    for path in files.values():
        path.write_text(path.read_text().split("\n")[0] + "\n")
    reading = read_faers([files])
    assert [len(reading[name]) for name in ("report", "report_drug", "report_event")] == [0, 0, 0]
