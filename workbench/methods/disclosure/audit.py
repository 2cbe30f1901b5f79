"""The audit of a release: what the attacker found, in a form machines read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.errors import Problem
from workbench.methods.disclosure.attacker import both_bounds
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.system import Floats
from workbench.methods.disclosure.table import Mask
from workbench.methods.disclosure.unsafe import UnsafeTable

SCHEMA = 1


def audited(
    measures: Sequence[Measured],
    hidden: Mask,
    primary: Mask,
    *,
    threshold: int,
    rounding: int | None,
) -> tuple[dict[str, Any], dict[str, tuple[Floats, Floats]]]:
    """Attack a table once more, whole, and return what was found; nothing of it is secret.

    The audit says how many cells are small, not which, and gives no true count.

    Args:
        measures: Of the table.
        hidden: Cells that are not published, ``(n,)``.
        primary: Those of them with a small count, ``(n,)``.
        threshold: Fewest persons of a published cell.
        rounding: Base of rounding.

    Returns:
        The audit, and by measure the least and largest a reader finds for each hidden cell.

    Raises:
        UnsafeTable: A small cell is found, or found too nearly.
    """
    where = np.flatnonzero(hidden)
    found: dict[str, tuple[Floats, Floats]] = {}
    problems, attacks, cells = [], [], []
    for one in measures:
        linear, (low, high) = both_bounds(one.known(hidden), where)
        found[one.name] = low, high
        for rule in (False, True):
            weak = one.weak(hidden, one.targets(), rule=rule)
            words = "a reader who knows the rule finds it" if rule else "the attacker finds it"
            problems += [Problem("found", words, f"{one.name}, {one.names[i]}") for i in weak]
        widths = high - low
        attacks.append(
            {
                "measure": one.name,
                "relations": int(one.system.matrix.shape[0]),
                "small_cells_found": 0,
                "least_width": _number(widths.min()) if len(widths) else None,
            }
        )
        cells += [
            {
                "cell": one.names[cell],
                "measure": one.name,
                "linear": [_number(linear[0][i]), _number(linear[1][i])],
                "whole": [_number(low[i]), _number(high[i])],
            }
            for i, cell in enumerate(where.tolist())
        ]
    if problems:
        raise UnsafeTable(
            f"{len(problems)} small cell(s) are found by the attacker",
            problems=problems,
            remedy="publish fewer totals, or join cells",
        )
    document = {
        "schema": SCHEMA,
        "safe": True,
        "threshold": threshold,
        "rounding": rounding,
        "cells": len(hidden),
        "hidden": int(hidden.sum()),
        "hidden_for_a_small_count": int(primary.sum()),
        "hidden_to_protect_them": int((hidden & ~primary).sum()),
        "attackers": ["linear programming", "integer programming", "reader who knows the rule"],
        "attacks": attacks,
        "bounds_of_hidden_cells": cells,
    }
    return document, found


def _number(value: float) -> float | None:
    """Return a bound for JSON; None where there is none."""
    return None if not np.isfinite(value) else round(float(value), 6)
