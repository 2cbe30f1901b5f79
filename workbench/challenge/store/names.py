"""Names people type: kept as typed, unique however they are written, harmless where they land."""

from __future__ import annotations

import unicodedata

from workbench.challenge.store.text import hidden_characters
from workbench.errors import UsageError

LONGEST = 60
"""Characters in a name."""
LONGEST_REASON = 2000
"""Characters in a reason."""

# Letters of other scripts that look like Latin ones (a part of Unicode's confusables, UTS 39): who
# takes a team's name with a Cyrillic a takes the same name. After case folding.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁԛԝһкмтвнɡαοεικνρτυχⅼı", "aeopcyxijsdqwhkmtbhgaoeiknptuxli")


def name_key(name: str) -> str:
    """Return what is unique of a name: its letters, whatever their form, case and script.

    >>> name_key("  Équipe  ﬁn ") == name_key("ÉQUIPE FIN")
    True
    >>> name_key("Tribvn") == name_key("Тrіbvn"), name_key("A") == name_key("B")
    (True, False)
    """
    text = "".join(c for c in name if unicodedata.category(c) != "Cf")
    for _ in range(2):  # folding may make letters that normalise further
        text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.translate(_LOOKALIKES).split())


def check_reason(reason: str) -> str:
    """Return a reason as typed, when it may be shown to others: on a board, in a terminal.

    Raises:
        UsageError: It is empty, too long, or holds characters that cannot be seen; a line break is
            one of them, since what follows it would look like a line of the board's own.
    """
    wrong = ""
    if hidden := hidden_characters(reason):
        wrong = f"holds characters that cannot be seen ({', '.join(hidden[:5])})"
    elif not reason.strip():
        wrong = "is empty"
    elif len(reason) > LONGEST_REASON:
        wrong = f"has {len(reason)} characters, at most {LONGEST_REASON} are taken"
    if wrong:
        raise UsageError(
            f"the reason {wrong}", where=ascii(reason[:80]), remedy="say why in a line"
        )
    return reason


def check_name(name: str, what: str = "team name") -> str:
    """Return a name as typed, when it may be shown to others.

    Names may look like paths or formulas: they are kept, and made harmless where they are written
    (:func:`workbench.storage.csv_cell` for a spreadsheet, ``file_name`` there for a file).

    Raises:
        UsageError: It is empty, too long, starts or ends with a space, or holds characters that
            cannot be seen.
    """
    hidden = hidden_characters(name)
    wrong = ""
    if hidden:
        wrong = f"holds characters that cannot be seen ({', '.join(hidden[:5])})"
    elif not name_key(name):
        wrong = "is empty"
    elif len(name) > LONGEST:
        wrong = f"has {len(name)} characters, at most {LONGEST} are taken"
    elif len(name_key(name)) > 4 * LONGEST:
        wrong = f"is longer than {LONGEST} characters once its signs are written out"
    elif name != name.strip():
        wrong = "starts or ends with a space"
    if wrong:
        raise UsageError(f"the {what} {wrong}", where=ascii(name[:80]), remedy="type another name")
    return name
