"""Check that the opt-out list speaks of the persons in the data: a wrong key matches nobody."""

from __future__ import annotations

import re
from collections.abc import Set

from workbench.data.card import DataCard
from workbench.errors import DataError, Problem

# A list of this length of which fewer than this share match points to ids of another kind.
_LONG_LIST = 1000
_FEW = 0.01
_SIGNS = re.compile(r"[\W_]+")
_ZEROS = re.compile(r"^([^0-9]*)0+")


def check_matches(card: DataCard, persons: Set[str], listed: Set[str]) -> None:
    """Refuse a list whose pseudonyms are written in another way than those in the data.

    Two signs: entries that would match if leading zeros, case or dashes were ignored, and a list of
    more than 1000 entries of which less than 1 % match (unless the card expects few matches).

    Args:
        card: The data set's card.
        persons: All pseudonyms in the data.
        listed: Pseudonyms that opted out of this data set.

    Raises:
        DataError: The list and the data do not fit.
    """
    if not persons:
        return
    loose = {_loosely(person): person for person in persons}
    near = sorted(entry for entry in listed - persons if _loosely(entry) in loose)
    if near:
        raise DataError(
            f"{len(near)} opted-out pseudonym(s) are written in another way in '{card.name}'",
            remedy="write the pseudonyms in the opt-out list exactly as in the data, or mend the "
            "data's ids where they lost their zeros",
            problems=[
                Problem(
                    "opt-out-near-match", f"'{entry}' is '{loose[_loosely(entry)]}' in the data"
                )
                for entry in near
            ],
        )
    matched = len(persons & listed)
    expected = not card.opt_out.few_matches_expected
    if expected and len(listed) > _LONG_LIST and matched < _FEW * len(listed):
        raise DataError(
            f"only {matched} of {len(listed)} opted-out pseudonyms occur in '{card.name}': "
            "the list may use other pseudonyms than the data",
            remedy="check the person key; if the list covers far more people than this data set, "
            "say opt_out: {few_matches_expected: true} in its card",
        )


def _loosely(pseudonym: str) -> str:
    """Return a pseudonym without what gets lost on the way: zeros, case, dashes, blanks.

    >>> _loosely("P-007") == _loosely("p7"), _loosely("0042") == _loosely("42")
    (True, True)
    """
    return _ZEROS.sub(r"\1", _SIGNS.sub("", pseudonym.casefold()), count=1)
