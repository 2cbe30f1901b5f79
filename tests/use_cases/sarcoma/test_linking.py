"""Linkage of a cohort with claims, on a pair whose truth is known."""

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.use_cases.sarcoma.conftest import part, use_case
from workbench.errors import DataError, UsageError

linking, pairs = part("linking"), part("synthetic.linkage_pair")


@pytest.fixture(scope="module")
def pair() -> Any:
    """A cohort of 3000 and claims of about 5850."""
    return pairs.draw_linkage_pair(3000, 1)


def test_a_pseudonym_links_with_hardly_an_error(pair: Any) -> None:
    found = linking.quality_of(use_case().link(pair.cohort, pair.claims), pair.truth, 0.7)
    assert found["precision"] > 0.999
    assert 0.90 < found["recall"] < 0.96  # 5 % of pseudonyms are lost or another's


def test_a_wrong_pseudonym_shows_in_the_quality(pair: Any) -> None:
    linkage = use_case().link(pair.cohort, pair.claims)
    made = linkage[linkage["claims_id"].notna()].merge(pair.truth, on="person_id", how="left")
    wrong = made["claims_id_x"] != made["claims_id_y"]
    assert wrong.any()
    assert made["match_quality"][wrong].max() < 0.7 < made["match_quality"][~wrong].median()


def test_everybody_has_one_row_and_no_claims_are_given_twice(pair: Any) -> None:
    linkage = use_case().link(pair.cohort, pair.claims)
    assert linkage["person_id"].tolist() == pair.cohort["person_id"].tolist()
    assert not linkage["claims_id"].dropna().duplicated().any()
    none = linkage[linkage["method"] == "none"]
    assert none["claims_id"].isna().all() and (none["match_quality"] == 0).all()


def test_a_pseudonym_of_two_links_nobody() -> None:
    keys = {key: ["x", "x"] for key in linking.AGREEING}
    twice = pd.DataFrame({"pseudonym": ["a", "a"], **keys})
    once = pd.DataFrame({"pseudonym": ["a", "b"], **keys})
    for cohort, claims in ((once, twice), (twice, once)):
        made = linking.link_by_pseudonym(
            cohort.assign(person_id=["1", "2"]), claims.assign(claims_id=["3", "4"])
        )
        assert made["claims_id"].isna().all()


def test_keys_that_are_not_known_do_not_count() -> None:
    left = pd.DataFrame({"a": ["x", "x"], "b": [None, "y"]})
    right = pd.DataFrame({"a": ["x", "x"], "b": ["z", "z"]})
    assert linking.agreement(left, right, ["a", "b"]).tolist() == [1.0, 0.5]


def test_sides_are_checked(pair: Any) -> None:
    cohort = pd.concat([pair.cohort, pair.cohort.head(1)])
    with pytest.raises(DataError) as refused:
        use_case().link(cohort.rename(columns={"centre": "center"}), pair.claims)
    assert {p.code for p in refused.value.problems} == {"missing-column", "duplicate-person"}
    assert "did you mean 'center'" in str(refused.value)


def test_without_a_pseudonym_splink_finds_more(pair: Any) -> None:
    pytest.importorskip("splink", reason="the extra 'linkage' is not installed")
    made = use_case().link(
        pair.cohort.drop(columns="pseudonym"),
        pair.claims.drop(columns="pseudonym"),
        probabilistic=True,
    )
    found = linking.quality_of(made, pair.truth, 0.9)
    assert found["precision"] > 0.995
    assert found["recall"] > 0.96
    assert not made["claims_id"].dropna().duplicated().any()
    chance = made["match_quality"].to_numpy()
    assert np.all((chance >= 0) & (chance <= 1))


def test_a_missing_package_is_named(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    monkeypatch.setitem(sys.modules, "splink.comparison_library", None)
    with pytest.raises(UsageError, match=r"clinical-ai-workbench\[linkage\]"):
        use_case().link(pair.cohort, pair.claims, probabilistic=True)
