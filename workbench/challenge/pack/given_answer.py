"""The columns of a labels file that hold an answer which is no class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pydantic import ValidationError

from workbench.challenge.pack.question import check_column
from workbench.errors import UsageError
from workbench.scoring.card_answer import SECTIONS

_COLUMNS = ("time", "event", "label", "oracle", "group", "answerable")


def add_answer(
    table: pd.DataFrame, found: pd.DataFrame, answer: Mapping[str, Any], taken: set[str]
) -> dict[str, Any]:
    """Put the columns of an answer beside the key.

    Args:
        table: The labels file, all as text.
        found: What is known so far; gets the columns.
        answer: What is asked for, as ``answer`` of a card; what is None was not said.
        taken: Columns that mean something else.

    Returns:
        The answer as the card has it.

    Raises:
        UsageError: Something was not said that is never assumed, or a column is not there.
    """
    said = {name: value for name, value in answer.items() if value is not None}
    try:
        SECTIONS[said["kind"]].model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        option = f"--{first['loc'][0]}"
        what = "was not said, and is never assumed" if first["type"] == "missing" else first["msg"]
        message = f"{said['kind']}: {option} {what}"
        if first["type"] == "extra_forbidden":
            message = f"{option} has no meaning for {said['kind']}"
        raise UsageError(message, remedy="workbench challenge new --help") from error
    for name in _COLUMNS:
        if name not in said:
            continue
        column = str(said[name])
        check_column(column, table, f"--{name}")
        if column in taken:
            raise UsageError(f"--{name}: '{column}' is the key, unit or centre already")
        found[column] = table[column]
    return said
