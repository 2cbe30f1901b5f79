"""Times target trial emulation beside plain NumPy and scikit-learn, in CPU seconds.

    OMP_NUM_THREADS=1 python scripts/benchmarks/causal.py            # one cohort, 200 bootstraps
    OMP_NUM_THREADS=1 python scripts/benchmarks/causal.py --cohorts 500

Both do the same on the same cohort (days rounded up to months, so that one row a person-month says
all): naive, landmark, sequential trials, clone-censor-weight with weights for drop-out, and from
the landmark on IPTW, standardisation and AIPW with cross-fitting. The plain bootstrap is
measured on a few resamples and multiplied.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from bench import plain_causal as plain
from bench import plain_point
from bench.clock import cpu
from workbench.content.use_cases.sarcoma.synthetic.cohorts import make_cohort
from workbench.content.use_cases.sarcoma.synthetic.knobs import Knobs

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.folds import person_folds
from workbench.methods.causal.point_treatment import POINT_ESTIMATORS, landmark_cohort
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.strategies import make_trial
from workbench.methods.causal.weight_models import weight_tasks

MONTHS, GRACE = 60, 3


def protocol(resamples: int, unit: int, horizon: int) -> Protocol:
    """Return the adjuvant question with intervals and grace period in some unit of days."""
    return Protocol.model_validate(
        {
            "question": "adjuvant_chemo",
            "time_zero": "surgery",
            "strategies": {
                "treat": {"start": "L01", "grace_days": GRACE * unit},
                "none": {"never_within_days": GRACE * unit},
            },
            "assignment": {
                "method": "clone_censor_weight",
                "alt": ["sequential_trials", "landmark", *POINT_ESTIMATORS],
            },
            "outcome": {"event": "death", "horizon_days": horizon},
            "estimands": ["risk_difference", "rmst_difference"],
            "adjust": {"baseline": "all"},
            "weights": {"interval_days": unit, "forced_from": "last_interval"},
            "uncertainty": {"bootstrap": resamples},
        }
    )


def in_months(cohort: Cohort) -> Cohort:
    """Return a cohort whose days are months: starts in the middle of one, ends at the end of one.

    Who leaves on the last month's end has been followed to the horizon.
    """
    end = np.ceil(cohort.end_day / 30.4375)
    over = end > MONTHS
    event = np.where(over, 0, cohort.event).astype(np.int8)
    treated = np.ceil(np.maximum(cohort.treated_day, 1.0) / 30.4375) - 0.5
    return replace(
        cohort,
        end_day=np.minimum(end, MONTHS),
        event=event,
        administrative=cohort.administrative | over | ((end == MONTHS) & (event == 0)),
        treated_day=np.where(treated < MONTHS, treated, np.nan),
        time_varying=None,
    )


def people_of(cohort: Cohort) -> plain.People:
    """Return the cohort as the plain version takes it."""
    x = cohort.covariates
    return plain.People(
        x=(x - x.mean(axis=0)) / x.std(axis=0),
        start=np.nan_to_num(np.ceil(cohort.treated_day) - 1, nan=np.inf),
        months=cohort.end_day.astype(int),
        death=cohort.event == 1,
        lost=(cohort.event == 0) & ~cohort.administrative,
    )


def plain_estimators(
    people: plain.People, terms: np.ndarray, folds: np.ndarray | None = None
) -> dict[str, plain.Pair]:
    """Run the plain version of every estimator; folds are drawn unless given."""
    left = plain_point.rest(people, MONTHS, GRACE)
    if folds is None:
        folds = np.random.default_rng(0).permutation(len(left.end)) % 5
    found = plain.all_estimators(people, MONTHS, GRACE, terms)
    return found | plain_point.point_estimators(left, folds)


def folds_of(cohort: Cohort, asked: Protocol) -> np.ndarray:
    """Return the fold of each person at the landmark, as the library draws them."""
    _, treated = landmark_cohort(cohort, asked, make_trial(cohort, asked))
    folds = np.empty(len(treated), int)
    for number, (_, judged) in enumerate(person_folds(treated, 5, 0)):
        folds[judged] = number
    return folds


def one_cohort(resamples: int, plain_resamples: int) -> None:
    """Compare both on one cohort, in numbers and in time."""
    cohort = in_months(make_cohort(Knobs(n=3000), 1))
    asked = protocol(resamples, 1, MONTHS)
    emulate(cohort, protocol(2, 1, MONTHS))  # compile
    ours, found = cpu(lambda: emulate(cohort, asked))
    tasks = weight_tasks(cohort, asked, make_trial(cohort, asked))
    assert tasks.drop_out is not None
    terms, people = tasks.drop_out.terms, people_of(cohort)
    folds = folds_of(cohort, asked)
    once, theirs = cpu(lambda: plain_estimators(people, terms, folds))
    random = np.random.default_rng(0)

    def resample() -> None:
        rows = random.integers(0, len(cohort), len(cohort))
        plain_estimators(people.take(rows), terms)

    some, _ = cpu(lambda: [resample() for _ in range(plain_resamples)])
    whole = once + some / plain_resamples * resamples
    for name, (risks, _) in theirs.items():
        value = found[name].estimates[0].value
        print(f"{name:20} {value:+.8f}  plain {risks[0] - risks[1]:+.8f}")
    print(f"n {len(cohort)}, {resamples} resamples: ours {ours:.2f} s CPU, plain {whole:.1f} s")
    print(f"({plain_resamples} of its resamples measured): ratio {whole / ours:.1f}")


def many_cohorts(count: int) -> None:
    """Time all estimators with their intervals on many cohorts in days, without a bootstrap."""
    asked = protocol(0, 30, 1826)
    emulate(make_cohort(Knobs(n=3000), 0), asked)
    drawing = spent = 0.0
    for seed in range(count):
        made, cohort = cpu(lambda seed=seed: make_cohort(Knobs(n=3000), seed))
        took, _ = cpu(lambda cohort=cohort: emulate(cohort, asked))
        drawing, spent = drawing + made, spent + took
    print(f"{count} cohorts: {spent:.1f} s CPU to estimate, {drawing:.1f} s to draw them")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resamples", type=int, default=200)
    parser.add_argument("--plain-resamples", type=int, default=10)
    parser.add_argument("--cohorts", type=int, default=0)
    given = parser.parse_args()
    if given.cohorts:
        many_cohorts(given.cohorts)
    else:
        one_cohort(given.resamples, given.plain_resamples)
