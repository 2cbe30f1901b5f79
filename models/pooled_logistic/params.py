"""Parameters of the pooled logistic regression."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class PooledLogisticParams:
    """Parameters of the pooled logistic regression.

    Attributes:
        c: Inverse strength of the L2 penalty, above 0; smaller is stronger.
        class_weights: ``none`` or ``balanced`` (inverse to the class counts).
        max_iter: Iterations of the solver, at most.
    """

    c: float = 0.1
    class_weights: str = "none"
    max_iter: int = 2000

    def __post_init__(self) -> None:
        if self.c <= 0 or self.max_iter < 1 or self.class_weights not in ("none", "balanced"):
            raise UsageError(
                f"c={self.c}, max_iter={self.max_iter}, class_weights='{self.class_weights}': "
                "c is above 0, max_iter 1 or more, class_weights none or balanced",
                where="model.params",
            )
