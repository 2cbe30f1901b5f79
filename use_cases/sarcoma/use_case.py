"""The use case: how long do patients with a sarcoma live, and does chemotherapy change it?"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import digests
from workbench.data import OpenedData

from .params import Params
from .preparing import prepare_persons
from .synthetic.knobs import Knobs
from .synthetic.scenarios import SCENARIOS, knobs_of
from .synthetic.truth import Truth, simulate_truth, write_truth

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress

    from workbench.methods.causal.cohort import Cohort

    from .prepared import PreparedPersons


class Sarcoma:
    """Patients to survival cases; see ``workbench.learning.use_case.UseCase``.

    Beside files, the generator gives cohorts and their truth directly: programs that may not import
    content reach it by ``registry.load("use_case", "sarcoma")``.

    Args:
        params: Settings.
    """

    scenarios = tuple(SCENARIOS)

    def __init__(self, params: Params) -> None:
        self.params = params

    def synthesis_digest(self) -> str:
        """Return a digest of the settings that shape the synthetic cohort."""
        return digests.of_json(asdict(self.params.synthetic))

    def synthesize(
        self,
        folder: Path,
        seed: int,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write a synthetic cohort in the schema's tables; return the path of its data card."""
        from .data_card import data_card
        from .synthetic.data_set import write_data_set

        return write_data_set(folder, data_card(), self.params.synthetic, seed, limit)

    def prepare(
        self,
        data: OpenedData,
        cache: Path,
        progress: Progress | None = None,
        limit: int | None = None,
    ) -> PreparedPersons:
        """Make survival cases from a cohort."""
        return prepare_persons(data, self.params, limit)

    @staticmethod
    def link(
        cohort: pd.DataFrame, claims: pd.DataFrame, *, probabilistic: bool = False
    ) -> pd.DataFrame:
        """Return which claims belong to whom: the table ``linkage`` of the schema.

        Args:
            cohort: A row a person; see ``linking.link_by_pseudonym``.
            claims: A row a beneficiary.
            probabilistic: By splink, without a pseudonym (extra ``linkage``).
        """
        from .linking import link_by_pseudonym
        from .probable_linking import link_by_probability

        return (link_by_probability if probabilistic else link_by_pseudonym)(cohort, claims)

    def knobs(self, scenario: str = "effect", n: int | None = None) -> Knobs:
        """Return the knobs of a named scenario over this use case's settings.

        Raises:
            UsageError: There is no such scenario.
        """
        knobs = knobs_of(scenario, self.params.synthetic)
        return knobs if n is None else replace(knobs, n=n)

    def cohort(self, seed: int, knobs: Knobs | None = None) -> Cohort:
        """Return an eligible cohort of a seed for estimators of effects, without files."""
        from .synthetic.cohorts import make_cohort

        return make_cohort(knobs or self.params.synthetic, seed)

    def truth(self, knobs: Knobs | None = None, seed: int = 0, persons: int = 400_000) -> Truth:
        """Return the true effect by simulation under both strategies, for the organiser alone."""
        return simulate_truth(knobs or self.params.synthetic, seed, persons)

    def write_truth(self, path: Path, knobs: Knobs | None = None, seed: int = 0) -> Path:
        """Write the true effect to the organiser's folder, never into a data set."""
        knobs = knobs or self.params.synthetic
        return write_truth(path, simulate_truth(knobs, seed), knobs, seed)
