"""Dates, numbers, sexes and codes from text."""

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tabular.readers.ledger import Ledger
from workbench.tabular.readers.values import ages, dates, is_cip13, numbers, sexes


def cells(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="object", name="c")


def test_dates_of_three_layouts_are_days_first() -> None:
    ledger = Ledger("x")
    found = dates(cells("2019-04-03", "03/04/2019", "20190403", "2019", "31/02/2019", None), "t", ledger)  # noqa: E501  # fmt: skip
    assert (found[:3] == pd.Timestamp("2019-04-03")).all() and found[3:].isna().all()
    counts = ledger.decision_table().set_index("code")["rows"].to_dict()
    assert counts == {"partial-date": 1, "unreadable-date": 1}


def test_month_first_dates_are_refused_unless_said() -> None:
    with pytest.raises(DataError, match="wrong-date-order"):
        dates(cells("12/25/2019"), "t", Ledger("x"))
    found = dates(cells("12/25/2019"), "t", Ledger("x"), month_first=True)
    assert found[0] == pd.Timestamp("2019-12-25")


def test_french_numbers_are_read_and_words_are_not() -> None:
    found = numbers(cells("1 234,56", "1.234,56", "-12", "12.5", "x"))
    assert found[:4].tolist() == [1234.56, 1234.56, -12, 12.5] and pd.isna(found[4])


def test_an_age_of_702_years_is_missing_and_702_days_is_not() -> None:
    ledger = Ledger("x")
    found = ages(cells("702", "702", "-1", "1,5"), cells("ans", "jours", "YR", "YR"), "t", ledger)
    assert found.isna().tolist() == [True, False, True, False]
    assert found[1] == pytest.approx(702 / 365.25) and found[3] == 1.5
    counts = ledger.decision_table().set_index("code")["rows"].to_dict()
    assert counts == {"impossible-age": 2, "age-in-other-unit": 1}


def test_sexes_of_all_sources() -> None:
    ledger = Ledger("x")
    found = sexes(cells("1", "2", "9", "Female", "Masculin", "Not Available", "Q"), "t", ledger)
    assert found.fillna("-").tolist() == ["M", "F", "-", "F", "M", "-", "-"]
    assert ledger.decision_table()["rows"].tolist() == [1]


def test_cip13_codes_have_a_check_digit() -> None:
    codes = cells("3400949497294", "3400949497295", "4949729", None)
    assert is_cip13(codes).tolist() == [True, False, False, False]
