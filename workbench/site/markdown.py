"""Pages of rules as HTML: a small, safe part of Markdown. No HTML of the author passes.

Headings, paragraphs, lists, quotes, code, emphasis, tables and links to ``https:``, ``http:`` and
``mailto:`` addresses; everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from workbench.site.escaping import visible

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_ITEM = re.compile(r"\s*(?:[-*+]|(\d+)[.)])\s+(.*)")
_LINK = re.compile(r"\[([^\]\[]+)\]\(((?:https?://|mailto:)[^\s()<>\"]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")
_STRESS = re.compile(r"(?<![\w*])\*(\S(?:[^*]*?\S)?)\*(?![\w*])")


def html_of(text: str) -> Markup:
    r"""Return a text in Markdown as HTML; its headings begin at level 3.

    >>> html_of("# Rules\n\n- one *team*\n- <b>")
    Markup('<h3>Rules</h3>\n<ul><li>one <em>team</em></li><li>&lt;b&gt;</li></ul>')
    """
    lines = visible(text.replace("\r\n", "\n")).split("\n")
    return Markup("\n").join(_blocks(lines))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    """Yield one element after the other."""
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif line.startswith("```"):
            end = next((i for i in range(place + 1, len(lines)) if lines[i][:3] == "```"), None)
            yield Markup("<pre><code>{}</code></pre>").format("\n".join(lines[place + 1 : end]))
            place = len(lines) if end is None else end + 1
        elif heading := _HEADING.fullmatch(line):
            level = min(len(heading[1]) + 2, 6)
            yield Markup("<h{0}>{1}</h{0}>").format(level, _inline(heading[2]))
            place += 1
        else:
            end = place
            while end < len(lines) and lines[end].strip() and not _begins_other(lines, end, place):
                end += 1
            yield _block(lines[place:end])
            place = end


def _begins_other(lines: list[str], place: int, began: int) -> bool:
    """Say whether a line begins an element that is no part of the one before."""
    if place == began:
        return False
    line = lines[place]
    item = bool(_ITEM.fullmatch(line)) and not _ITEM.fullmatch(lines[began])
    return item or line.startswith("```") or bool(_HEADING.fullmatch(line))


def _block(lines: list[str]) -> Markup:
    """Return a list, a table, a quote or a paragraph."""
    if first := _ITEM.fullmatch(lines[0]):
        return _list(lines, ordered=first[1] is not None)
    if len(lines) > 1 and "|" in lines[0] and set(lines[1].strip()) <= set("|-: "):
        return _table(lines)
    if all(line.startswith(">") for line in lines):
        return Markup("<blockquote>{}</blockquote>").format(
            _inline(" ".join(line.lstrip("> ") for line in lines))
        )
    return Markup("<p>{}</p>").format(_inline(" ".join(line.strip() for line in lines)))


def _list(lines: list[str], *, ordered: bool) -> Markup:
    """Return a list; a line that is no item goes on with the one before."""
    items: list[str] = []
    for line in lines:
        if item := _ITEM.fullmatch(line):
            items.append(item[2])
        else:
            items[-1] += f" {line.strip()}"
    inner = Markup("").join(Markup("<li>{}</li>").format(_inline(item)) for item in items)
    return Markup("<{0}>{1}</{0}>").format("ol" if ordered else "ul", inner)


def _table(lines: list[str]) -> Markup:
    """Return a table; its first line is the heading."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(c)) for c in rows[0])
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in row)
        )
        for row in rows[2:]
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(head, body)


def _inline(text: str) -> Markup:
    """Return a line with its code, links and emphasis; code is left as it is."""
    parts = _CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else _marked(part)
        for place, part in enumerate(parts)
    )


def _marked(text: str) -> Markup:
    written = str(escape(text))
    written = _LINK.sub(r'<a href="\2" rel="noopener noreferrer">\1</a>', written)
    written = _STRONG.sub(r"<strong>\1</strong>", written)
    return Markup(_STRESS.sub(r"<em>\1</em>", written))
