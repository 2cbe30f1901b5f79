"""What can be turned in the generator; every knob has a default and a range."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.errors import UsageError, did_you_mean

from .histology import SHARES

QUESTIONS = ("adjuvant", "neoadjuvant")
MECHANISMS = ("mcar", "mar")
_RANGES = {
    "n": (1, 10_000_000),
    "confounding": (0, 3),
    "immortal_time": (0, 3),
    "informative_censoring": (0, 3),
    "unmeasured": (0, 3),
    "hr_low_risk": (0.05, 20),
    "hr_intermediate_risk": (0.05, 20),
    "hr_high_risk": (0.05, 20),
    "no_overlap": (0, 1),
    "missing": (0, 0.6),
    "linkage_loss": (0, 0.6),
    "centres": (2, 500),
    "centre_spread": (0, 2),
    "time_varying": (0, 3),
    "shift": (0, 3),
}


@dataclass(frozen=True)
class Knobs:
    """Settings of a simulated cohort.

    Attributes:
        n: Persons.
        question: ``adjuvant`` (time zero is surgery) or ``neoadjuvant`` (time zero is diagnosis).
        confounding: How strongly grade, size, age and fitness decide on chemotherapy; 0 not at
            all, 1 as in practice, 3 strong.
        immortal_time: Deaths soon after surgery, before chemotherapy can start; 1 is 2 % in 90
            days.
        informative_censoring: How strongly loss to follow-up depends on age, fitness, grade and
            treatment.
        unmeasured: Strength of a confounder that no table holds: the fit are treated and live.
        hr_low_risk: Hazard ratio of chemotherapy where predicted 10-year survival is over 66 %.
        hr_intermediate_risk: The same from 51 to 66 %.
        hr_high_risk: The same at 51 % or less (EORTC 62931, re-analysed by predicted survival).
        no_overlap: 1: some are always and some are never treated, so that no method can answer.
        histology: Share of each histology; made to sum to 1.
        missing: Share of grades, sizes, depths and margins that are not recorded.
        missing_mechanism: ``mcar`` (by chance) or ``mar`` (more often in the old and outside of
            expert centres).
        linkage_loss: Share of persons whose claims are not found or are found with low quality.
        centres: Number of hospitals; about a third are expert centres.
        centre_spread: Standard deviation between hospitals of the log rate of chemotherapy; half of
            it for the log hazard of death.
        time_varying: How strongly a complication after surgery delays chemotherapy and brings
            death forward.
        shift: How far this population is from that of the other cohorts: older, larger tumours, and
            a higher hazard of death that no column explains; 1 is a hospital abroad.
    """

    n: int = 3000
    question: str = "adjuvant"
    confounding: float = 1.0
    immortal_time: float = 1.0
    informative_censoring: float = 1.0
    unmeasured: float = 0.0
    hr_low_risk: float = 1.0
    hr_intermediate_risk: float = 1.0
    hr_high_risk: float = 0.46
    no_overlap: int = 0
    histology: dict[str, float] = field(default_factory=lambda: dict(SHARES))
    missing: float = 0.05
    missing_mechanism: str = "mar"
    linkage_loss: float = 0.03
    centres: int = 26
    centre_spread: float = 0.2
    time_varying: float = 0.0
    shift: float = 0.0

    def __post_init__(self) -> None:
        wrong = [
            f"{name} is {getattr(self, name):g}, expected {low:g} to {high:g}"
            for name, (low, high) in _RANGES.items()
            if not low <= getattr(self, name) <= high
        ]
        for name, known in (("question", QUESTIONS), ("missing_mechanism", MECHANISMS)):
            given = getattr(self, name)
            if given not in known:
                hint = did_you_mean(given, known) or f"known: {', '.join(known)}"
                wrong.append(f"{name} is '{given}'; {hint}")
        for name in set(self.histology) - set(SHARES):
            wrong.append(f"no histology '{name}'; {did_you_mean(name, SHARES)}".rstrip("; "))
        if min(self.histology.values()) < 0 or not sum(self.histology.values()) > 0:
            wrong.append("shares of histologies are 0 or more, and not all 0")
        if wrong:
            raise UsageError("; ".join(wrong), where="use_case.params.synthetic")
