"""Templates to text: everything is escaped unless this package made it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workbench.report.languages import words_of

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment(*more: Path) -> Environment:
    """Return the template environment: autoescape on, an unknown name is an error.

    Args:
        more: Folders of further templates, which may extend those here.
    """
    found = Environment(
        loader=FileSystemLoader([TEMPLATES, *more]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.globals["say"] = words_of("run", "en")  # pages of one language say nothing of it
    found.globals["style"] = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))
    return found


def render(template: str, **values: Any) -> str:
    """Return a template filled with values."""
    return environment().get_template(template).render(**values)
