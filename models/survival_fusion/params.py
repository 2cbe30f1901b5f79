"""Parameters of the fusion model."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class SurvivalFusionParams:
    """Parameters of the fusion model.

    Attributes:
        embedding: Width of the tile embedding.
        attention: Width of the attention's hidden layer.
        row_width: Width of the embedding of the row beside the tiles.
        dropout: Share of hidden units dropped while training, [0, 1).
        batch_size: Cases in a batch, 2 or more: a risk set is read from it.
    """

    embedding: int = 64
    attention: int = 32
    row_width: int = 16
    dropout: float = 0.25
    batch_size: int = 32

    def __post_init__(self) -> None:
        widths = (self.embedding, self.attention, self.row_width)
        if min(widths) < 1 or not 0 <= self.dropout < 1 or self.batch_size < 2:
            raise UsageError(
                f"embedding={self.embedding}, attention={self.attention}, row_width="
                f"{self.row_width}, dropout={self.dropout}, batch_size={self.batch_size}: widths "
                "are 1 or more, dropout lies in [0, 1), batch_size is 2 or more",
                where="model.params",
            )
