"""Parameters of template_name."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class TemplateNameParams:
    """Parameters of template_name, set by `model.params.inverse_penalty=0.1` and so on.

    Attributes:
        inverse_penalty: Inverse strength of the L2 penalty, above 0; smaller is simpler.
    """

    inverse_penalty: float = 1.0

    def __post_init__(self) -> None:
        if not self.inverse_penalty > 0:
            raise UsageError(
                f"inverse_penalty is {self.inverse_penalty}, expected more than 0",
                where="model.params.inverse_penalty",
            )
