"""ATC with DDD, and event hierarchies of invented terms."""

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.tabular.readers.hierarchies import read_atc, read_event_hierarchy
from workbench.tabular.readers.ledger import Ledger


def atc(*codes: str, **more: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"ATC": list(codes), "Libelle": ["x"] * len(codes)} | more)


def test_atc_levels_and_parents_follow_from_the_code() -> None:
    codes = atc("A", "A02", "A02B", "A02BC", "A02BC01", DDD=["", "", "", "", "20"],
                Unit=["", "", "", "", "mg"])  # fmt: skip
    found = read_atc(codes, Ledger("atc"))
    assert found["level"].tolist() == [1, 2, 3, 4, 5]
    assert found["parent"].iloc[4] == "A02BC" and found["ddd"].iloc[4] == 20


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (atc("A", "A2"), "not-an-atc-code"),
        (atc("A", "A02B"), "no-parent"),
        (atc("A", "A"), "repeated-key"),
        (atc("A", DDD=["20"]), "ddd-without-unit"),
    ],
)
def test_a_broken_atc_file_is_refused(codes: pd.DataFrame, code: str) -> None:
    with pytest.raises(DataError, match=code):
        read_atc(codes, Ledger("atc"))


TERMS = pd.DataFrame(
    {
        "PT": ["p1", "p2", "p3"], "HLT": ["h1", "h1", "h2"], "HLGT": ["g1", "g1", "g1"],
        "SOC": ["s1", "s1", "s1"],
    }
)  # fmt: skip


def events(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["case_id", "term"]).assign(level="pt")


def test_terms_of_one_class_count_once_in_a_case() -> None:
    hierarchy = read_event_hierarchy(TERMS, Ledger("events"))
    lifted, ledger = hierarchy.lift(events(("1", "p1"), ("1", "p2"), ("2", "p3")), "hlt")
    assert lifted[["case_id", "term"]].to_numpy().tolist() == [["1", "h1"], ["2", "h2"]]
    assert ledger.flow_table()["after"].tolist() == [3, 3, 2]
    with pytest.raises(UsageError, match="no level 'llt'"):
        hierarchy.lift(events(("1", "p1")), "llt")


def test_unknown_terms_stop_above_the_share_and_are_counted_below() -> None:
    hierarchy = read_event_hierarchy(TERMS, Ledger("events"))
    rows = events(("1", "p1"), ("2", "p9"))
    with pytest.raises(DataError, match="'p9'"):
        hierarchy.lift(rows, "soc")
    lifted, ledger = hierarchy.lift(rows, "soc", max_rejected=0.5)
    assert len(lifted) == 1 and ledger.reject_table()["code"].tolist() == ["p9"]


def test_a_term_with_two_parents_needs_its_primary_path() -> None:
    two = pd.concat([TERMS, TERMS.head(1).assign(SOC="s2")], ignore_index=True)
    with pytest.raises(DataError, match="several-parents"):
        read_event_hierarchy(two, Ledger("events"))
    ledger = Ledger("events")
    hierarchy = read_event_hierarchy(two.assign(primary=["Y", "Y", "Y", "N"]), ledger)
    assert len(hierarchy.terms) == 3
    assert ledger.decision_table().set_index("code").loc["secondary-path", "rows"] == 1


def test_one_level_or_an_empty_term_is_refused() -> None:
    with pytest.raises(DataError, match="too-few-levels"):
        read_event_hierarchy(TERMS[["PT"]], Ledger("events"))
    with pytest.raises(DataError, match="empty-term"):
        read_event_hierarchy(TERMS.assign(HLT=["h1", "", "h2"]), Ledger("events"))
