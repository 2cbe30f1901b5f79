"""The form of a challenge's labels, whatever is asked."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from workbench.scoring import Challenge
from workbench.scoring.keys import key_text


def labels_form(
    table: pd.DataFrame, challenge: Challenge, outcome: Mapping[str, str]
) -> pd.DataFrame:
    """Return cases as the labels of a challenge: key, unit, what is true, centre, subgroups.

    Args:
        table: One row a case, columns ``case``, ``person`` and those of ``outcome``; centre and
            subgroups under the names the card has for them.
        challenge: Names the columns.
        outcome: Column of the cases to column of the labels.
    """
    columns = {"case": challenge.key, "person": challenge.unit, **outcome}
    named = [challenge.centre, *challenge.subgroups]
    columns |= {name: name for name in named if name is not None and name in table.columns}
    labels = table[list(columns)].rename(columns=columns)
    # Where every case is a unit of its own, key and unit may be one column.
    labels = labels.loc[:, ~labels.columns.duplicated()]
    # As text: 12.0 of a table and 12.0 read back from a file are then sealed by one digest.
    labels = pd.DataFrame({name: [key_text(cell) for cell in labels[name]] for name in labels})
    return labels.sort_values(challenge.key, ignore_index=True)
