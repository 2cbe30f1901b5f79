"""Histologies of soft-tissue sarcoma: how often they are, and what goes with each.

Shares are our own rounding of yearly incidences in France 2013-2016 (NETSARC+; de Pinieux et al.,
PLoS ONE 2021), of the adult types for which chemotherapy around surgery is a question. What each
brings in grade and hazard is made up, in the order clinicians know.
"""

from __future__ import annotations

from typing import NamedTuple


class Histology(NamedTuple):
    """One histology.

    Attributes:
        share: Of new cases.
        morphology: ICD-O-3 code.
        grades: Probability of FNCLCC grade 1, 2 and 3.
        hazard: Log hazard ratio of death beside grade and size.
        chemo: Log rate ratio of chemotherapy at ``confounding=1``.
    """

    share: float
    morphology: str
    grades: tuple[float, float, float]
    hazard: float
    chemo: float


HISTOLOGIES: dict[str, Histology] = {
    "leiomyosarcoma": Histology(0.28, "8890/3", (0.20, 0.43, 0.37), 0.20, 0.0),
    "undifferentiated_pleomorphic": Histology(0.17, "8802/3", (0.0, 0.25, 0.75), 0.0, 0.1),
    "dedifferentiated_liposarcoma": Histology(0.15, "8858/3", (0.0, 0.55, 0.45), 0.05, -0.3),
    "well_differentiated_liposarcoma": Histology(0.14, "8851/3", (1.0, 0.0, 0.0), -0.30, 0.0),
    "myxofibrosarcoma": Histology(0.07, "8811/3", (0.25, 0.35, 0.40), -0.10, 0.0),
    "synovial_sarcoma": Histology(0.05, "9040/3", (0.0, 0.45, 0.55), 0.10, 0.4),
    "myxoid_liposarcoma": Histology(0.045, "8852/3", (0.45, 0.40, 0.15), -0.20, 0.3),
    "malignant_nerve_sheath": Histology(0.03, "9540/3", (0.0, 0.40, 0.60), 0.30, 0.0),
    "other": Histology(0.065, "8800/3", (0.30, 0.40, 0.30), 0.0, 0.0),
}
SHARES = {name: histology.share for name, histology in HISTOLOGIES.items()}
NAMES = tuple(HISTOLOGIES)
