"""The data card of the synthetic data set."""

from __future__ import annotations

from workbench.data import DataCard, Field, FileSet, OptOut, Split, Table

from .cohort import CLASSES
from .stains import CENTRES
from .truth import KINDS

_CASE = Field(name="case", type="string", role="id", description="the slide's identifier")
_CENTRE_NAMES = tuple(centre.name for centre in CENTRES)


def data_card() -> DataCard:
    """Return the card; it is the same for every seed and size."""
    return DataCard(
        name="pathology-slides-synthetic",
        version="1.0",
        title="Synthetic whole slides with lesions of four grades",
        description="Drawn H&E-like slides; the label of a slide is its worst lesion. The area of "
        "that lesion is the same for every grade, and all slides carry benign look-alikes.",
        licence="CC0-1.0",
        legal_basis="synthetic",
        person_key="person",
        tables=(_slides(), _truth(), _annotations()),
        files=(FileSet(name="slides", pattern="slides/*", person_from="slides"),),
        splits={"train": Split(description="all slides; folds are made by person")},
        label_tables=("slides", "truth", "annotations"),
        known_biases=(
            "drawn, not scanned: scores say that a pipeline works, not that it works on patients",
            "classes are balanced; in screening most slides are benign",
            "four stain protocols and three scanners only",
        ),
        opt_out=OptOut(applies=False, reason="no row is about a real person"),
        source="use_cases/pathology_slides/synthetic",
        synthetic=True,
    )


def _slides() -> Table:
    """Return the description of ``slides.csv``."""
    return Table(
        name="slides",
        path="slides.csv",
        description="one row a slide",
        key=("case",),
        splits="split",
        fields=(
            _CASE,
            Field(name="file", type="string", role="file"),
            Field(name="person", type="string", role="person", description="pseudonym"),
            Field(name="centre", type="category", values=_CENTRE_NAMES),
            Field(name="scanner", type="string"),
            Field(name="mpp", type="number", unit="um", minimum=0.05, maximum=40),
            _label("worst lesion on the slide"),
            Field(name="split", type="category", role="split", values=("train",)),
        ),
    )


def _truth() -> Table:
    """Return the description of ``truth.csv``."""
    shares = tuple(
        Field(name=f"{kind}_share", type="number", role="label", minimum=0, maximum=1)
        for kind in KINDS
    )
    return Table(
        name="truth",
        path="truth.csv",
        description="what was drawn; the shares are of the tissue's area",
        key=("case",),
        split="train",
        person_from="slides",
        fields=(
            _CASE,
            _label("worst lesion on the slide"),
            Field(name="tissue_share", type="number", minimum=0, maximum=1),
            *shares,
            Field(name="blemishes", type="string", description="fold, defocus, pigment, pen, dust"),
        ),
    )


def _annotations() -> Table:
    """Return the description of ``annotations.csv``."""
    return Table(
        name="annotations",
        path="annotations.csv",
        description="one row a focus, lesions and look-alikes",
        key=("annotation",),
        split="train",
        person_from="slides",
        fields=(
            Field(name="annotation", type="string", role="id"),
            _CASE,
            Field(name="class", type="category", role="label", values=KINDS),
            Field(name="area_mm2", type="number", unit="mm2", minimum=0),
            Field(name="geometry", type="string", role="label", description="WKT, level-0 pixels"),
            Field(name="origin", type="category", values=("top-left",)),
        ),
    )


def _label(description: str) -> Field:
    """Return the field that holds a slide's class."""
    return Field(
        name="label", type="category", role="label", values=CLASSES, description=description
    )
