"""The generator: deterministic by block, with every trap in it, and a truth that flows tell."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import data, digests
from workbench.errors import DataError, UsageError

from .conftest import FEW, SEED, knobs, part, use_case


def test_a_block_is_the_same_however_many_follow() -> None:
    blocks = part("synthetic.blocks")
    few, many = (
        next(iter(blocks.World.of(knobs(persons=persons), SEED).blocks())).tables()
        for persons in (5000, 9000)
    )
    for name, table in few.items():
        assert table.equals(many[name]), name


def test_a_population_is_cut_without_changing_who_is_left() -> None:
    draw = part("synthetic.persons").draw_persons
    some, all_of_them = (draw(knobs(persons=persons), SEED, 0) for persons in (100, 9000))
    assert len(some.number) == 100
    assert (some.birth_day == all_of_them.birth_day[:100]).all()


def test_each_block_is_a_row_group_of_one_file(opened: Any) -> None:
    import pyarrow.parquet as pq

    assert pq.ParquetFile(opened.folder / "dispensing.parquet").num_row_groups == 3
    assert pq.ParquetFile(opened.folder / "product.parquet").num_row_groups == 1


def test_the_data_set_tells_neither_truth_nor_seed(opened: Any) -> None:
    columns = {f.name for table in opened.card.tables for f in table.fields}
    assert not columns & {"ratio", "number", "planted", "cancelled", "grain"}
    other = use_case(synthetic={**FEW, "effect_high": 9.0})
    card = other.synthesize(opened.folder.parent / "other", 5)
    assert card.read_bytes() == (opened.folder / "card.yaml").read_bytes()


def test_a_set_of_another_seed_is_not_overwritten(opened: Any) -> None:
    before = digests.of_file(opened.folder / "manifest.csv")
    with pytest.raises(DataError, match="other settings, seed or code"):
        use_case(synthetic=FEW).synthesize(opened.folder, SEED + 1)
    assert digests.of_file(opened.folder / "manifest.csv") == before
    use_case(synthetic=FEW).synthesize(opened.folder, SEED)
    assert digests.of_file(opened.folder / "manifest.csv") == before


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match=r"thesis\.txt"):
        use_case(synthetic=FEW).synthesize(tmp_path, 1)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_true_exposure_is_found_again_by_netting_the_flows(tmp_path: Path) -> None:
    chosen = {**FEW, "duplicate_flows": 0.0, "regularised": 0.2}
    opened = data.open(use_case(synthetic=chosen).synthesize(tmp_path / "set", SEED), "describe")
    rows = opened.table("dispensing").merge(opened.table("beneficiary"))
    keys = ["person_id", "cip13", "date"]
    net = rows.groupby(keys)["boxes"].sum().reset_index().query("boxes > 0")
    packs = opened.table("product")[["cip13", "substance"]].drop_duplicates()
    net = net.assign(year=net["date"].dt.year).merge(packs)
    found = net.groupby(["substance", "year"])["person_id"].nunique()
    tally = part("synthetic.truth").count_truth(knobs(duplicate_flows=0.0, regularised=0.2), SEED)
    wanted = tally.exposed_table().groupby(["substance", "year"])["exposed"].sum()
    assert found.reindex(wanted.index, fill_value=0).equals(wanted.rename("person_id"))
    gross = rows.assign(year=rows["date"].dt.year).merge(packs)
    naive = gross.groupby(["substance", "year"])["person_id"].nunique().sum()
    assert naive > 1.02 * wanted.sum(), "cancelled dispensings make no difference"


def test_every_trap_is_there(opened: Any) -> None:
    owners, flows = opened.table("beneficiary"), opened.table("dispensing")
    product, report = opened.table("product"), opened.table("report")
    assert (flows["boxes"] < 0).any()
    row = ["pseudonym", "birth_rank", "date", "cip13", "boxes"]
    assert flows.duplicated(row).any(), "no flow is repeated"
    assert owners["person_id"].duplicated().any(), "no pseudonym changes"
    assert (owners["birth_rank"] == 2).any(), "no twins"
    assert product["cip13"].duplicated().any(), "no pack has two specialities"
    assert report["age_unit"].isna().any()
    assert (report["age_unit"] == "mo").any()
    assert opened.table("person")["death_date"].notna().any()


def test_nobody_is_treated_after_death_or_before_cover(opened: Any) -> None:
    rows = (
        opened.table("dispensing").merge(opened.table("beneficiary")).merge(opened.table("person"))
    )
    assert (rows["date"] >= rows["cover_start"]).all()
    ended = rows[rows["cover_end"].notna()]
    assert len(ended)
    assert (ended["date"] <= ended["cover_end"]).all()


def test_regions_and_prescribers_differ_in_what_they_use(opened: Any, truth: Any) -> None:
    flows = opened.table("dispensing").merge(opened.table("product")[["cip13", "substance"]])
    of_region = flows.merge(opened.table("beneficiary")).merge(opened.table("person"))
    homes = of_region.groupby("prescriber")["region"].nunique()
    assert (homes == 1).all(), "a prescriber works in two regions"
    assert len(homes) <= 13 * 20
    share = pd.crosstab(of_region["region"], of_region["substance"], normalize="index")
    common = share.mean().nlargest(10).index
    alike = knobs(habits=0.0, regions=0.0)
    flat = part("synthetic.truth").count_truth(alike, SEED).region_table()
    flat = flat.pivot_table(index="region", columns="substance", values="exposed", aggfunc="sum")
    flat = flat.div(flat.sum(axis=1), axis=0)

    def spread(table: Any, drugs: Any) -> float:
        return float((table[drugs].std() / table[drugs].mean()).mean())

    assert spread(share, common) > 1.5 * spread(flat, flat.mean().nlargest(10).index)


def test_a_lost_link_makes_a_second_person_and_changes_no_flow(tmp_path: Path) -> None:
    chosen = {**FEW, "changed_pseudonyms": 0.3}
    kept, lost = (
        data.open(
            use_case(synthetic={**chosen, "lost_links": share}).synthesize(tmp_path / name, SEED),
            "describe",
        )
        for name, share in (("kept", 0.0), ("lost", 1.0))
    )
    assert lost.table("dispensing").equals(kept.table("dispensing"))
    before, after = kept.table("person"), lost.table("person")
    assert 1.1 * len(before) < len(after) < 1.4 * len(before)
    assert after["person_id"].is_unique
    assert (after["cover_start"] <= after["cover_end"].fillna(after["cover_start"])).all()
    assert after["death_date"].notna().sum() == before["death_date"].notna().sum()
    flows = lost.table("dispensing").merge(lost.table("beneficiary")).merge(after)
    assert len(flows) == len(lost.table("dispensing"))
    ended = flows[flows["cover_end"].notna()]
    assert (flows["date"] >= flows["cover_start"]).all()
    assert (ended["date"] <= ended["cover_end"]).all()


def test_flows_after_the_extraction_are_absent(tmp_path: Path) -> None:
    chosen = {**FEW, "extraction_days": 31}
    opened = data.open(use_case(synthetic=chosen).synthesize(tmp_path / "set", SEED), "describe")
    flows = opened.table("dispensing")
    assert flows["flow_date"].max() <= pd.Timestamp("2022-01-31")
    by_month = flows.groupby(flows["date"].dt.to_period("M")).size()
    assert by_month.iloc[-1] < 0.95 * by_month.iloc[-13]


def test_use_follows_rank_and_reports_follow_severity(opened: Any, truth: Any) -> None:
    exposed = truth.exposed_table().groupby("substance")["exposed"].sum().sort_values()
    assert exposed.iloc[-1] > 20 * exposed.median()
    told = truth.reporting_table().groupby("serious")[["events", "reported"]].sum()
    share = told["reported"] / told["events"]
    assert share[True] > 2 * share[False]


def test_wrong_knobs_are_named_all_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        knobs(persons=0, typos=2.0, effect_low=20.0)
    assert {problem.where for problem in caught.value.problems} == {
        "persons", "typos", "effect_low",
    }  # fmt: skip


def test_neither_numbers_nor_order_tell_which_cases_are_repeated(opened: Any) -> None:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(opened.folder / "report.parquet")
    for group in range(file.num_row_groups):
        cases = file.read_row_group(group).to_pandas()
        assert cases["case_id"].is_monotonic_increasing
        same = cases.duplicated(["onset", "age", "sex", "serious"], keep=False)
        place = same.to_numpy().nonzero()[0] / len(cases)
        assert 0.4 < place.mean() < 0.6


def test_pseudonyms_of_one_person_are_as_far_apart_as_those_of_others() -> None:
    names = part("synthetic.streams").pseudonyms(5, "pseudonym", np.arange(4000))
    assert len(set(names)) == 4000
    values = [int(name, 16) for name in names]
    apart = [(a ^ b).bit_count() for a, b in zip(values[::2], values[1::2], strict=True)]
    assert 31 < np.mean(apart) < 33
    other = part("synthetic.streams").pseudonyms(6, "pseudonym", np.arange(4000))
    assert not set(names) & set(other)
