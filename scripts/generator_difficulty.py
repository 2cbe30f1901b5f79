"""Prints how hard the pathology demo data are: the score of each model beside the best constant.

Draws the data with one seed, cross-validates every model on the same folds by person, once for each
seed of the model, and prints the out-of-fold scores with 95 % intervals over persons, what is the
better of all constant answers, and the paired difference to the first model:

    python scripts/generator_difficulty.py --data-seed 11

A seed takes under a minute on two cores; finished runs in ``--work`` are read back. Settings of
``workbench train`` come first: ``generator_difficulty.py trainer.max_epochs=30 --seeds 0``.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = tuple[str, str, str, str]


def overrides(work: Path, data_seed: int, seed: int, extra: list[str]) -> list[str]:
    """Return the settings of one run: the demo's models and folds, everything kept in ``work``."""
    return [
        "experiment=attention_against_pooling",
        "validation.repeats=1",
        "tracking=none",
        "trainer=cpu",
        f"use_case.seed={data_seed}",
        f"seed={seed}",
        *(f"paths.{name}={work / name}" for name in ("runs", "data", "cache")),
        *extra,
    ]


def rows(result: Any) -> Iterator[Row]:
    """Give one row a model of a run, and one for the best constant answer."""
    for row in result.comparison:
        value = next(m for m in row["score"]["metrics"] if m["primary"])
        gap = row.get("difference")
        apart = interval(gap, "difference") if gap else ""
        yield row["model"], f"{value['value']:.3f}", ends(value), apart
    floor = result.sheet.floor
    yield f"always '{floor.answer}'", f"{floor.value:.3f}", ends(dict(floor)), ""


def ends(found: dict[str, Any]) -> str:
    """Return the two ends of an interval."""
    return f"{found['low']:.3f} to {found['high']:.3f}"


def interval(found: dict[str, Any], key: str) -> str:
    """Return a value and its interval."""
    return f"{found[key]:+.3f} ({ends(found)})"


def main() -> None:
    """Run every seed and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-seed", type=int, default=11, help="seed of the synthetic slides")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="seeds of the models")
    parser.add_argument("--work", type=Path, default=Path("generator_difficulty"))
    parser.add_argument("settings", nargs="*", help="further settings, as of `workbench train`")
    args = parser.parse_args()
    # These openings of made-up data are of no interest to the user's own audit log.
    os.environ["WORKBENCH_HOME"] = str(args.work / "home")
    os.environ["WORKBENCH_AUDIT_HEADS"] = str(args.work / "heads")

    from workbench import config, runs

    print(f"data seed {args.data_seed}; difference: first model minus this one")
    print(f"{'seed':<6}{'answer':<18}{'score':>7}  {'95 % interval':<18}{'difference'}")
    for seed in args.seeds:
        settings = overrides(args.work, args.data_seed, seed, args.settings)
        for name, score, interval_of, apart in rows(runs.train(config.compose(settings))):
            print(f"{seed:<6}{name:<18}{score:>7}  {interval_of:<18}{apart}", flush=True)


if __name__ == "__main__":
    main()
