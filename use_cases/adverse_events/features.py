"""What models are given of each pair: counts of reports, and the patients exposed behind them."""

from __future__ import annotations

import pandas as pd

_CLASS_LETTERS = 5  # of a code of ATC: substances of one chemical group


def pair_features(counts: pd.DataFrame, exposed: pd.Series, product: pd.DataFrame) -> pd.DataFrame:
    """Return counted pairs with the exposed patients and what the other substances have.

    Sums over substances count case x substance and patient x substance: a case of two suspected
    substances stands in both, as a patient of both does.

    Args:
        counts: Columns ``drug``, ``event``, ``n`` and the margins; all pairs with a report.
        exposed: Distinct exposed patients by substance.
        product: Columns ``substance`` and ``atc5``.

    Returns:
        ``counts`` with ``exposed``, and the cases and exposed of the other substances
        (``others_n``, ``others_exposed``) and of the others of the class (``class_n``,
        ``class_exposed``).
    """
    codes = product.drop_duplicates("substance").set_index("substance")["atc5"]
    patients = exposed.reindex(codes.index).fillna(0.0)
    group = codes.str[:_CLASS_LETTERS]
    of_class = patients.groupby(group).sum()
    table = counts.assign(exposed=counts["drug"].map(patients), group=counts["drug"].map(group))
    others = table.groupby("event")["n"].transform("sum") - table["n"]
    alike = table.groupby(["event", "group"])["n"].transform("sum") - table["n"]
    return table.assign(
        others_n=others,
        others_exposed=patients.sum() - table["exposed"],
        class_n=alike,
        class_exposed=table["group"].map(of_class) - table["exposed"],
    ).drop(columns="group")
