"""How values of a column of a table add up to others: ages to all ages, packs to substances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbench.errors import UsageError


@dataclass(frozen=True)
class Dimension:
    """One column that tells cells apart.

    Attributes:
        parents: The value each value belongs to, such as ``{"F": "all", "M": "all"}``; several
            levels are allowed. A value without a parent stands for itself.
        distinct: Measures that do not add up along this column, since a person may be in several
            values: patients over drugs, or over years. For them only
            ``max(parts) <= whole <= sum(parts)`` holds.
    """

    parents: Mapping[str, str] = field(default_factory=dict)
    distinct: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a value that would be a part of itself."""
        for value in self.parents:
            seen, at = {value}, self.parents.get(value)
            while at is not None:
                if at in seen:
                    raise UsageError(f"the hierarchy goes in a circle at '{at}'")
                seen.add(at)
                at = self.parents.get(at)

    def parts(self) -> dict[str, tuple[str, ...]]:
        """Return the parts of each value that has some.

        >>> Dimension({"F": "all", "M": "all"}).parts()
        {'all': ('F', 'M')}
        """
        found: dict[str, list[str]] = {}
        for value, whole in self.parents.items():
            found.setdefault(whole, []).append(value)
        return {whole: tuple(values) for whole, values in found.items()}


def additive(parts: Iterable[str], whole: str = "all") -> Dimension:
    """Return a column whose values add up to one: nobody is in two of them.

    >>> additive(["F", "M"]).parents
    {'F': 'all', 'M': 'all'}
    """
    return Dimension(dict.fromkeys(parts, whole))


def overlapping(
    parts: Iterable[str], whole: str = "all", measures: Iterable[str] = ("exposed", "cases")
) -> Dimension:
    """Return a column along which persons are counted in several values, such as drugs or years."""
    return Dimension(dict.fromkeys(parts, whole), frozenset(measures))
