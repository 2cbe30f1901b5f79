"""How numbers, names and paths are written for people."""

from __future__ import annotations

import math
import re

_ACRONYMS = {"gpu": "GPU", "cpu": "CPU", "mpp": "mpp", "auroc": "AUROC", "id": "ID", "gb": "GB"} | {
    "c": "C",
    "brier": "Brier",
    "ipa": "IPA",
    "ici": "ICI",
    "auc": "AUC",
    "oe": "O/E",
}
# Null models of survival, as the metrics name them.
_NULLS = {
    "Kaplan-Meier": "the same Kaplan-Meier curve for everybody",
    "same risk": "the same risk for all",
}
_HOME = re.compile(r"(?<![\w.])(?:/home/[^/\s'\"]+|/Users/[^/\s'\"]+|/root)(?=[/\s'\"]|$)")


def number(value: object, decimals: int = 3) -> str:
    r"""Return a number for reading: rounded, with a real minus sign; None is an en dash.

    >>> number(0.93456), number(-0.0001), number(12345), number(None), number(0.04, 0)
    ('0.935', '−1.0e−04', '12\u202f345', '–', '0.04')
    """
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f").replace("-", "−")
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return "undefined"
    tiny = value != 0 and abs(value) < 0.5 * 10**-decimals
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f").replace("-", "−")
    if tiny:
        return (f"{value:.1g}" if abs(value) >= 0.001 else f"{value:.1e}").replace("-", "−")
    return f"{value:.{decimals}f}".replace("-", "−")


def interval(value: float | None, low: float | None, high: float | None) -> str:
    """Return a value with its interval.

    >>> interval(0.93, 0.9, 0.96), interval(0.5, None, None)
    ('0.930 (0.900 to 0.960)', '0.500')
    """
    if low is None or high is None:
        return number(value)
    return f"{number(value)} ({number(low)} to {number(high)})"


def constant(answer: str) -> str:
    """Return what it is to give the best constant answer of a score sheet.

    >>> constant("low"), constant("Kaplan-Meier"), constant("same risk")
    ('always answering “low”', 'the same Kaplan-Meier curve for everybody', 'the same risk for all')
    """
    return _NULLS.get(answer, f"always answering “{answer}”")


def places(low: float, high: float) -> str:
    """Return a range of ranks.

    >>> places(1.0, 4.0), places(2, 2), places(1.5, 3)
    ('1–4', '2', '1.5–3')
    """
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def percent(share: float) -> str:
    r"""Return a share as whole percent.

    >>> percent(0.126)
    '13\u202f%'
    """
    return f"{100 * share:.0f}\u202f%"


def level(share: float) -> str:
    r"""Return the level of an interval, without needless decimals.

    >>> level(0.95), level(0.999)
    ('95\u202f%', '99.9\u202f%')
    """
    return f"{100 * share:g}\u202f%"


def better(direction: str) -> str:
    """Return which values of a metric are better.

    >>> better("maximize"), better("minimize"), better("target")
    ('higher', 'lower', 'nearer the target')
    """
    return {"maximize": "higher", "minimize": "lower"}.get(direction, "nearer the target")


def plural(n: int, word: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "slide"), plural(52, "patient"), plural(2, "biopsy")
    ('1 slide', '52 patients', '2 biopsies')
    """
    if n == 1:
        return f"1 {word}"
    many = f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"
    return f"{number(n)} {many}"


def heading(name: str) -> str:
    """Return a key or a metric's name as words.

    >>> heading("cost-score"), heading("gpu_memory_gb"), heading("tiles_per_s")
    ('Cost score', 'GPU memory GB', 'Tiles per s')
    """
    words = [w for w in re.split(r"[\s_-]+", name) if w]
    written = [_ACRONYMS.get(w.lower(), w) for w in words]
    if written and written[0] == words[0]:
        written[0] = written[0][:1].upper() + written[0][1:]
    return " ".join(written)


def without_home(text: str) -> str:
    """Return text with home folders written ``~``: a report may be shared, a login name not.

    >>> without_home("runs: /home/jane/runs, other: /data/home/x")
    'runs: ~/runs, other: /data/home/x'
    """
    return _HOME.sub("~", text)
