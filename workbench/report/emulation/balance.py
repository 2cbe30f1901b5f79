"""Whether the strategies were made alike: love plot, weights, effective sample sizes, the gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.report.artefacts import Row
from workbench.report.emulation.reading import problems_of
from workbench.report.emulation.trial import NAIVE, Trial
from workbench.report.plots.love import love, love_csv, love_rows
from workbench.report.plots.weights import WeightBin, weights_csv, weights_plot
from workbench.report.ranking.figure import Figure
from workbench.report.tables import Table, table
from workbench.report.words import percent


def balance(trial: Trial) -> dict[str, Any]:
    """Return the love plot of the main estimator and its rows."""
    words, rows = trial.words, trial.rows("balance.csv", trial.main)
    limit = trial.protocol.checks.max_asmd
    drawn = love_rows(
        pd.DataFrame(
            {
                "covariate": [words.covariate(row["covariate"]) for row in rows],
                "before": [_float(row["smd_before"]) for row in rows],
                "after": [_float(row["smd_after"]) for row in rows],
            }
        )
    )
    picture = love(
        drawn,
        label=words("t_balance"),
        most=limit,
        axis=words("love_axis"),
        words=(words("before"), words("after")),
    )
    caption = words(
        "love_caption", estimator=words.estimator(trial.main), limit=words.number(limit, 2)
    )
    figure = Figure("balance", words("t_balance"), words.drawn(picture), caption, love_csv(drawn))
    return {"figures": [figure], "table": _balance_table(trial, rows)}


def _balance_table(trial: Trial, rows: list[Row]) -> Table:
    """Return means and standardised differences."""
    words, (first, second) = trial.words, trial.protocol.names
    return table(
        words("t_balance"),
        [
            words("covariate"),
            words("mean_first", first=first),
            words("mean_second", second=second),
            words("before"),
            words("after"),
        ],
        [
            [
                words.covariate(row["covariate"]),
                *(
                    words.number(_float(row[name]), 2)
                    for name in ("mean_treated", "mean_untreated", "smd_before", "smd_after")
                ),
            ]
            for row in rows
        ],
        numeric=range(1, 5),
    )


def weights(trial: Trial) -> dict[str, Any]:
    """Return the distribution of the main estimator's weights, and what is left of each cohort."""
    words, rows = trial.words, trial.rows("weights.csv", trial.main)
    facts = trial.diagnostics[trial.main]
    bins = [
        WeightBin(row["group"], float(row["low"]), float(row["high"]), int(row["n"]))
        for row in rows
    ]
    notes = {
        name: words("ess_note", ess=words.number(size, 0), n=words.number(facts["persons"][name]))
        for name, size in facts["ess"].items()
    }
    picture = weights_plot(bins, notes=notes, axis=words("weights_axis"), label=words("t_weights"))
    caption = words("weights_caption", estimator=words.estimator(trial.main))
    figure = Figure("weights", words("t_weights"), words.drawn(picture), caption, weights_csv(bins))
    return {"figures": [figure], "table": _sizes(trial)}


def _sizes(trial: Trial) -> Table:
    """Return persons and effective sample size of every estimator and strategy."""
    words, rows = trial.words, []
    for name, facts in trial.diagnostics.items():
        for arm, size in facts.get("ess", {}).items():
            persons = facts["persons"][arm]
            rows.append(
                [
                    words.estimator(name),
                    words.get(f"arm_{arm}", arm),
                    words.number(persons),
                    words.number(size, 0),
                    percent(size / persons) if persons else "–",
                    _share(facts, arm),
                ]
            )
    columns = ("estimator", "strategy", "persons", "ess", "share_ess", "largest")
    return table(words("ess"), [words(c) for c in columns], rows, numeric=range(2, 6))


def gate(trial: Trial) -> dict[str, Any]:
    """Return whether an effect may be given, by whom it was opened, and each estimator's gate."""
    words, gates = trial.words, trial.gate["gates"]
    own = gates[trial.main]
    if own["override"]:
        said = words("gate_overridden", **own["override"])
    else:
        said = words("gate_open" if own["open"] else "gate_closed")
    limits = own["limits"]
    return {
        "said": said,
        "limits": words(
            "limits_said",
            asmd=words.number(limits["max_asmd"], 2),
            ess=percent(limits["min_ess_share"]),
            represented=percent(limits["min_represented"]),
            extrapolated=percent(limits["max_extrapolated"]),
            factor=words.number(limits["max_miscalibration"]),
            events=words.number(limits["min_events_per_coefficient"]),
        ),
        "table": table(
            words("t_gate"),
            [words(c) for c in ("estimator", "gate", "max_before", "max_after", "problems")],
            [_gate_row(trial, name) for name in gates if name != NAIVE],
            numeric=(2, 3),
        ),
    }


def _gate_row(trial: Trial, name: str) -> list[str]:
    """Return one estimator's gate."""
    words = trial.words
    largest = trial.diagnostics[name].get("max_asmd", {})
    return [
        words.estimator(name),
        words(_verdict(trial, name)),
        words.number(largest.get("before"), 2),
        words.number(largest.get("after"), 2),
        problems_of(trial, name) or "–",
    ]


def _verdict(trial: Trial, name: str) -> str:
    """Return what an estimator's gate said, as the key of a text."""
    if trial.gate["gates"][name]["refused"]:
        return "refused"
    return "passed" if trial.gate["gates"][name]["passed"] else "failed"


def _share(facts: Mapping[str, Any], arm: str) -> str:
    """Return the largest share of one person in an arm's weight."""
    share = facts.get("largest_share", {}).get(arm)
    return "–" if share is None else percent(share)


def _float(text: str) -> float:
    """Return a cell as a number, NaN where it is empty."""
    return float(text or "nan")
