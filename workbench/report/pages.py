"""Pages in every language: sections built from a folder's artefacts, figures as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.errors import WorkbenchError
from workbench.report.artefacts import Absent, Told
from workbench.report.languages import PAGES, Words, words_of
from workbench.report.ranking.files import write_figure
from workbench.report.render import render

FIGURES = "figures"


@dataclass(frozen=True)
class Section:
    """One section of a page: its values, or why it is absent."""

    key: str
    title: str
    values: dict[str, Any]
    absent: str = ""

    @property
    def name(self) -> str:
        """The key as it stands in texts."""
        return self.key.replace("-", "_")


View = Callable[[Words], tuple[dict[str, Any], Sequence[Section]]]
"""Head and sections of a page in a language."""


def section(words: Words, key: str, build: Callable[[], dict[str, Any]]) -> Section:
    """Build one section; a missing artefact or unusable values become its text.

    Args:
        words: Language of the page; the title is its text ``t_<key>``.
        key: Of the section.
        build: Returns its values.
    """
    title = words(f"t_{key.replace('-', '_')}")
    try:
        return Section(key, title, build())
    except Told as told:
        return Section(key, title, {}, str(told))
    except Absent as absent:
        return Section(key, title, {}, words.said(str(absent)))
    except WorkbenchError as error:
        why = words("not_usable", why=words.said(error.message))
        return Section(key, title, {}, why)


def write_pages(folder: Path, template: str, kind: str, view: View) -> Path:
    """Write a page in every language, and each figure of the English one as SVG with its rows.

    Args:
        folder: Of the run or emulation.
        template: Of the page.
        kind: Whose texts, see :func:`~workbench.report.languages.words_of`.
        view: Makes head and sections.

    Returns:
        Path of the English page.

    Raises:
        DataError: A file cannot be written.
    """
    for language, name in PAGES.items():
        words = words_of(kind, language)
        head, sections = view(words)
        others = {code: page for code, page in PAGES.items() if code != language}
        page = render(template, head=head, sections=sections, say=words, others=others)
        storage.write_text(folder / name, page)
        if language == "en":
            for part in sections:
                for figure in part.values.get("figures", ()):
                    write_figure(figure, folder / FIGURES / figure.name)
    return folder / PAGES["en"]
