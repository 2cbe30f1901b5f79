"""The choice of one class as the positive one, shared by metrics of one class against the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from workbench.errors import UsageError, did_you_mean
from workbench.metrics.base import Metric


@dataclass(frozen=True)
class OneClass(Metric):
    """A metric that looks at one class ``of`` against all others; with two classes the second."""

    classes: tuple[str, ...]
    of: str = ""

    def __post_init__(self) -> None:
        """Take the second of two classes as the positive one; ask for it otherwise."""
        if not self.of and len(self.classes) == 2:
            object.__setattr__(self, "of", self.classes[1])
        if self.of not in self.classes:
            known = ", ".join(self.classes)
            hint = did_you_mean(self.of, self.classes) if self.of else "it has no default here"
            raise UsageError(
                f"{self.name} needs 'of', one class of {known}; got '{self.of}'", remedy=hint
            )

    @property
    def label(self) -> str:
        """Name with the class, where there are more than two."""
        return self.name if len(self.classes) == 2 else f"{self.name}-{self.of}"

    @property
    def place(self) -> int:
        """Number of the positive class."""
        return self.classes.index(self.of)

    def column(self, prediction: NDArray[Any]) -> NDArray[Any]:
        """Return the scores or probabilities of the positive class, shape ``(n,)``."""
        return prediction if prediction.ndim == 1 else prediction[:, self.place]
