"""Table 1 on a page: small counts are hidden together with what would give them back."""

from workbench.report.sections.table_one import described


def _row(group: str, n: int, count: int) -> dict[str, str]:
    return {
        "variable": "grade_3",
        "group": group,
        "n": str(n),
        "mean": str(count / n),
        "sd": "0.1",
        "count": str(count),
        "standardised_difference": "0.25",
    }


def _cells(*groups: tuple[str, int, int]) -> list[str]:
    return list(described([_row(*group) for group in groups], "Table 1").rows[0][1:])


def test_large_counts_are_shown_with_everybody_and_the_difference() -> None:
    cells = _cells(("all", 100, 50), ("low", 50, 20), ("high", 50, 30))
    assert cells == ["50 (50\u202f%)", "20 (40\u202f%)", "30 (60\u202f%)", "0.25"]


def test_a_small_count_cannot_be_computed_from_its_row() -> None:
    cells = _cells(("all", 100, 25), ("low", 50, 5), ("high", 50, 20))
    assert cells == ["–", "<11", "20 (40\u202f%)", "–"]


def test_a_count_that_leaves_few_others_is_hidden_alike() -> None:
    cells = _cells(("all", 100, 66), ("low", 50, 20), ("high", 50, 46))
    assert cells == ["–", "20 (40\u202f%)", ">39", "–"]
