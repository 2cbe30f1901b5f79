"""The audit of a release: what the attacker found, in a form machines read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.methods.disclosure.attacker import both_bounds
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.outer import outer_bounds
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.system import Floats
from workbench.methods.disclosure.table import Mask
from workbench.methods.disclosure.unsafe import UnsafeTable

SCHEMA = 1
_FOUND = ("the attacker finds it", "a reader who knows the rule finds it")
_BY_PROOF = "every small cell proved by two whole tables; ends by one relation at a time"


def audited(
    measures: Sequence[Measured],
    hidden: Mask,
    primary: Mask,
    *,
    threshold: int,
    rounding: int | None,
    proofs: Sequence[Proof] | None = None,
) -> tuple[dict[str, Any], dict[str, tuple[Floats, Floats]]]:
    """Attack a table once more, whole, and return what was found; nothing of it is secret.

    The audit says how many cells are small, not which, and gives no true count.

    Args:
        measures: Of the table.
        hidden: Cells that are not published, ``(n,)``.
        primary: Those of them with a small count, ``(n,)``.
        threshold: Fewest persons of a published cell.
        rounding: Base of rounding.
        proofs: Of a large table, one a measure and reader: these are gone over, and ends are those
            of one relation at a time. Otherwise every hidden cell is attacked by programmes.

    Returns:
        The audit, and by measure the least and largest a reader finds for each hidden cell.

    Raises:
        UnsafeTable: A small cell is found, or found too nearly.
    """
    where = np.flatnonzero(hidden)
    found: dict[str, tuple[Floats, Floats]] = {}
    problems, attacks, cells = [], [], []
    for one in measures:
        if proofs is None:
            linear, (low, high) = both_bounds(one.known(hidden), where)
            weak = [one.weak(hidden, one.targets(), rule=rule) for rule in (False, True)]
        else:
            low, high = linear = _outer(one, hidden)
            weak = [_unproved(one, hidden, proofs, rule) for rule in (False, True)]
        found[one.name] = low, high
        for words, near in zip(_FOUND, weak, strict=True):
            problems += [Problem("found", words, f"{one.name}, {one.names[i]}") for i in near]
        attacks.append(_attack(one, high - low))
        cells += _cells(one, where, linear, (low, high))
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
        "method": "every hidden cell bounded by programmes" if proofs is None else _BY_PROOF,
        "attacks": attacks,
        "bounds_of_hidden_cells": cells,
    }
    return document, found


def _attack(one: Measured, widths: Floats) -> dict[str, Any]:
    """Return how a measure was attacked."""
    return {
        "measure": one.name,
        "relations": int(one.system.matrix.shape[0]),
        "small_cells_found": 0,
        "least_width": _number(widths.min()) if len(widths) else None,
    }


def _cells(
    one: Measured,
    where: NDArray[np.int64],
    linear: tuple[Floats, Floats],
    whole: tuple[Floats, Floats],
) -> list[dict[str, Any]]:
    """Return the ends of each hidden cell of a measure."""
    return [
        {
            "cell": one.names[cell],
            "measure": one.name,
            "linear": [_number(linear[0][i]), _number(linear[1][i])],
            "whole": [_number(whole[0][i]), _number(whole[1][i])],
        }
        for i, cell in enumerate(where.tolist())
    ]


def _outer(one: Measured, hidden: Mask) -> tuple[Floats, Floats]:
    """Return the ends of the hidden cells by one relation at a time."""
    low, high = outer_bounds(one.known(hidden))
    n = len(hidden)
    return low[:n][hidden], high[:n][hidden]


def _unproved(
    one: Measured, hidden: Mask, proofs: Sequence[Proof], rule: bool
) -> NDArray[np.int64]:
    """Return the small cells that the proofs of a measure leave open; all if one does not hold."""
    own = [proof for proof in proofs if proof.measure is one and proof.rule == rule]
    if len(own) == 1 and own[0].sound(hidden):
        return np.flatnonzero(own[0].open())
    return one.targets()


def _number(value: float) -> float | None:
    """Return a bound for JSON; None where there is none."""
    return None if not np.isfinite(value) else round(float(value), 6)
