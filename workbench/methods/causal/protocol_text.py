"""The seven parts of a protocol in plain sentences, English or French, for the report."""

from __future__ import annotations

from typing import Literal

from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_parts import Strategy
from workbench.methods.causal.protocol_words import WORDS

Language = Literal["en", "fr"]


def protocol_text(protocol: Protocol, language: Language = "en") -> list[tuple[str, str]]:
    """Return heading and text of each of the seven parts, in their order.

    The parts are those of Hernan and Robins 2016 (Am J Epidemiol 183:758): eligibility, treatment
    strategies, assignment, start and end of follow-up, outcome, causal contrasts, analysis.

    Args:
        protocol: The protocol.
        language: ``en`` or ``fr``.
    """
    words = WORDS[language]
    texts = {
        "eligibility": _eligibility(protocol, words),
        "strategies": "; ".join(
            f"{name}: {_strategy(one, words)}" for name, one in protocol.strategies.items()
        )
        + ".",
        "assignment": _assignment(protocol, words),
        "follow_up": words["follow_up"].format(
            zero=words[protocol.time_zero], days=protocol.outcome.horizon_days
        ),
        "outcome": _outcome(protocol, words),
        "contrast": _contrast(protocol, words),
        "analysis": _analysis(protocol, words),
    }
    return [(words[f"{part}_title"], text) for part, text in texts.items()]


def _eligibility(protocol: Protocol, words: dict[str, str]) -> str:
    """Name each criterion; rules have a sentence of their own."""
    if not protocol.eligibility:
        return words["no_criterion"]
    said = [words.get(one.name, one.text) if one.compare == "rule" else one.text
            for one in protocol.criteria]  # fmt: skip
    return "; ".join(said) + "."


def _strategy(one: Strategy, words: dict[str, str]) -> str:
    if one.start is None:
        return words["never"].format(days=one.never_within_days)
    what = words["surgery"] if one.start == "surgery" else one.start.replace("|", words["or"])
    said = words["start"].format(what=what, days=one.grace_days)
    if one.then:
        said += words["then"].format(days=one.then_within_days)
    return said


def _assignment(protocol: Protocol, words: dict[str, str]) -> str:
    adjust = protocol.adjust
    given = adjust.baseline if isinstance(adjust.baseline, list) else [words["all_baseline"]]
    baseline = ", ".join(given) or words["nothing"]
    said = words["assignment"].format(baseline=baseline)
    if adjust.time_varying:
        said += words["moving"].format(names=", ".join(adjust.time_varying))
    return said


def _outcome(protocol: Protocol, words: dict[str, str]) -> str:
    said = words["outcome"].format(event=words[protocol.outcome.event])
    return said + (words["competing"] if protocol.outcome.competing else "")


def _contrast(protocol: Protocol, words: dict[str, str]) -> str:
    first, second = protocol.names
    names = ", ".join(words[name] for name in protocol.estimand_names)
    days = protocol.outcome.horizon_days
    return words["contrast"].format(first=first, second=second, names=names, days=days)


def _analysis(protocol: Protocol, words: dict[str, str]) -> str:
    weights, low_high = protocol.weights, protocol.weights.truncate
    main, *others = [words.get(name, name) for name in protocol.estimators]
    said = words["analysis"].format(
        main=main,
        others=", ".join(others),
        interval=weights.interval_days,
        forced=words[weights.forced_from],
    )
    said += words["drop_out"] if weights.drop_out else words["no_drop_out"]
    if low_high != (0.0, 1.0):
        said += words["cut"].format(low=low_high[0], high=low_high[1])
    if protocol.uncertainty.bootstrap:
        unit = words[protocol.uncertainty.unit]
        return said + words["bootstrap"].format(count=protocol.uncertainty.bootstrap, unit=unit)
    return said + words["influence"]
