"""Holds the whole chain of `workbench rates` against a population whose truth is known.

    python scripts/rates_chain_recovery.py [--replicates 30] [--persons 8192] [--substances 60]

One population is drawn and cut into replicates by persons: a block of 4,096 is a row group of every
table. Each goes through the readers and the counting of the verb as a data set of its own.

- Exposed: the distinct patients of every substance, year and sex equal those of the generator.
- Rates: the interval of each replicate's rate holds the rate of the whole population.
- Signals: which ranks the planted pairs have among all pairs of the population.
- Disclosure: an attacker finds no small cell of what a replicate would publish.

Ends with code 1 where more patients differ than there are dispensings no reader can decide, where
less than 95 % of the intervals hold the truth (less three Monte-Carlo errors), or where a small
cell is found.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from workbench import data, registry  # noqa: E402
from workbench.config import params_of  # noqa: E402
from workbench.methods.disclosure.dimension import additive, overlapping  # noqa: E402
from workbench.methods.disclosure.release import attack  # noqa: E402
from workbench.methods.rates.poisson import count_interval  # noqa: E402
from workbench.methods.signals.pairs import count_rows  # noqa: E402
from workbench.methods.signals.prior_fit import fit_prior  # noqa: E402
from workbench.methods.signals.score_pairs import score_pairs  # noqa: E402
from workbench.runs.reported.cases import Cases, read_reports  # noqa: E402
from workbench.runs.reported.counting import (  # noqa: E402
    Axes,
    axes_of,
    cells_of,
    count_exposed,
)
from workbench.runs.reported.inputs import claims_store  # noqa: E402
from workbench.runs.reported.plan import RatesPlan, load_plan  # noqa: E402
from workbench.runs.reported.releases import rates_shape, release  # noqa: E402

BLOCK = 4096
KEY = ["code", "period", "sex"]
WHOLE = ("product", "pair")
SMALL = 11


@dataclass(frozen=True, eq=False)
class Chain:
    """What the chain gives for one data set: true cells, their axes, the cases.

    ``undecided`` are dispensings of which the flows do not say whether one is left: a row sent
    again, or a second one of the day, and a row that takes one back.
    """

    cells: pd.DataFrame
    axes: Axes
    cases: Cases
    undecided: int


def chain(folder: Path, plan: RatesPlan) -> Chain:
    """Return what the verb counts of a data set, before anything is hidden."""
    with tempfile.TemporaryDirectory() as work:
        opened = data.open(folder, "report")
        store, counted = claims_store(opened, plan, Path(work))
        exposed = count_exposed(store, plan)
    rows = counted.decisions[counted.decisions["code"] == "copy-decides"]["rows"]
    undecided, cases = int(rows.sum()), read_reports(opened, plan)
    axes = axes_of(plan, exposed, cases)
    return Chain(cells_of(plan.grains[0], axes, exposed, cases, plan), axes, cases, undecided)


def replicates(folder: Path, blocks: int, into: Path) -> Iterator[Path]:
    """Cut a population by blocks of persons; give the folder of each part."""
    card = data.load_card(folder)
    files = {table.name: pq.ParquetFile(folder / table.path) for table in card.tables}
    groups = files["person"].num_row_groups
    for first in range(0, groups - blocks + 1, blocks):
        part = into / f"part-{first}"
        part.mkdir(parents=True)
        for name, file in files.items():
            chosen = range(file.num_row_groups) if name in WHOLE else range(first, first + blocks)
            pq.write_table(file.read_row_groups(list(chosen)), part / f"{name}.parquet")
        data.write_card(card, part)
        yield part


def exposed_differences(cells: pd.DataFrame, truth: dict[str, Any]) -> tuple[int, int]:
    """Return how many cells of the truth are compared, and how many patients they differ by."""
    table = pd.DataFrame(truth["exposed"])
    table["period"] = table["year"].astype(str)
    true = table.groupby(["substance", "period", "sex"])["exposed"].sum()
    true.index.names = KEY
    own = cells[(cells["age"] == "all") & (cells["sex"] != "all") & (cells["period"] != "all")]
    found = own.set_index(KEY)["exposed"].reindex(true.index, fill_value=0)
    return len(true), int((found - true).abs().sum())


def coverage(part: pd.DataFrame, rates: pd.Series) -> tuple[int, int]:
    """Return how many rates of a part are estimated, and how many intervals hold the truth."""
    own = part[(part["age"] == "all") & (part["sex"] != "all") & (part["exposed"] > 0)]
    low, high = count_interval(own["cases"].to_numpy())
    true = rates.reindex(pd.MultiIndex.from_frame(own[KEY])).to_numpy()
    exposed = own["exposed"].to_numpy()
    holds = (low / exposed <= true) & (true <= high / exposed)
    return len(own), int(holds.sum())


def small_cells_found(part: Chain, plan: RatesPlan) -> tuple[int, int]:
    """Return how many small cells a release of a part hides, and how many an attacker finds."""
    tables = [own for _, own in part.cells.groupby("code", sort=True)]
    shape = rates_shape(part.axes, {}, ["person_years"])
    shown = release(tables, shape, plan.disclosure).table
    true = part.cells.set_index([*KEY, "age"])
    hierarchy = {
        "period": overlapping(part.axes.years, measures=["exposed"]),
        "sex": additive(part.axes.sexes),
        "age": additive(part.axes.bands),
    }
    small = found = 0
    for code, own in shown.groupby("code", sort=True):
        known = attack(own[["period", "sex", "age", "exposed", "cases"]], hierarchy,
                       measures=["exposed", "cases"], threshold=SMALL)  # fmt: skip
        for _, row in known.iterrows():
            count = true.loc[(code, row["period"], row["sex"], row["age"]), row["measure"]]
            if 0 < count < SMALL:
                small += 1
                found += int(row["finding"] != "")
    return small, found


def planted_ranks(cases: Cases, truth: dict[str, Any]) -> tuple[NDArrayInt, int]:
    """Return the ranks by EBGM of the planted pairs that were reported, and the pairs ranked."""
    events = cases.events[cases.events["level"] == "pt"].rename(columns={"term": "event"})
    drugs = cases.drugs["substance"].rename(columns={"code": "drug"})
    counted = count_rows(drugs.merge(events[["case", "event"]], on="case"), case="case")
    scores = score_pairs(counted.counts, fit_prior(counted.cells(empty=True), "full-table")).table
    by = "ebgm" if "ebgm" in scores else "ic"
    order = scores.sort_values(by, ascending=False).reset_index(drop=True)
    table = pd.DataFrame(truth["incidence"])
    planted = table.loc[table["planted"], ["substance", "event"]]
    known = set(planted.itertuples(index=False, name=None))
    pairs = zip(order["drug"], order["event"], strict=True)
    ranks = [rank for rank, pair in enumerate(pairs, 1) if pair in known]
    return np.array(ranks), len(order)


NDArrayInt = np.ndarray[Any, np.dtype[np.int64]]


def main() -> int:
    """Print what was found, a line each; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=30)
    parser.add_argument("--persons", type=int, default=2 * BLOCK, help="of a replicate")
    parser.add_argument("--substances", type=int, default=60)
    parser.add_argument("--attacked", type=int, default=1, help="replicates that are attacked")
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args()
    blocks = max(1, options.persons // BLOCK)
    knobs = {"persons": blocks * BLOCK * options.replicates, "substances": options.substances,
             "planted": options.substances}  # fmt: skip
    params = params_of({"synthetic": knobs}, registry.load("use_case", "adverse_events", "params"))
    case = registry.load("use_case", "adverse_events")(params)
    plan = load_plan(ROOT / "use_cases/adverse_events/rates.yaml")
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        case.synthesize(place / "data", options.seed)
        case.write_truth(place / "truth.json", params.synthetic, options.seed)
        truth = json.loads((place / "truth.json").read_text())
        whole = chain(place / "data", plan)
        compared, differ = exposed_differences(whole.cells, truth)
        rows = whole.cells[(whole.cells["age"] == "all") & (whole.cells["sex"] != "all")]
        rates = (rows.set_index(KEY)["cases"] / rows.set_index(KEY)["exposed"]).dropna()
        estimated = held = small = found = 0
        for number, folder in enumerate(replicates(place / "data", blocks, place / "parts")):
            part = chain(folder, plan)
            more = coverage(part.cells, rates)
            estimated, held = estimated + more[0], held + more[1]
            if number < options.attacked:
                hidden = small_cells_found(part, plan)
                small, found = small + hidden[0], found + hidden[1]
        ranks, pairs = planted_ranks(whole.cases, truth)
    print(f"flows: {whole.undecided} dispensings that no reader can decide")
    return _said(whole.undecided, compared, differ, estimated, held, small, found, ranks, pairs)


def _said(
    undecided: int,
    compared: int,
    differ: int,
    estimated: int,
    held: int,
    small: int,
    found: int,
    ranks: NDArrayInt,
    pairs: int,
) -> int:
    """Print the table; return the exit code."""
    share, error = held / estimated, float(np.sqrt(0.95 * 0.05 / estimated))
    print(f"exposed: {compared} cells of the truth, {differ} patients differ")
    print(f"rates: {estimated} estimated, {share:.4f} of the 95 % intervals hold the truth "
          f"(Monte-Carlo error {error:.4f})")  # fmt: skip
    print(f"signals: {len(ranks)} planted pairs among {pairs}; {int((ranks <= len(ranks)).sum())} "
          f"of them in the first {len(ranks)}; median rank {np.median(ranks):.0f}")  # fmt: skip
    print(f"disclosure: {small} small cells hidden, {found} found")
    return int(differ > undecided or share < 0.95 - 3 * error or found > 0)


if __name__ == "__main__":
    sys.exit(main())
