"""Drawn slides: the rules that make the task learnable but not trivial, and the same pixels."""

import itertools

import numpy as np
import pytest

from .conftest import part

burden, layout, foci = part("synthetic.burden"), part("synthetic.layout"), part("synthetic.foci")
render, stains = part("synthetic.render"), part("synthetic.stains")
cohort = part("synthetic.cohort")


def draw(label: int, seed: int = 0, size_px: int = 1024, centre: int = 0):
    recipe = render.Recipe(size_px, 0.5, label, stains.CENTRES[centre])
    return render.draw_slide(recipe, np.random.default_rng([seed, label]))


def shares_of(label: int, draws: int = 400) -> dict[str, np.ndarray]:
    """Worst, altered and look-alike share of the tissue over many plans."""
    rng = np.random.default_rng(label)
    plans = [burden.plan_foci(label, rng) for _ in range(draws)]
    worst = burden.GRADES[label - 1] if label else None
    return {
        "worst": np.array([sum(s for r, s in plan if r == worst) for plan in plans]),
        "altered": np.array([sum(s for _, s in plan) for plan in plans]),
        "kinds": np.array([max((int(r) for r, _ in plan if r in burden.GRADES), default=0)
                           for plan in plans]),
        "look_alike": np.array([sum(s for r, s in plan if r in burden.LOOK_ALIKES)
                                for plan in plans]),
    }  # fmt: skip


def test_the_worst_lesion_is_as_large_in_every_grade() -> None:
    worst = [shares_of(label)["worst"] for label in (1, 2, 3)]
    for share in worst:
        assert share.min() >= 0.02 and share.max() <= 0.081
    means = [share.mean() for share in worst]
    assert max(means) - min(means) < 0.003


def test_the_altered_area_does_not_tell_the_label() -> None:
    means = [shares_of(label)["altered"].mean() for label in range(4)]
    assert max(means) - min(means) < 0.008


def test_the_label_is_the_worst_lesion() -> None:
    for label in (1, 2, 3):
        assert set(shares_of(label)["kinds"]) == {int(burden.GRADES[label - 1])}
    assert set(shares_of(0)["kinds"]) == {0}


def test_every_label_has_look_alikes() -> None:
    for label in range(4):
        assert (shares_of(label)["look_alike"] > 0).mean() > 0.97


def test_a_focus_gets_its_area_inside_the_tissue() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        slide = layout.draw_layout(2048, rng)
        wanted = 0.05 * slide.tissue.sum() * 256
        focus = foci.place_focus(slide, layout.Region.HIGH, wanted, rng)
        marked = (slide.region == layout.Region.HIGH) & slide.tissue
        assert focus.area_px == marked.sum() * 256
        assert focus.area_px == pytest.approx(wanted, rel=0.10)


def test_tissue_covers_a_quarter_to_a_half() -> None:
    covered = [layout.draw_layout(2048, np.random.default_rng(s)).tissue.mean() for s in range(12)]
    assert min(covered) > 0.22 and max(covered) < 0.48


def test_the_same_recipe_gives_the_same_pixels_and_another_seed_others() -> None:
    first, again, other = draw(2), draw(2), draw(2, seed=1)
    assert np.array_equal(first.rgb, again.rgb)
    assert not np.array_equal(first.rgb, other.rgb)


def test_it_looks_like_haematoxylin_and_eosin() -> None:
    drawn = draw(3, size_px=2048)
    rgb = drawn.rgb.reshape(-1, 3).astype(int)
    white = rgb.min(axis=1) > 225
    assert 0.5 < white.mean() < 0.8
    red, green, blue = rgb[~white].mean(axis=0)
    assert red > blue > green, "stained tissue is pink to violet: green is absorbed most"
    dark = rgb[rgb.sum(axis=1) < 330]
    assert len(dark) > 0.005 * len(rgb), "there are nuclei"
    assert dark[:, 2].mean() > dark[:, 0].mean() > dark[:, 1].mean(), "and they are blue"


def test_invasive_nuclei_are_larger_and_darker_than_normal_ones() -> None:
    kinds = part("synthetic.phenotypes")
    grades = (kinds.INTERMEDIATE, kinds.LOW, kinds.HIGH, kinds.INVASIVE)
    for milder, worse in itertools.pairwise(grades):
        assert worse.diameter_um > milder.diameter_um and worse.density > milder.density
    assert kinds.REACTIVE.diameter_um > kinds.HIGH.diameter_um, "size alone does not tell"
    assert kinds.LYMPHOCYTE.density > kinds.HIGH.density, "darkness alone does not tell"
    assert kinds.LYMPHOCYTE.spacing_um < kinds.HIGH.spacing_um, "density alone does not tell"


def test_centres_stain_differently() -> None:
    tables = [stains.colour_table(c, np.random.default_rng(0)) for c in stains.CENTRES]
    eosin = np.array([table[5, 70] for table in tables], int)
    assert np.ptp(eosin, axis=0).max() > 15


@pytest.mark.parametrize("n_slides", [8, 72])
def test_cohort_is_balanced_and_some_persons_have_two_slides(n_slides: int) -> None:
    plans = cohort.plan_cohort(n_slides, stains.CENTRES, seed=1)
    assert {p.label: sum(q.label == p.label for q in plans) for p in plans} == dict.fromkeys(
        range(4), n_slides // 4
    )
    centre_of = {p.person: p.centre.name for p in plans}
    assert all(centre_of[p.person] == p.centre.name for p in plans)
    assert n_slides // 2 <= len(centre_of) < n_slides
    order = [p.label for p in plans]
    assert order != sorted(order), "the identifier says nothing about the label"
