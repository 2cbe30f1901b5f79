"""BNPV-like tables: four tables in French, choices as steps, levels, notifiers, codes."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tabular.readers.bnpv import Chosen, read_bnpv


def tables(**changes: Any) -> dict[str, Any]:
    frames: dict[str, Any] = {
        "cases": pd.DataFrame(
            {
                "NUMERO_CAS": ["PS001", "PS002"],
                "DATE_RECEPTION": ["03/04/2019", "2019-05-01"],
                "DATE_SURVENUE": ["01/03/2019", ""],
                "AGE": ["61", "18"],
                "UNITE_AGE": ["ans", "mois"],
                "SEXE": ["F", "Masculin"],
                "GRAVITE": ["Grave", "Non grave"],
                "PAYS": ["France", "Belgique"],
                "TYPE_CAS": ["spontané", "étude"],
            }
        ),
        "effects": pd.DataFrame(
            {
                "NUMERO_CAS": ["PS001", "PS001", "PS002"],
                "PT": ["Effet a1", "Effet a2", "Effet b1"],
                "SOC": ["Classe a", "Classe a", "Classe b"],
            }
        ),
        "drugs": pd.DataFrame(
            {
                "NUMERO_CAS": ["PS001", "PS001", "PS002"],
                "MEDICAMENT": ["ANASTROZOLE TEVA", "Doliprane", "IMOVANE"],
                "ROLE": ["Suspect", "Concomitant", "Interaction"],
                "CODE_PRODUIT": ["60002283", "", "60009999"],
                "NIVEAU": ["Spécialité", "", "CIS"],
            }
        ),
        "notifiers": pd.DataFrame(
            {
                "NUMERO_CAS": ["PS001", "PS001", "PS002"],
                "TYPE_NOTIFICATEUR": ["Pharmacien", "Médecin", "Patient"],
            }
        ),
    }
    return frames | changes


def decided(reading: Any) -> dict[str, int]:
    return reading.ledger.decision_table().groupby("code")["rows"].sum().to_dict()


def test_the_four_tables_become_reports_drugs_and_events() -> None:
    reading = read_bnpv(tables())
    report = reading["report"].set_index("case_id")
    assert report["age_years"].tolist() == [61, 1.5] and report["sex"].tolist() == ["F", "M"]
    assert report.loc["PS001", "received"] == pd.Timestamp("2019-04-03")
    assert report["serious"].tolist() == [True, False]
    assert report["notifier"].tolist() == ["Médecin + Pharmacien", "Patient"]
    assert decided(reading)["several-notifiers"] == 1 and decided(reading)["uncoded-drug"] == 1
    drugs = reading["report_drug"]
    assert drugs["role"].tolist() == ["suspect", "concomitant", "interacting"]
    assert drugs["grain"].tolist()[0] == "speciality"
    events = reading["report_event"]
    # Two effects of one class count once in it.
    assert events.groupby("level").size().to_dict() == {"pt": 3, "soc": 2}


def test_each_choice_is_a_step_and_the_flow_is_monotone(tmp_path: Path) -> None:
    paths = {}
    for name, frame in tables().items():
        paths[name] = tmp_path / f"{name}.csv"
        frame.to_csv(paths[name], sep=";", index=False, encoding="cp1252")
    chosen = Chosen(countries=["FRANCE"], years=(2014, 2021), kinds=["Spontané", "étude"])
    reading = read_bnpv(paths, chosen)
    assert reading["report"]["case_id"].tolist() == ["PS001"]
    flow = reading.ledger.flow_table()
    steps = flow[flow["table"] == "report"]
    assert steps["after"].tolist() == [2, 2, 2, 2, 1, 1]
    assert (flow["after"] <= flow["before"]).all()
    messages = reading.ledger.decision_table().set_index("code").loc["encoding", "message"]
    assert messages.str.contains("cp1252").any()


def test_choosing_by_a_column_that_is_not_there_is_refused() -> None:
    sources = tables()
    sources["cases"] = sources["cases"].drop(columns=["PAYS", "TYPE_CAS"])
    for chosen in (Chosen(countries=["France"]), Chosen(kinds=["spontané"])):
        with pytest.raises(DataError, match="filter-on-empty-column"):
            read_bnpv(sources, chosen)


def test_a_case_told_twice_is_refused_and_a_repeated_row_is_counted() -> None:
    sources = tables()
    sources["cases"] = pd.concat([sources["cases"], sources["cases"].head(1)])
    assert decided(read_bnpv(sources))["duplicated-row"] == 1
    sources["cases"].iloc[-1, sources["cases"].columns.get_loc("AGE")] = "62"
    with pytest.raises(DataError, match="conflicting-case"):
        read_bnpv(sources)


def test_unknown_product_codes_are_rejected_with_their_share() -> None:
    with pytest.raises(DataError, match="60009999"):
        read_bnpv(tables(), known_products=["60002283"])
    reading = read_bnpv(tables(), known_products=["60002283"], max_rejected=0.5)
    rejects = reading.ledger.reject_table()
    assert rejects.loc[0, "code"] == "60009999" and rejects.loc[0, "share"] == pytest.approx(1 / 3)
    assert reading["report_drug"]["product"].isna().sum() == 2


def test_effects_without_a_level_are_refused() -> None:
    effects = pd.DataFrame({"NUMERO_CAS": ["PS001"], "EFFET": ["x"]})
    with pytest.raises(DataError, match="no-level"):
        read_bnpv(tables(effects=effects))


def test_rows_of_unknown_cases_are_counted() -> None:
    effects = pd.DataFrame({"NUMERO_CAS": ["PS001", "PS999"], "PT": ["a", "b"]})
    assert decided(read_bnpv(tables(effects=effects)))["orphan-row"] == 1


def test_all_missing_tables_are_named() -> None:
    with pytest.raises(DataError) as error:
        read_bnpv({"case": tables()["cases"], "drugs": tables()["drugs"]})
    assert [problem.code for problem in error.value.problems] == ["missing-table"] * 3
    assert "did you mean 'case'" in error.value.render()


def test_an_extract_without_rows_gives_empty_tables() -> None:
    reading = read_bnpv({name: frame.head(0) for name, frame in tables().items()})
    assert [len(table) for table in reading.tables.values()] == [0, 0, 0]
