"""Parameters of the mean-pooling baseline."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class MeanPoolParams:
    """Parameters of the mean-pooling baseline.

    Attributes:
        embedding: Width of the case embedding.
        dropout: Share of embedding units dropped while training, [0, 1).
        class_weights: ``none`` or ``balanced`` (inverse to the class counts).
    """

    embedding: int = 64
    dropout: float = 0.25
    class_weights: str = "none"

    def __post_init__(self) -> None:
        if self.embedding < 1 or not 0 <= self.dropout < 1:
            raise UsageError(
                f"embedding={self.embedding}, dropout={self.dropout}: "
                "the width is 1 or more, dropout lies in [0, 1)",
                where="model.params",
            )
