"""Parameters of the gated-attention model."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class AttentionMilParams:
    """Parameters of the gated-attention model.

    Attributes:
        embedding: Width of the tile embedding.
        hidden: Width of the attention's hidden layer.
        dropout: Share of embedding units dropped while training, [0, 1).
        class_weights: ``none`` or ``balanced`` (inverse to the class counts).
    """

    embedding: int = 64
    hidden: int = 32
    dropout: float = 0.25
    class_weights: str = "none"

    def __post_init__(self) -> None:
        if self.embedding < 1 or self.hidden < 1 or not 0 <= self.dropout < 1:
            raise UsageError(
                f"embedding={self.embedding}, hidden={self.hidden}, dropout={self.dropout}: "
                "widths are 1 or more, dropout lies in [0, 1)",
                where="model.params",
            )
