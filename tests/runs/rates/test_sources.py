"""The command on small tables of each source, counted by hand."""

import importlib.util
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import data
from workbench.cli.main import main
from workbench.data import DataCard
from workbench.errors import DataError, UsageError
from workbench.runs import report_rates
from workbench.tabular.readers.snds_contracts import KEY

Plan = Callable[..., Path]
ALPHA, BETA = "3400911111111", "3400922222222"
PACKS = pd.DataFrame(
    {"cip13": [ALPHA, BETA], "substance": ["alpha", "beta"], "atc5": ["A02BC01", "A02BC02"]}
)
WOMEN, MEN = [f"w{n}" for n in range(6)], [f"m{n}" for n in range(5)]
# Who had what in which year.
HAD = {
    (ALPHA, 2019): [*WOMEN[:4], *MEN[:3]],
    (ALPHA, 2020): [*WOMEN[3:], *MEN[:2]],
    (BETA, 2019): [*WOMEN[:2], *MEN],
    (BETA, 2020): [*WOMEN[:2], *MEN[:3]],
}
EXPOSED = {
    ("alpha", "2019", "F"): 4, ("alpha", "2019", "M"): 3, ("alpha", "2019", "all"): 7,
    ("alpha", "2020", "F"): 3, ("alpha", "2020", "M"): 2, ("alpha", "2020", "all"): 5,
    ("alpha", "all", "F"): 6, ("alpha", "all", "M"): 3, ("alpha", "all", "all"): 9,
    ("beta", "2019", "F"): 2, ("beta", "2019", "M"): 5, ("beta", "2019", "all"): 7,
    ("beta", "2020", "F"): 2, ("beta", "2020", "M"): 3, ("beta", "2020", "all"): 5,
    ("beta", "all", "F"): 2, ("beta", "all", "M"): 5, ("beta", "all", "all"): 7,
}  # fmt: skip
# Cases: drug, year, sex and how many.
TOLD = [("alpha", 2019, "F", 3), ("alpha", 2019, "M", 2), ("alpha", 2020, "F", 2),
        ("alpha", 2020, "M", 2), ("beta", 2019, "M", 3), ("beta", 2020, "F", 2)]  # fmt: skip
CASES = {
    ("alpha", "2019", "F"): 3, ("alpha", "2019", "M"): 2, ("alpha", "2019", "all"): 5,
    ("alpha", "2020", "F"): 2, ("alpha", "2020", "M"): 2, ("alpha", "2020", "all"): 4,
    ("alpha", "all", "F"): 5, ("alpha", "all", "M"): 4, ("alpha", "all", "all"): 9,
    ("beta", "2019", "F"): 0, ("beta", "2019", "M"): 3, ("beta", "2019", "all"): 3,
    ("beta", "2020", "F"): 2, ("beta", "2020", "M"): 0, ("beta", "2020", "all"): 2,
    ("beta", "all", "F"): 2, ("beta", "all", "M"): 3, ("beta", "all", "all"): 5,
}  # fmt: skip
SNDS = {"reader": "snds", "cover_start": "2015-01-01"}
OMOP: dict[str, Any] = {"reader": "omop"}
_TYPES = {"int64": "integer", "float64": "number"}


def told() -> pd.DataFrame:
    """Return a row a case; no two are alike, and effects alternate."""
    rows = [(drug, year, sex) for drug, year, sex, n in TOLD for _ in range(n)]
    table = pd.DataFrame(rows, columns=["drug", "year", "sex"])
    table["case"] = [f"{100 + n}" for n in table.index]
    table["event"] = ["rash" if n % 2 else "nausea" for n in table.index]
    table["soc"] = table["event"].map({"rash": "skin", "nausea": "gut"})
    table["age"] = [str(30 + n) for n in table.index]
    return table


def snds() -> dict[str, pd.DataFrame]:
    """Return SNDS tables: a cancelled line, a late copy, a person with two pseudonyms."""
    lines = [
        (who, pack, f"{year}-03-0{3 + n % 5}", f"{year}-04-01", 1)
        for (pack, year), people in HAD.items() for n, who in enumerate(people)
    ]  # fmt: skip
    lines += [
        ("w0 new", ALPHA, "2019-09-02", "2019-10-01", 1),  # w0 under another pseudonym
        ("w5", ALPHA, "2019-06-02", "2019-07-01", 2),  # bought, and taken back
        ("w5", ALPHA, "2019-06-02", "2019-07-01", -2),
        ("m0", ALPHA, "2019-03-07", "2019-11-01", 1),  # m0 had it on this day: a late copy
        ("m9", BETA, "2018-03-01", "2018-04-01", 1),  # before the years of the plan
    ]
    rows = pd.DataFrame(lines, columns=["who", "pack", "day", "flow", "boxes"])
    key = pd.DataFrame({name.upper(): "1" for name in KEY}, index=rows.index)
    key["PRS_ORD_NUM"] = [str(n) for n in rows.index]
    key.loc[rows.index[-2], "PRS_ORD_NUM"] = "4"  # the line that the copy repeats
    key["FLX_DIS_DTD"] = rows["flow"]
    who = [*WOMEN, *MEN, "w0 new", "m9"]
    return {
        "ER_PRS_F": key.assign(BEN_NIR_PSA=rows["who"], EXE_SOI_DTD=rows["day"]),
        "ER_PHA_F": key.assign(PHA_PRS_C13=rows["pack"], PHA_ACT_QSN=rows["boxes"]),
        "IR_PHA_R": PACKS.set_axis(["PHA_CIP_C13", "PHA_NOM_PA", "PHA_ATC_CLA"], axis=1),
        "IR_BEN_R": pd.DataFrame({
            "BEN_NIR_PSA": who, "BEN_IDT_ANO": [f"i{name.split()[0]}" for name in who],
            "BEN_SEX_COD": ["2" if name[0] == "w" else "1" for name in who],
            "BEN_NAI_ANN": "1950"}),
    }  # fmt: skip


def omop() -> dict[str, pd.DataFrame]:
    """Return OMOP tables: one exposure without a quantity, one of quantity 0, one of nobody."""
    lines = [
        (who, "1" if pack == ALPHA else "2", f"{year}-03-03", "1" if who != "w0" else "")
        for (pack, year), people in HAD.items() for who in people
    ]  # fmt: skip
    lines += [("w5", "1", "2019-05-05", "0")]
    number = {who: str(n) for n, who in enumerate([*WOMEN, *MEN], 1)}
    rows = pd.DataFrame(lines, columns=["who", "concept", "day", "quantity"])
    ids = list(number.values())
    return {
        "person": pd.DataFrame({
            "person_id": ids, "year_of_birth": "1950",
            "gender_concept_id": ["8532" if who[0] == "w" else "8507" for who in number]}),
        "observation_period": pd.DataFrame({
            "person_id": ids, "observation_period_start_date": "2015-01-01",
            "observation_period_end_date": "2021-12-31"}),
        "drug_exposure": pd.DataFrame({
            "drug_exposure_id": [str(n) for n in rows.index], "person_id": rows["who"].map(number),
            "drug_concept_id": rows["concept"], "drug_exposure_start_date": rows["day"],
            "quantity": rows["quantity"]}),
        "concepts": pd.DataFrame({"drug_concept_id": ["1", "2"], "cip13": [ALPHA, BETA]}),
        "product": PACKS,
    }  # fmt: skip


def bnpv() -> dict[str, pd.DataFrame]:
    """Return the four tables: drugs coded at four grains or not; a case told twice."""
    cases = told()
    again = cases.iloc[[0]].assign(case="900")
    cases = pd.concat([cases, again], ignore_index=True)
    code = {
        "alpha": [("pack", ALPHA), ("substance", "ALPHA"), ("atc5", "A02BC01"), ("", "")],
        "beta": [("pack", BETA), ("substance", "beta"), ("atc5", "A02BC02"), ("", "")],
    }
    # The repeated case is coded as the one that it repeats.
    coded = [code[drug][int(case) % 4] for drug, case in cases[["drug", "case"]].values.tolist()]
    drugs = pd.DataFrame(
        {
            "numero_cas": cases["case"],
            "medicament": cases["drug"].str.title(),
            "role": "suspect",
            "niveau": [grain for grain, _ in coded],
            "code_produit": [value for _, value in coded],
        }
    )
    beside = pd.DataFrame({"numero_cas": ["101"], "medicament": ["Beta"], "role": ["concomitant"],
                           "niveau": [""], "code_produit": [""]})  # fmt: skip
    return {
        "cases": pd.DataFrame({
            "numero_cas": cases["case"], "date_reception": cases["year"].astype(str) + "-06-15",
            "date_survenue": cases["year"].astype(str) + "-06-01", "age": cases["age"],
            "unite_age": "a", "sexe": cases["sex"], "grave": "oui"}),
        "effects": pd.DataFrame({
            "numero_cas": cases["case"], "lib_pt": cases["event"], "lib_soc": cases["soc"]}),
        "drugs": pd.concat([drugs, beside], ignore_index=True),
        "notifiers": pd.DataFrame({"numero_cas": cases["case"], "notificateur": "patient"}),
    }  # fmt: skip


def long() -> dict[str, pd.DataFrame]:
    """Return one long table of reports, with a drug nobody suspects."""
    cases = told()
    rows = pd.DataFrame(
        {
            "Case": cases["case"],
            "Product": cases["drug"].str.upper(),
            "Event": cases["event"],
            "Day": cases["year"].astype(str) + "-06-15",
            "Sex": cases["sex"],
            "Role": "suspect",
        }
    )
    more = rows.iloc[:2].assign(Product="BETA", Role="concomitant")
    return {"told": pd.concat([rows, more], ignore_index=True)}


LONG = {"reader": "long", "tables": {"reports": "told"}, "columns": {
    "case_id": "Case", "drug": "Product", "event": "Event", "received": "Day", "sex": "Sex",
    "role": "Role"}}  # fmt: skip


def quarters() -> dict[str, pd.DataFrame]:
    """Return two FAERS quarters: a case that moved to another drug's year, two deleted cases."""
    cases = told()
    early = cases["year"] == 2019
    # Cases of 2020 had a first version in 2019, of another drug and sex; 990 and 991 were deleted.
    first = cases[~early].assign(drug="beta", sex="M", year=2019)
    gone = cases.iloc[:2].assign(case=["990", "991"], age="77")
    parts = {"19": (pd.concat([cases[early], first, gone]), "1"), "20": (cases[~early], "2")}
    found = {}
    for name, (own, version) in parts.items():
        number = own["case"] + version
        found |= {
            f"demo{name}": pd.DataFrame({
                "primaryid": number, "caseid": own["case"], "caseversion": version,
                "fda_dt": own["year"].astype(str) + "0615", "age": own["age"], "age_cod": "YR",
                "sex": own["sex"], "occp_cod": "CN"}),
            f"drug{name}": pd.DataFrame({
                "primaryid": number, "drug_seq": "1", "role_cod": "PS",
                "drugname": "a brand", "prod_ai": own["drug"].str.upper()}),
            f"reac{name}": pd.DataFrame({"primaryid": number, "pt": own["event"]}),
            f"outc{name}": pd.DataFrame({"primaryid": number, "outc_cod": "HO"}),
        }  # fmt: skip
    return found


FAERS: dict[str, Any] = {"reader": "faers", "deleted": ["deleted/19q1.txt"], "quarters": [
    {name.upper(): f"{name}{year}" for name in ("demo", "drug", "reac", "outc")}
    for year in ("19", "20")]}  # fmt: skip


def data_set(folder: Path, tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write tables with a card that says who is in them; return the folder."""
    (folder / "deleted").mkdir(parents=True)
    (folder / "deleted" / "19q1.txt").write_text("990\n991\n")
    person = "BEN_NIR_PSA" if "IR_BEN_R" in tables else "person_id"
    cards = []
    for name, rows in tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
        fields = [
            {
                "name": column,
                "type": _TYPES.get(str(rows[column].dtype), "string"),
                "role": "person" if column == person else "other",
            }
            for column in rows
        ]
        joined = {"person_from": "ER_PRS_F"} if name == "ER_PHA_F" else {}
        about = bool(joined) or person in rows
        key = [one.upper() for one in KEY] if name == "ER_PRS_F" else []
        cards.append({"name": name, "path": f"{name}.csv", "key": key, "fields": fields,
                      "about_persons": about, **joined})  # fmt: skip
    lists = {"name": "deleted", "pattern": "deleted/*.txt", "about_persons": False}
    card = DataCard.model_validate({
        "name": "by-hand", "version": "1", "title": "By hand", "licence": "CC0-1.0",
        "legal_basis": "synthetic", "person_key": person, "tables": cards, "files": [lists],
        "synthetic": True})  # fmt: skip
    data.write_card(card, folder)
    return folder


@pytest.fixture
def source_plan(changed_plan: Plan) -> Plan:
    """Write a plan for the tables of this file."""

    def write(claims: dict[str, Any], reports: dict[str, Any], **more: Any) -> Path:
        settings: dict[str, Any] = {
            "sources": {"claims": claims, "reports": reports},
            "periods": {"first_year": 2019, "last_year": 2020},
            "strata": {"age_from": [0]},
            "rates": {"standard": None},
            "measures": {"person_years": None},
            "disclosure": {"threshold": 2},
            "engine": {"threads": 1},
        }
        return changed_plan(**{**settings, **more})

    return write


def counted(out: Path, column: str, grain: str = "substance") -> dict[tuple[str, str, str], int]:
    """Return the published counts of all ages."""
    rates = pd.read_csv(out / "tables/rates.csv", dtype={"period": str})
    rows = rates[(rates["grain"] == grain) & (rates["age"] == "all")]
    rows = rows[rows["measure"] == "exposed_patients"]
    assert not rows["masked"].any()
    return {
        (str(code), period, sex): int(n)
        for code, period, sex, n in rows[["code", "period", "sex", column]].values.tolist()
    }


def steps(out: Path) -> dict[str, int]:
    """Return what each step of the flow left out, where it may be told."""
    flow = pd.read_csv(out / "tables/flow.csv")
    return dict(flow.dropna(subset=["excluded"]).groupby("reason")["excluded"].sum().astype(int))


def test_snds_claims_and_bnpv_reports_through_the_command(
    source_plan: Plan, tmp_path: Path
) -> None:
    folder = data_set(tmp_path / "data", snds() | bnpv())
    plan = source_plan(SNDS, {"reader": "bnpv"})
    arguments = ["rates", str(plan), "--data", str(folder), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--tracking", "none"]) == 0
    assert counted(tmp_path / "out", "exposed") == EXPOSED
    assert counted(tmp_path / "out", "cases") == CASES
    assert (tmp_path / "out/report.html").is_file()


def test_omop_claims_and_long_reports(source_plan: Plan, tmp_path: Path) -> None:
    folder = data_set(tmp_path / "data", omop() | long())
    report_rates(source_plan(OMOP, LONG), folder, tmp_path / "out")
    assert counted(tmp_path / "out", "exposed") == EXPOSED
    assert counted(tmp_path / "out", "cases") == CASES


def test_faers_counts_the_last_version_of_cases_that_were_not_deleted(
    source_plan: Plan, tmp_path: Path
) -> None:
    folder = data_set(tmp_path / "data", omop() | quarters())
    report_rates(source_plan(OMOP, FAERS), folder, tmp_path / "out")
    assert counted(tmp_path / "out", "cases") == CASES
    left = steps(tmp_path / "out")
    assert (left["an earlier version of its case"], left["deleted by the FDA"]) == (6, 2)


def test_what_the_plan_says_of_faers_and_is_not_there_comes_at_once(
    source_plan: Plan, tmp_path: Path
) -> None:
    folder = data_set(tmp_path / "data", omop() | quarters())
    names = {name.upper(): f"{name}19" for name in ("demo", "drug", "reac", "outc")}
    wrong = {**FAERS, "quarters": [names, {**names, "DEMO": "demo21"}]}
    with pytest.raises(UsageError) as caught:
        report_rates(source_plan(OMOP, wrong), folder, tmp_path / "out")
    assert [problem.code for problem in caught.value.problems] == ["missing-table"]
    same = {**FAERS, "quarters": [names, {**names, "DEMO": "demo20"}]}
    with pytest.raises(UsageError) as caught:
        report_rates(source_plan(OMOP, same), folder, tmp_path / "same")
    said = " ".join(problem.message for problem in caught.value.problems)
    assert {problem.code for problem in caught.value.problems} == {"repeated-table"}
    assert "'drug19'" in said and "'outc19'" in said and "'demo19'" not in said
    lost = {**FAERS, "deleted": ["deleted/19q1.txt", "deleted/20q1.txt", "demo19.csv"]}
    with pytest.raises(UsageError) as caught:
        report_rates(source_plan(OMOP, lost), folder, tmp_path / "lost")
    assert [problem.code for problem in caught.value.problems] == ["missing-file"] * 2


def test_a_deleted_list_that_is_none_stops_the_report(source_plan: Plan, tmp_path: Path) -> None:
    folder = data_set(tmp_path / "data", omop() | quarters())
    (folder / "deleted/19q1.txt").write_text("caseid\n990\n")
    data.write_manifest(folder, "manifest.csv")
    with pytest.raises(DataError) as caught:
        report_rates(source_plan(OMOP, FAERS), folder, tmp_path / "out")
    assert [problem.code for problem in caught.value.problems] == ["bad-deleted-list"]


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ({"reader": "bnpv", "deleted": ["a.txt"]}, "deleted are of the reader faers"),
        ({"reader": "long", "quarters": [{"DEMO": "a"}]}, "quarters are of the reader faers"),
        ({"reader": "faers", "columns": {"drug": "a"}}, "columns are of the reader long"),
        ({**FAERS, "tables": {"DEMO": "demo19"}}, "tables are one quarter"),
    ],
)
def test_keys_of_another_reader_are_refused(
    source_plan: Plan, tmp_path: Path, reports: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        report_rates(source_plan(OMOP, reports), tmp_path, tmp_path / "out")
    assert said in str([problem.message for problem in caught.value.problems])


def test_columns_a_long_table_lacks_in_the_plan_are_named(
    source_plan: Plan, tmp_path: Path
) -> None:
    folder = data_set(tmp_path / "data", omop() | long())
    wrong = {**LONG, "columns": {"case_id": "Case", "drug": "Product", "evnt": "Event"}}
    with pytest.raises(UsageError) as caught:
        report_rates(source_plan(OMOP, wrong), folder, tmp_path / "out")
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unknown-key", "missing-key"]


def test_several_grains_count_a_person_once_in_a_class(source_plan: Plan, tmp_path: Path) -> None:
    folder = data_set(tmp_path / "data", omop() | bnpv())
    plan = source_plan(OMOP, {"reader": "bnpv"}, grains=["substance", "atc5", "atc4"])
    report_rates(plan, folder, tmp_path / "out")
    codes = {"alpha": "A02BC01", "beta": "A02BC02"}
    for column, true in (("exposed", EXPOSED), ("cases", CASES)):
        assert counted(tmp_path / "out", column) == true
        as_atc5 = {(codes[code], period, sex): n for (code, period, sex), n in true.items()}
        assert counted(tmp_path / "out", column, "atc5") == as_atc5
    # Who had both drugs is one patient of the class; no case names both.
    whole = counted(tmp_path / "out", "exposed", "atc4")
    assert {key[1:]: n for key, n in whole.items()} == {
        ("2019", "F"): 4, ("2019", "M"): 5, ("2019", "all"): 9,
        ("2020", "F"): 5, ("2020", "M"): 3, ("2020", "all"): 8,
        ("all", "F"): 6, ("all", "M"): 5, ("all", "all"): 11,
    }  # fmt: skip
    cases = counted(tmp_path / "out", "cases", "atc4")
    assert (cases["A02BC", "2019", "all"], cases["A02BC", "all", "all"]) == (8, 14)


@pytest.mark.slow
def test_spark_gives_the_same_tables(source_plan: Plan, tmp_path: Path) -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (extra: spark)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    rules = {"gap_days": 30, "grace_days": 0, "stockpiling": True, "supply": "ddd"}
    for claims, tables in ((SNDS, snds()), (OMOP, omop())):
        name = claims["reader"]
        packs = {"product": PACKS.assign(ddd_per_box=28.0)}
        folder = data_set(tmp_path / name, tables | bnpv() | packs)
        found = {}
        for engine in ("duckdb", "pyspark"):
            plan = source_plan(
                claims, {"reader": "bnpv"}, measures={"person_years": rules},
                engine={"name": engine, "threads": 1, "memory_gb": 1.0},
            )  # fmt: skip
            out = tmp_path / f"{name} {engine}"
            report_rates(plan, folder, out)
            tables_of = sorted((out / "tables").glob("*.csv"))
            found[engine] = {path.name: path.read_bytes() for path in tables_of}
        assert found["duckdb"].keys() == found["pyspark"].keys()
        for table, rows in found["duckdb"].items():
            assert rows == found["pyspark"][table], f"{name}: {table}"


@pytest.mark.parametrize(("notifier", "source"), [("Patient", "bnpv"), ("CN", "faers")])
def test_a_year_in_the_media_is_flagged_as_stimulated(
    source_plan: Plan, tmp_path: Path, notifier: str, source: str
) -> None:
    years = {2017: (12, 6), 2018: (14, 6), 2019: (12, 6), 2020: (60, 6)}  # cases, serious ones
    told = pd.DataFrame(
        [(year, n < serious) for year, (cases, serious) in years.items() for n in range(cases)],
        columns=["year", "serious"],
    )
    told["case"] = [f"{1000 + n}" for n in told.index]
    told["day"] = told["year"].astype(str) + "-06-15"
    others = "physician" if source == "bnpv" else "MD"
    told["who"] = [others if serious else notifier for serious in told["serious"]]
    told["event"] = ["rash" if n % 2 else "nausea" for n in told.index]
    reports = _as_bnpv(told) if source == "bnpv" else _as_faers(told)
    folder = data_set(tmp_path / "data", _many(100, list(years)) | reports)
    plan = source_plan(
        OMOP, {"reader": source, "drop_repeated": False},
        periods={"first_year": 2017, "last_year": 2020},
    )  # fmt: skip
    report_rates(plan, folder, tmp_path / "out")
    facts = json.loads((tmp_path / "out/tables/trend.json").read_text())
    assert facts["alpha"]["flags_look_at"] == "rate, severity, notifier"
    (flag,) = facts["alpha"]["stimulated"]
    assert (flag["period"], flag["flag"]) == ("2020", "stimulated")
    assert flag["reason"] == (  # 60 of 100 exposed after 38 of 300
        "4.7 times the rate before; fewer of them serious; more of them by patients"
    )


def _many(persons: int, years: list[int]) -> dict[str, pd.DataFrame]:
    """Return OMOP tables in which everybody has the first drug in every year."""
    tables = omop()
    ids = [str(n) for n in range(persons)]
    rows = pd.DataFrame([(who, str(year)) for who in ids for year in years], columns=["who", "y"])
    people = {
        "person_id": ids,
        "year_of_birth": "1950",
        "gender_concept_id": ["8532" if n % 2 else "8507" for n in range(persons)],
    }
    covered = {"person_id": ids, "observation_period_start_date": "2015-01-01",
               "observation_period_end_date": "2021-12-31"}  # fmt: skip
    drugs = pd.DataFrame({
        "drug_exposure_id": rows.index.astype(str), "person_id": rows["who"],
        "drug_concept_id": "1", "drug_exposure_start_date": rows["y"] + "-03-03",
        "quantity": "1"})  # fmt: skip
    return {**tables, "person": pd.DataFrame(people), "observation_period": pd.DataFrame(covered),
            "drug_exposure": drugs}  # fmt: skip


def _as_bnpv(told: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return cases of the first drug as the four tables."""
    case = {"numero_cas": told["case"]}
    return {
        "cases": pd.DataFrame({
            **case, "date_reception": told["day"], "age": "50", "unite_age": "a", "sexe": "F",
            "grave": told["serious"].map({True: "oui", False: "non"})}),
        "effects": pd.DataFrame({**case, "lib_pt": told["event"]}),
        "drugs": pd.DataFrame({**case, "medicament": "Alpha", "role": "suspect"}),
        "notifiers": pd.DataFrame({**case, "notificateur": told["who"]}),
    }  # fmt: skip


def _as_faers(told: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return cases of the first drug as one quarter."""
    number = {"primaryid": told["case"]}
    serious = told[told["serious"]]
    return {
        "DEMO": pd.DataFrame({
            **number, "caseid": told["case"], "fda_dt": told["day"], "age": "50", "age_cod": "YR",
            "sex": "F", "occp_cod": told["who"]}),
        "DRUG": pd.DataFrame({
            **number, "drug_seq": "1", "role_cod": "PS", "drugname": "Alpha", "prod_ai": "ALPHA"}),
        "REAC": pd.DataFrame({**number, "pt": told["event"]}),
        "OUTC": pd.DataFrame({"primaryid": serious["case"], "outc_cod": "HO"}),
    }  # fmt: skip
