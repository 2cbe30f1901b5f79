"""A cohort and claims about partly the same people, with errors, and the truth of who is who."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .persons import REGIONS
from .streams import Streams

_FIRST_DAY = np.datetime64("2010-01-01")
_CENTRES = 26


class LinkagePair(NamedTuple):
    """Both sides and the truth: ``person_id`` and ``claims_id`` of all who stand on both."""

    cohort: pd.DataFrame
    claims: pd.DataFrame
    truth: pd.DataFrame


def draw_linkage_pair(
    n: int, seed: int, *, lost: float = 0.05, others: float = 1.0, error: float = 1.0
) -> LinkagePair:
    """Draw a cohort of ``n`` and claims that hold most of it and strangers.

    Args:
        n: Persons of the cohort.
        seed: The same gives the same tables.
        lost: Share of the cohort that has no claims.
        others: Strangers in the claims, as a multiple of ``n``.
        error: Multiplies the rates of errors: of 100 claims 4 lack the pseudonym, 1
            carries another person's, 2 have another birth year, 1 another sex, 3 another month, 8
            another region, 5 an operation dated otherwise, 4 another hospital.
    """
    streams = Streams(seed)
    everyone = n + round(others * n)
    person = _people(everyone, streams)
    seen = _with_errors(person, error, streams)
    here = (streams("lost").random(everyone) >= lost) | (np.arange(everyone) >= n)
    order = streams("order").permutation(np.flatnonzero(here))
    cohort = person.head(n)
    cohort.insert(0, "person_id", [f"P{number:06d}" for number in range(1, n + 1)])
    claims = seen.iloc[order].reset_index(drop=True)
    claims.insert(0, "claims_id", [f"S{number:06d}" for number in range(1, len(claims) + 1)])
    both = order < n
    truth = pd.DataFrame(
        {
            "person_id": cohort["person_id"].to_numpy()[order[both]],
            "claims_id": claims["claims_id"].to_numpy()[both],
        }
    )
    return LinkagePair(cohort, claims, truth)


def _people(n: int, streams: Streams) -> pd.DataFrame:
    """Return people as they are."""
    day = streams("stay").integers(0, 3287, n)
    return pd.DataFrame(
        {
            "pseudonym": [f"{number:08x}" for number in streams("pseudonym").permutation(n)],
            "sex": np.where(streams("sex").random(n) < 0.5, "female", "male"),
            "birth_year": np.clip(streams("birth").normal(1953, 15, n), 1915, 1999).astype(int),
            "birth_month": streams("month").integers(1, 13, n),
            "region": [
                f"R{number:02d}" for number in streams("region").integers(1, REGIONS + 1, n)
            ],
            "stay_date": _text(day),
            "centre": [
                f"C{number:02d}" for number in streams("centre").integers(1, _CENTRES + 1, n)
            ],
        }
    )


def _with_errors(person: pd.DataFrame, error: float, streams: Streams) -> pd.DataFrame:
    """Return people as claims describe them."""
    n = len(person)

    def wrong(what: str, share: float) -> np.ndarray:
        return streams(f"wrong {what}").random(n) < min(share * error, 1)

    random = streams("errors").permutation(n)
    other = person.iloc[random].reset_index(drop=True)
    made = person.copy()
    shift = streams("shift").integers(1, 6, n) * np.where(random % 2, 1, -1)
    days = (pd.to_datetime(person["stay_date"]) + pd.to_timedelta(shift, unit="D")).dt.strftime(
        "%Y-%m-%d"
    )
    made["pseudonym"] = person["pseudonym"].mask(wrong("pseudonym", 0.04), None)
    made["pseudonym"] = made["pseudonym"].mask(wrong("relative", 0.01), other["pseudonym"])
    made["birth_year"] = person["birth_year"].mask(wrong("year", 0.02), person["birth_year"] + 1)
    made["sex"] = person["sex"].mask(wrong("sex", 0.01), other["sex"])
    made["birth_month"] = person["birth_month"].mask(wrong("month", 0.03), other["birth_month"])
    made["region"] = person["region"].mask(wrong("region", 0.08), other["region"])
    made["stay_date"] = person["stay_date"].mask(wrong("stay", 0.05), days)
    made["centre"] = person["centre"].mask(wrong("centre", 0.04), other["centre"])
    return made


def _text(day: np.ndarray) -> pd.Series:
    """Return days as ISO dates."""
    dates = _FIRST_DAY + day.astype("timedelta64[D]")
    return pd.Series(np.datetime_as_string(dates, unit="D"), dtype="object")
