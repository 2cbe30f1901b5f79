"""Parameters of the boosted hazards."""

from dataclasses import dataclass

from workbench.errors import Problem, UsageError


@dataclass(frozen=True)
class HazardBoostingParams:
    """Parameters of the boosted hazards.

    Attributes:
        intervals: Intervals of time, at quantiles of the event times.
        trees: Trees, at most.
        patience: Trees without a lower validation loss before stopping.
        learning_rate: Share of each tree that is added, (0, 1].
        depth: Splits from the root to a leaf, at most.
        min_expected_events: Events that the model so far expects in a leaf, at least, above 0.
        l2: Ridge penalty on the leaves, 0 or more.
        bins: Values that a feature is told apart by, at most; 2 to 256.
    """

    intervals: int = 20
    trees: int = 150
    patience: int = 20
    learning_rate: float = 0.1
    depth: int = 3
    min_expected_events: float = 5.0
    l2: float = 1.0
    bins: int = 64

    def __post_init__(self) -> None:
        ranges = {
            "intervals": (1, 1000),
            "trees": (1, 100_000),
            "patience": (1, 100_000),
            "depth": (1, 10),
            "bins": (2, 256),
            "l2": (0, 1e9),
        }
        problems = [
            Problem("out-of-range", f"{name} is {getattr(self, name)}, expected {low} to {high:g}")
            for name, (low, high) in ranges.items()
            if not low <= getattr(self, name) <= high
        ]
        if not 0 < self.learning_rate <= 1 or self.min_expected_events <= 0:
            text = "learning_rate lies in (0, 1], min_expected_events is above 0"
            problems.append(Problem("out-of-range", text))
        if problems:
            raise UsageError(
                "the boosting cannot be set up so", where="model.params", problems=problems
            )
