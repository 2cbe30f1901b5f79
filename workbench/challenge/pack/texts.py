"""The pages of a pack: rules in both languages, a README, and its tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import metrics
from workbench.challenge.answer_kinds import hosted
from workbench.challenge.pack.card_content import NOT_STATED
from workbench.challenge.pack.given import Given
from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "challenge_pack"
_HEAD = "# Everything that decides a score; docs/scoring.md of the workbench explains each key.\n"
_MISSING = {
    "reject": (
        "Every case exactly once: a missing answer rejects the file.",
        "Chaque cas exactement une fois : une réponse manquante fait refuser le fichier.",
    ),
    "worst": (
        "A missing answer counts as the most costly wrong class.",
        "Une réponse manquante compte comme l'erreur la plus coûteuse.",
    ),
    "impute": (
        "A missing answer is filled in as the card says (`impute`).",
        "Une réponse manquante est complétée comme le dit la carte (`impute`).",
    ),
}
_DIRECTIONS = {
    "maximize": ("higher", "une valeur plus haute est meilleure"),
    "minimize": ("lower", "une valeur plus basse est meilleure"),
    "target": ("nearer to the target", "une valeur plus proche de la cible est meilleure"),
}


def pages(content: Mapping[str, Any], given: Given, draft: Challenge, card: str) -> dict[str, str]:
    """Return the text files of a pack by relative name.

    Args:
        content: The card as a mapping.
        given: The labels file the pack is made from.
        draft: The card, checked, without splits and phases.
        card: The card as YAML.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    facts = _facts(content, given, draft)
    texts = {
        name: environment.get_template(name).render(facts)
        for name in ("README.md", "rules.en.md", "rules.fr.md")
    }
    tests = (_TEMPLATES / "test_pack.txt").read_text(encoding="utf-8")
    start = f'"""Challenge {content["id"]}."""\n'
    return texts | {
        "challenge.yaml": _HEAD + card,
        "tests/test_pack.py": tests,
        "__init__.py": start,
    }


def _facts(content: Mapping[str, Any], given: Given, draft: Challenge) -> dict[str, Any]:
    """Return what the pages name."""
    entries = content["metrics"]
    first = next(entry for entry in entries if entry.get("primary"))
    direction = _DIRECTIONS[metrics.kind_of(first["name"]).direction]
    missing = _MISSING[content["missing_value_policy"]]
    shares = [f"{value:.6g}" for value in hosted(draft).knows_nothing(draft)]
    form_en, form_fr = hosted(draft).form_words(draft)
    alias = [given.key, *given.columns] if given.columns else []
    splits, licence = content["data"]["splits"], content["licence"]
    return {
        "id": content["id"],
        "title_en": content["title"]["en"],
        "title_fr": content["title"]["fr"],
        "description_en": content["description"]["en"],
        "description_fr": content["description"]["fr"],
        "licence": licence,
        "licence_fr": "pas encore précisée" if licence == NOT_STATED else licence,
        "unit": given.unit,
        "header": ",".join([given.key, *kind_of(draft).columns(draft)]),
        "form_en": form_en,
        "form_fr": form_fr,
        "row": ",".join(["<case>", *shares]),
        "alias": ",".join(alias) if list(given.columns) != given.classes else "",
        "missing_en": missing[0],
        "missing_fr": missing[1],
        "primary": first["name"],
        "others": ", ".join(entry["name"] for entry in entries if entry is not first),
        "direction_en": direction[0],
        "direction_fr": direction[1],
        "selection": content.get("selection", "last"),
        "selection_fr": "la meilleure" if content.get("selection") == "best" else "la dernière",
        **_limits(content["limits"]),
        "phases": content.get("phases", []),
        "splits": [split["id"] for split in splits],
        "cases": {split["id"]: split["cases"] for split in splits},
    }


def _limits(limits: Mapping[str, int]) -> dict[str, str]:
    """Return how often a team may submit, in both languages."""
    daily, at_once = limits["per_day"], limits["concurrent"]
    english = f"Of each team: {daily} submissions a day, {at_once} at a time"
    french = f"Par équipe : {daily} soumissions par jour, {at_once} à la fois"
    if "total" in limits:
        english += f", {limits['total']} in a phase"
        french += f", {limits['total']} par phase"
    return {"limits_en": f"{english}.", "limits_fr": f"{french}."}
