"""Parameters of template_name."""

from dataclasses import dataclass

from workbench.errors import UsageError


@dataclass(frozen=True)
class TemplateNameParams:
    """Parameters of template_name, set by `use_case.params.persons=90` and so on.

    Attributes:
        persons: Persons of the synthetic data set, 10 or more.
    """

    persons: int = 200

    def __post_init__(self) -> None:
        if self.persons < 10:
            raise UsageError(
                f"persons is {self.persons}, expected 10 or more", where="use_case.params.persons"
            )
