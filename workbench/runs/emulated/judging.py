"""Which effects may be shown: the gate of the main estimator, and that of each other one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.gate import Gate, Override, check_gate, gated
from workbench.methods.causal.protocol import Protocol

NAIVE = "naive"


@dataclass(frozen=True)
class Judged:
    """What each estimator may show.

    Attributes:
        main: Name of the protocol's own estimator.
        gates: Gate of each estimator.
        shown: What is left of each result: without estimates and curves behind a closed gate.
        raw: The results as they were made, for diagnostics alone.
    """

    main: str
    gates: Mapping[str, Gate]
    shown: Mapping[str, Emulated]
    raw: Mapping[str, Emulated]

    @property
    def open(self) -> bool:
        """Whether the effect of the main estimator is given."""
        return self.gates[self.main].open

    def as_dict(self) -> dict[str, Any]:
        """Return every gate as plain values, the main one first."""
        return {
            "main": self.main,
            "open": self.open,
            "gates": {name: gate.as_dict() for name, gate in self.gates.items()},
        }


def judge(
    found: Mapping[str, Emulated], protocol: Protocol, override: Override | None = None
) -> Judged:
    """Judge every estimator by the limits of the protocol.

    Where the main estimator may not show an effect, no other does: the reader would take the next
    best number. The naive comparison adjusts for nothing, so that its own imbalance says nothing;
    it is shown, as the wrong answer, wherever the main one is.

    Args:
        found: Results by estimator.
        protocol: With the limits, and the main estimator.
        override: Opens the gates that fail; logged once, kept in each.
    """
    limits = protocol.limits
    main = protocol.assignment.method
    gates = {name: check_gate(one.facts, limits) for name, one in found.items()}
    failed = [
        name for name, gate in gates.items() if gate.problems and not gate.refused and name != NAIVE
    ]
    if override is not None and failed:
        first = main if main in failed else failed[0]
        check_gate(found[first].facts, limits, override)
        gates |= {name: replace(gates[name], override=override) for name in failed}
    shown = {}
    for name, one in found.items():
        deciding = gates[main] if name == NAIVE or not gates[main].open else gates[name]
        shown[name] = gated(one, deciding)
    return Judged(main, gates, shown, dict(found))
