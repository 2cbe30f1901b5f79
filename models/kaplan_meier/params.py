"""Parameters of the Kaplan-Meier model: none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KaplanMeierParams:
    """The Kaplan-Meier curve has no parameters."""
