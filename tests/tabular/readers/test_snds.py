"""SNDS-like tables: the technical key, regularisations, late flows, identities, rejects."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("ibis")

from workbench.errors import DataError
from workbench.tabular.readers.canonical import Reading
from workbench.tabular.readers.snds import Extraction, read_snds
from workbench.tabular.readers.snds_contracts import KEY

ALL = Extraction(date(2019, 1, 1), date(2019, 12, 31))
A, B = "3400949497294", "3400933208639"


def line(
    number: int,
    person: str,
    day: str,
    cip13: str = A,
    boxes: str = "1",
    flow: str = "2019-07-01",
    rank: str = "1",
    document: int | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One line of ER_PRS_F and of ER_PHA_F with the same key."""
    key = dict.fromkeys(KEY, "01") | {
        "flx_dis_dtd": flow,
        "flx_emt_num": str(number),
        "dct_ord_num": str(number if document is None else document),
    }
    prs = {**key, "BEN_NIR_PSA": person, "BEN_RNG_GEM": rank, "EXE_SOI_DTD": day}
    return prs, {**key, "PHA_ORD_NUM": "1", "PHA_PRS_C13": cip13, "PHA_ACT_QSN": boxes}


def tables(*lines: tuple[dict[str, Any], dict[str, Any]], people: Any = None) -> dict[str, Any]:
    people = people or [("p1", "1", "i1", "1", "1950"), ("p2", "1", "i2", "2", "1960")]
    names = ["BEN_NIR_PSA", "BEN_RNG_GEM", "BEN_IDT_ANO", "BEN_SEX_COD", "BEN_NAI_ANN"]
    return {
        "ER_PRS_F": pd.DataFrame([prs for prs, _ in lines]),
        "ER_PHA_F": pd.DataFrame([pha for _, pha in lines]),
        "IR_PHA_R": pd.DataFrame({"PHA_CIP_C13": [A, B], "PHA_ATC_CLA": ["L02BG03", "A02"]}),
        "IR_BEN_R": pd.DataFrame(people, columns=names).assign(BEN_DCD_DTE="1600-01-01"),
    }


def read(sources: dict[str, Any], **more: Any) -> Reading:
    return read_snds(sources, more.pop("extraction", ALL), **more).frames()


def decided(reading: Reading) -> dict[str, int]:
    table = reading.ledger.decision_table()
    return table.groupby("code")["rows"].sum().to_dict()


def boxes(reading: Reading) -> dict[tuple[str, str], int]:
    events = reading["exposure_event"]
    return {
        (person, cip13): n
        for person, cip13, n in events[["person_id", "cip13", "boxes"]].itertuples(index=False)
    }


def test_a_dispensing_becomes_an_event_with_its_person_and_product() -> None:
    reading = read(tables(line(1, "p1", "2019-06-03", boxes="2")))
    event = reading["exposure_event"].iloc[0]
    assert (event.person_id, event.cip13, event.boxes, event.source) == ("i1", A, 2, "city")
    assert event.date == pd.Timestamp("2019-06-03")
    assert event.flow_date == pd.Timestamp("2019-07-01")
    person = reading["person"].set_index("person_id").loc["i1"]
    assert (person.sex, person.birth_year) == ("M", 1950)
    assert pd.isna(person.death_date) and person.cover_start == pd.Timestamp("2019-01-01")
    product = reading["product"].set_index("cip13")
    assert product.loc[A, "atc5"] == "L02BG03" and pd.isna(product.loc[B, "atc5"])
    assert decided(reading)["atc-not-level-5"] == 1


def test_regularisations_are_netted_by_patient_pack_and_day_and_counted() -> None:
    reading = read(
        tables(
            line(1, "p1", "2019-06-03", boxes="3"),
            line(2, "p1", "2019-06-03", boxes="-1", flow="2019-08-01"),
            line(3, "p2", "2019-06-03"),
            line(4, "p2", "2019-06-03", boxes="-1"),
            line(5, "p2", "2019-06-04", B, boxes="1"),
        )
    )
    assert boxes(reading) == {("i1", A): 2, ("i2", B): 1}
    assert decided(reading)["regularisation"] == 2 and decided(reading)["cancelled"] == 1


def test_more_taken_back_than_dispensed_is_counted_and_stops_above_the_share() -> None:
    sources = tables(line(1, "p1", "2019-06-03", boxes="9"), line(2, "p2", "2019-06-03", B, "-3"))
    with pytest.raises(DataError, match="net below 0"):
        read(sources)
    reading = read(sources, max_rejected=0.6)
    assert boxes(reading) == {("i1", A): 9} and decided(reading)["negative-net"] == 1
    assert reading.ledger.reject_table().loc[0, "volume"] == 3


def test_rows_sent_twice_count_once() -> None:
    once = line(1, "p1", "2019-06-03")
    reading = read(tables(once, once))
    assert boxes(reading) == {("i1", A): 1} and decided(reading)["duplicated-flow"] == 2


def test_a_late_copy_counts_once_but_a_correction_after_a_regularisation_is_kept() -> None:
    copy = tables(
        line(1, "p1", "2019-06-03", flow="2019-07-01", document=7),
        line(2, "p1", "2019-06-03", flow="2019-10-01", document=7),
    )
    reading = read(copy)
    assert boxes(reading) == {("i1", A): 1} and decided(reading)["late-copy"] == 1
    assert reading["exposure_event"]["flow_date"].iloc[0] == pd.Timestamp("2019-07-01")
    corrected = tables(
        line(1, "p1", "2019-06-03", flow="2019-07-01", document=7),
        line(2, "p1", "2019-06-03", flow="2019-08-01", boxes="-1", document=8),
        line(3, "p1", "2019-06-03", flow="2019-09-01", document=7),
    )
    assert boxes(read(corrected)) == {("i1", A): 1}


def test_twins_are_two_and_changed_pseudonyms_are_one() -> None:
    people = [
        ("t", "1", "i1", "2", "1990"), ("t", "02", "i2", "2", "1990"),
        ("old", "1", "i3", "1", "1950"), ("new", "1", "i3", "1", "1950"),
    ]  # fmt: skip
    reading = read(
        tables(
            line(1, "t", "2019-06-03"),
            line(2, "t", "2019-06-03", rank="2"),
            line(3, "old", "2019-06-03"),
            line(4, "new", "2019-09-03", flow="2019-10-01"),
            people=people,
        )
    )
    assert sorted(reading["exposure_event"]["person_id"]) == ["i1", "i2", "i3", "i3"]
    assert len(reading["person"]) == 3
    assert decided(reading)["joined-pseudonyms"] == 1
    assert decided(reading)["split-pseudonyms"] == 1


def test_one_pseudonym_with_two_identities_is_refused() -> None:
    people = [("p1", "1", "i1", "1", "1950"), ("p1", "1", "i2", "1", "1950")]
    with pytest.raises(DataError, match="identity-conflict"):
        read(tables(line(1, "p1", "2019-06-03"), people=people))


def test_a_key_that_repeats_with_other_content_is_refused() -> None:
    prs, pha = line(1, "p1", "2019-06-03")
    sources = tables((prs, pha))
    sources["ER_PRS_F"] = pd.DataFrame([prs, {**prs, "EXE_SOI_DTD": "2019-06-04"}])
    with pytest.raises(DataError, match="key-conflict"):
        read(sources)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"day": "2019-08-03"}, "reversed-dates"),
        ({"day": "31/02/2019"}, "unreadable-date"),
        ({"boxes": "1.5"}, "unreadable-quantity"),
        ({"cip13": "3400900000000"}, "unknown-pack"),
        ({"person": "nobody"}, "unknown-person"),
    ],
)
def test_a_bad_line_is_left_out_and_counted(changed: dict[str, str], code: str) -> None:
    bad = {"person": "p1", "day": "2019-06-03"} | changed
    many = [line(n, "p1", f"2019-06-{n:02d}", B) for n in range(1, 10)]
    reading = read(tables(*many, line(99, **bad)), max_rejected=0.2)  # type: ignore[arg-type]
    assert decided(reading)[code] == 1 and len(reading["exposure_event"]) == 9


def test_unknown_codes_stop_above_the_set_share_and_are_listed_below() -> None:
    lines = [line(n, "p1", f"2019-06-{n:02d}") for n in range(1, 10)]
    sources = tables(*lines, line(99, "p1", "2019-06-03", "3400999999999"))
    with pytest.raises(DataError, match=r"10\.0% of the volume.*at most 2\.0%"):
        read(sources)
    rejects = read(sources, max_rejected=0.1).ledger.reject_table()
    assert rejects.loc[0, ["code", "rows", "share"]].tolist() == ["3400999999999", 1, 0.1]


def test_rejects_name_no_pseudonym() -> None:
    sources = tables(line(1, "p1", "2019-06-03"), line(2, "secret", "2019-06-03"))
    rejects = read(sources, max_rejected=0.5).ledger.reject_table()
    assert len(rejects) == 1 and "secret" not in rejects.to_csv()


def test_flows_outside_the_extraction_are_a_step() -> None:
    sources = tables(
        line(1, "p1", "2019-06-03", flow="2019-07-01"),
        line(2, "p2", "2019-06-03", flow="2020-09-01"),
    )
    reading = read(sources, extraction=Extraction(date(2019, 1, 1), last_flow=date(2020, 6, 30)))
    assert boxes(reading) == {("i1", A): 1} and decided(reading)["flow-after"] == 1


def test_the_flow_is_monotone_and_each_step_is_explained() -> None:
    reading = read(
        tables(line(1, "p1", "2019-06-03"), line(2, "x", "2019-06-03")), max_rejected=0.6
    )
    flow = reading.ledger.flow_table()
    assert (flow["after"] <= flow["before"]).all() and flow["reason"].str.len().gt(0).all()
    lines = flow[flow["table"] == "ER_PHA_F"]
    assert lines["before"].iloc[0] == 2 and lines["after"].iloc[-1] == 1


def test_files_parquet_and_headers_of_any_case_give_the_same(tmp_path: Path) -> None:
    sources = tables(line(1, "p1", "03/06/2019"), line(2, "p2", "04/06/2019", B, "2"))
    expected = read(sources)["exposure_event"]
    paths = {}
    for name, frame in sources.items():
        if name == "ER_PRS_F":
            paths[name] = tmp_path / f"{name}.parquet"
            frame.rename(columns=str.lower).to_parquet(paths[name])
        else:
            paths[name] = tmp_path / f"{name}.csv"
            frame.rename(columns=str.title).to_csv(paths[name], sep=";", index=False)
    found = read(paths)["exposure_event"]
    order = ["person_id"]
    pd.testing.assert_frame_equal(
        found.sort_values(order, ignore_index=True),
        expected.sort_values(order, ignore_index=True),
    )


def test_a_missing_column_is_named_with_the_closest() -> None:
    sources = tables(line(1, "p1", "2019-06-03"))
    sources["ER_PRS_F"] = sources["ER_PRS_F"].rename(columns={"EXE_SOI_DTD": "EXE_SOI_DT"})
    with pytest.raises(DataError, match=r"missing-column") as error:
        read(sources)
    assert "exe_soi_dt" in error.value.render()


def test_a_death_before_birth_is_missing_and_counted() -> None:
    sources = tables(line(1, "p1", "2019-06-03"))
    sources["IR_BEN_R"]["BEN_DCD_DTE"] = ["1940-01-01", "2019-11-02"]
    reading = read(sources)
    person = reading["person"].set_index("person_id")
    assert pd.isna(person.loc["i1", "death_date"])
    assert person.loc["i2", "death_date"] == pd.Timestamp("2019-11-02")
    assert decided(reading)["reversed-dates"] == 1


def test_lines_without_a_prestation_are_counted_and_stop_above_the_share() -> None:
    lines = [line(n, "p1", f"2019-06-{n:02d}") for n in range(1, 10)]
    sources = tables(*lines)
    sources["ER_PRS_F"] = sources["ER_PRS_F"].iloc[:-1]
    with pytest.raises(DataError, match="key not in ER_PRS_F"):
        read(sources)
    reading = read(sources, max_rejected=0.2)
    assert decided(reading)["orphan-line"] == 1 and len(reading["exposure_event"]) == 8


def test_typed_columns_of_parquet_join_with_text(tmp_path: Path) -> None:
    sources = tables(line(1, "p1", "2019-06-03"), line(2, "p2", "2019-06-04", B, "2"))
    expected = boxes(read(sources))
    typed = sources["ER_PRS_F"].astype({"dct_ord_num": "int64", "flx_emt_num": "int64"})
    typed["flx_dis_dtd"] = pd.to_datetime(typed["flx_dis_dtd"]).dt.date
    typed["EXE_SOI_DTD"] = [20190603, 20190604]
    typed.to_parquet(tmp_path / "prs.parquet")
    assert boxes(read({**sources, "ER_PRS_F": tmp_path / "prs.parquet"})) == expected


def test_a_missing_table_is_named() -> None:
    sources = tables(line(1, "p1", "2019-06-03"))
    del sources["IR_BEN_R"]
    with pytest.raises(DataError, match="no table 'IR_BEN_R'"):
        read(sources)


def test_tables_of_an_engine_go_with_frames_and_stay_in_it() -> None:
    import ibis

    sources = tables(line(1, "p1", "2019-06-03"), line(2, "p2", "2019-06-04", B, "2"))
    expected = boxes(read(sources))
    engine = ibis.duckdb.connect()
    for name in ("ER_PRS_F", "ER_PHA_F"):
        engine.con.register(name, sources[name])
        sources[name] = engine.table(name)
    found = read_snds(sources, ALL)
    assert found.tables["exposure_event"].get_backend() is engine
    assert boxes(found.frames()) == expected


def test_an_extraction_without_lines_gives_empty_tables() -> None:
    sources = tables(line(1, "p1", "2019-06-03"))
    for name in ("ER_PRS_F", "ER_PHA_F"):
        sources[name] = sources[name].head(0)
    reading = read(sources)
    assert len(reading["exposure_event"]) == 0 and len(reading["person"]) == 2
