"""Kinds of cells: how large, dark, dense and irregular their nuclei are.

Sizes follow histology texts (lymphocyte nucleus about 7 um, intermediate squamous cell 8 um;
dysplastic nuclei enlarged one and a half to two times): round figures, not measurements. The mean
traits of the look-alikes lie between those of the grades, so that no single trait tells a lesion.
"""

from __future__ import annotations

from dataclasses import dataclass

from .layout import Region


@dataclass(frozen=True, kw_only=True)
class Phenotype:
    """One kind of cell.

    Attributes:
        region: Where it lives.
        levels: Range of the place in the epithelium (0 surface, 1 basement membrane).
        spacing_um: Distance between neighbours.
        present: Share of the places that carry a cell.
        diameter_um: Mean diameter of the nucleus; geometric mean of the two axes.
        spread: Relative standard deviation of the diameter.
        elongation: Ratio of the long to the short axis.
        aligned: Whether the nuclei lie along the fibres.
        density: Optical density of the nucleus (natural logarithm).
        irregularity: How bent the outline is, 0 to 1.
        chromatin: Contrast of the chromatin, 0 to 1.
        halo: Share of the eosin missing around the nucleus.
        mingle_um: How far its cells stray over the border of their region.
        drift: Relative change of diameter and density from a mild to a marked focus.
    """

    region: Region
    spacing_um: float
    diameter_um: float
    density: float
    levels: tuple[float, float] = (-10.0, 100.0)
    present: float = 0.93
    spread: float = 0.15
    elongation: float = 1.2
    aligned: bool = False
    irregularity: float = 0.15
    chromatin: float = 0.4
    halo: float = 0.0
    mingle_um: float = 2.0
    drift: float = 0.0


FIBROBLAST = Phenotype(
    region=Region.STROMA, spacing_um=17.0, diameter_um=5.4, density=0.95,
    present=0.62, spread=0.18, elongation=3.2, aligned=True, irregularity=0.3, chromatin=0.3,
)  # fmt: skip
SCATTERED_LYMPHOCYTE = Phenotype(
    region=Region.STROMA, spacing_um=19.0, diameter_um=6.2, density=1.20,
    present=0.22, spread=0.10, elongation=1.1, halo=0.1,
)  # fmt: skip
SUPERFICIAL = Phenotype(
    region=Region.EPITHELIUM, levels=(0.03, 0.35), spacing_um=17.0, diameter_um=6.3, density=0.85,
    present=0.70, elongation=1.9, aligned=True, chromatin=0.3, halo=0.3,
)  # fmt: skip
INTERMEDIATE = Phenotype(
    region=Region.EPITHELIUM, levels=(0.35, 0.80), spacing_um=13.0, diameter_um=8.0, density=0.70,
    present=0.90, spread=0.14, irregularity=0.12, chromatin=0.7, halo=0.55,
)  # fmt: skip
BASAL = Phenotype(
    region=Region.EPITHELIUM, levels=(0.80, 1.00), spacing_um=8.2, diameter_um=7.0, density=1.00,
    present=0.95, spread=0.14, elongation=1.4,
)  # fmt: skip
LOW = Phenotype(
    region=Region.LOW, spacing_um=12.0, diameter_um=9.4, density=1.02, spread=0.17,
    elongation=1.25, irregularity=0.30, chromatin=0.6, halo=0.75, mingle_um=6.0, drift=0.08,
)  # fmt: skip
HIGH = Phenotype(
    region=Region.HIGH, spacing_um=11.4, diameter_um=10.6, density=1.12, spread=0.18,
    elongation=1.35, irregularity=0.45, chromatin=0.6, halo=0.10, mingle_um=6.0, drift=0.08,
)  # fmt: skip
INVASIVE = Phenotype(
    region=Region.INVASIVE, spacing_um=13.8, diameter_um=13.2, density=1.35, spread=0.28,
    elongation=1.40, irregularity=0.75, chromatin=0.8, halo=0.15, mingle_um=6.0, drift=0.08,
)  # fmt: skip
REACTIVE = Phenotype(  # repair: large, but pale and far apart
    region=Region.REACTIVE, spacing_um=14.5, diameter_um=11.4, density=0.58, spread=0.16,
    irregularity=0.20, chromatin=0.9, halo=0.30, mingle_um=8.0, drift=0.15,
)  # fmt: skip
LYMPHOCYTE = Phenotype(  # dense and dark, but small and round
    region=Region.LYMPHOID, spacing_um=7.4, diameter_um=6.4, density=1.25, spread=0.10,
    elongation=1.1, halo=0.05, mingle_um=14.0, drift=0.10,
)  # fmt: skip
DEBRIS = Phenotype(  # dark and irregular, but fragments
    region=Region.NECROSIS, spacing_um=8.0, diameter_um=3.6, density=1.40, present=0.80,
    spread=0.45, elongation=1.3, irregularity=0.60, chromatin=0.2, mingle_um=10.0, drift=0.20,
)  # fmt: skip

PHENOTYPES: tuple[Phenotype, ...] = (
    FIBROBLAST, SCATTERED_LYMPHOCYTE, SUPERFICIAL, INTERMEDIATE, BASAL,
    LOW, HIGH, INVASIVE, REACTIVE, LYMPHOCYTE, DEBRIS,
)  # fmt: skip
