"""Parameters of the gamma-Poisson shrinker."""

from dataclasses import dataclass

from workbench.metrics.choices import check_choice, check_level

LIKELIHOODS = ("zero-truncated", "zero-truncated-mixture")
WAYS = ("stop", "bounded")


@dataclass(frozen=True)
class EbgmParams:
    """Parameters of the gamma-Poisson shrinker.

    Attributes:
        level: Of the posterior interval whose lower end ranks the pairs; 0.90 gives EB05.
        likelihood: ``zero-truncated`` or ``zero-truncated-mixture``: cases are reported pairs, so
            that the full table is not among the choices.
        when_not_identified: ``stop`` where the prior has no maximum, or ask for a ``bounded`` fit.
    """

    level: float = 0.9
    likelihood: str = "zero-truncated"
    when_not_identified: str = "stop"

    def __post_init__(self) -> None:
        check_level(self.level)
        check_choice("ebgm", "likelihood", self.likelihood, LIKELIHOODS)
        check_choice("ebgm", "when_not_identified", self.when_not_identified, WAYS)
