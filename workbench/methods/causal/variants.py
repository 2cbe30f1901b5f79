"""Sensitivity analyses that are the same trial with one setting changed."""

from __future__ import annotations

from workbench.errors import Problem, UsageError
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.protocol import Protocol


def variants(protocol: Protocol) -> dict[str, Protocol]:
    """Return the protocols of the analyses ``grace`` and ``cens_model_off`` that a protocol lists.

    Each runs the main estimator alone, without a bootstrap. Names are ``grace 60``, ``grace 120``
    and ``without drop-out weights``.

    Raises:
        UsageError: ``bad-grace``: a grace period is no number of days on the grid of intervals, or
            both strategies start something (there is no one grace period).

    Examples:
        >>> from workbench.methods.causal.protocol_file import parse_protocol
        >>> trial = parse_protocol({"protocol": {
        ...     "question": "chemo", "time_zero": "surgery",
        ...     "strategies": {"adj": {"start": "L01", "grace_days": 90},
        ...                    "none": {"never_within_days": 90}},
        ...     "assignment": {"method": "clone_censor_weight", "alt": ["landmark"]},
        ...     "outcome": {"event": "death", "horizon_days": 1826},
        ...     "estimands": ["risk_difference"], "adjust": {"baseline": "all"},
        ...     "sensitivity": [{"grace": [60, 120]}, "cens_model_off"]}})
        >>> [(name, one.window_days) for name, one in variants(trial).items()]
        [('grace 60', 60), ('grace 120', 120), ('without drop-out weights', 90)]
    """
    plain = _only_main(protocol)
    found: dict[str, Protocol] = {}
    for analysis in protocol.sensitivity:
        if analysis == "cens_model_off":
            weights = protocol.weights.model_copy(update={"drop_out": False})
            found["without drop-out weights"] = plain.model_copy(update={"weights": weights})
        elif isinstance(analysis, dict) and "grace" in analysis:
            for days in analysis["grace"]:
                found[f"grace {days}"] = _with_grace(plain, days)
    return found


def run_variants(cohort: Cohort, protocol: Protocol) -> dict[str, Emulated]:
    """Return what the main estimator finds in each variant; see :func:`variants`.

    Raises:
        DataError: As :func:`emulate`.
    """
    main = protocol.assignment.method
    return {name: emulate(cohort, one)[main] for name, one in variants(protocol).items()}


def _only_main(protocol: Protocol) -> Protocol:
    assignment = protocol.assignment.model_copy(update={"alt": []})
    uncertainty = protocol.uncertainty.model_copy(update={"bootstrap": 0})
    changed = {"assignment": assignment, "uncertainty": uncertainty, "sensitivity": []}
    return protocol.model_copy(update=changed)


def _with_grace(protocol: Protocol, days: object) -> Protocol:
    """Return the protocol with another grace period, checked as a whole."""
    content = protocol.model_dump(mode="json")
    for one in content["strategies"].values():
        for key in ("grace_days", "never_within_days"):
            if one[key] is not None:
                one[key] = days
    starts = [one for one in protocol.strategies.values() if one.start]
    try:
        if len(starts) > 1:
            raise ValueError("both strategies start something: there is no one grace period")
        return Protocol.model_validate(content)
    except ValueError as error:
        reason = str(error).partition("Value error, ")[2].partition(" [type")[0] or str(error)
        raise UsageError(
            f"a grace period of {days!r} days cannot be tried",
            problems=[Problem("bad-grace", reason, "sensitivity.grace")],
        ) from error
