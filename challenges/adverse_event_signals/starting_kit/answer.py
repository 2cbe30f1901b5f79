"""Answers the challenge adverse-event-signals, days of alerts included. Copy this and improve it.

    python answer.py POPULATIONS... --train TRAINING --model ebgm --out submission.csv

TRAINING is a population with labels (`workbench synthesize adverse_events --out TRAINING`); the
model and the score above which it alerts are learnt on it. POPULATIONS are those to be answered.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data, registry
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext

WINDOW_DAYS = 1186  # three years, and 90 days for reports of their last events to arrive
MONTHS = tuple(range(30, WINDOW_DAYS, 30))
FALSE_SHARE = 0.012  # of the pairs that are no signal; below the challenge's budget of 0.02
PARAMS: dict[str, dict[str, Any]] = {"rate_based": {"against": "class"}}
Months = list[tuple[int, Cases]]


def use_case() -> Any:
    """Return the use case, with its usual settings."""
    params = registry.load("use_case", "adverse_events", "params")
    return registry.load("use_case", "adverse_events")(params())


def fitted(name: str, cases: Cases) -> Any:
    """Return a model that learnt from labelled pairs."""
    model = registry.load("model", name)(PARAMS.get(name, {}))
    with tempfile.TemporaryDirectory() as scratch:
        model.fit(cases, None, FitContext(Path(scratch), 0))
    return model


def monitored(opened: data.OpenedData) -> Months:
    """Return what was known of the pairs at the end of each month: reports received by then."""
    return list(use_case().monitor(opened, MONTHS))


def threshold(model: Any, months: Months) -> float:
    """Return the score above which few pairs that are no signal ever rise, by their labels."""
    highest = _scores(model, months).max(axis=1)
    labels = months[-1][1].table.set_index("case")["label"]
    harmless = np.sort(highest[labels.reindex(highest.index) == "none"].to_numpy())[::-1]
    return float(harmless[int(FALSE_SHARE * len(harmless))])


def answer(model: Any, cases: Cases, months: Months, above: float) -> pd.DataFrame:
    """Return probabilities by all reports, and the first day on which a pair rose above a score."""
    risen = _scores(model, months) > above
    first = risen.loc[risen.any(axis=1)].idxmax(axis=1)
    table = model.predict(cases).table
    planted = table["p_planted"].round(8)
    days = table["case"].map(first).fillna(WINDOW_DAYS).astype(int)
    columns = {"pair": table["case"], "none": (1 - planted).round(8), "planted": planted}
    return pd.DataFrame({**columns, "alert_day": days})


def _scores(model: Any, months: Months) -> pd.DataFrame:
    """Return the score of each pair (rows) by day (columns); 0 before its first report."""
    columns = {
        day: model.predict(cases).table.set_index("case")["p_planted"] for day, cases in months
    }
    return pd.DataFrame(columns).fillna(0.0)


def main() -> None:
    """Learn from a population and answer others."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("populations", type=Path, nargs="+", help="Folders of data sets.")
    asked.add_argument("--train", type=Path, required=True, help="Folder with labels.")
    asked.add_argument("--model", default="ebgm", help="ebgm, ic, rate_based, ror or prr.")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    known = data.open(given.train, "train")
    model = fitted(given.model, use_case().prepare(known, given.train).cases)
    above, tables = threshold(model, monitored(known)), []
    for folder in given.populations:
        opened = data.open(folder, "predict")
        prepared = use_case().prepare(opened, folder)
        found = answer(model, prepared.cases, monitored(opened), above)
        # A pair none of whose reports has a code is answered by what is usual: no signal.
        lost = pd.DataFrame({"pair": prepared.excluded["case"], "none": 0.97, "planted": 0.03})
        tables += [found, lost.assign(alert_day=WINDOW_DAYS)]
    table = pd.concat([table for table in tables if len(table)])
    table.to_csv(given.out, index=False, lineterminator="\n")
    print(f"{len(table)} pairs, alerts on {(table['alert_day'] < WINDOW_DAYS).sum()}")


if __name__ == "__main__":
    main()
