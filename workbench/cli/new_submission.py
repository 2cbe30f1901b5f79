"""Writes the folder of a model that can be sent at once, for one challenge."""

from __future__ import annotations

import json
from pathlib import Path

from workbench import storage
from workbench.cli.public_card import card_to_try
from workbench.cli.templates import check_name
from workbench.errors import UsageError

_SHIPPED = Path(__file__).resolve().parents[1] / "templates" / "submission"
_SCRIPT, _STREAM = "predict.py", "stream.py"


def create_submission(
    name: str, challenge: str | None, into: Path | None, server: str | None = None
) -> Path:
    """Write a model's folder: manifest, script, page; return the folder.

    Args:
        name: Of the folder, in snake_case.
        challenge: Id or folder of the challenge: its key, columns and way of calling are filled in.
        into: Where; the working directory where not given.
        server: Where the challenge is, if not here.

    Raises:
        UsageError: No challenge was named, it takes no models, or the name is wrong or taken.
        DataError: The folder cannot be written.
    """
    from workbench.challenge.answer_kinds import hosted
    from workbench.scoring.answer_kinds import kind_of

    check_name(name)
    if challenge is None:
        raise UsageError("for which challenge?", remedy="--challenge ID; `workbench list` has them")
    card = card_to_try(challenge, server, None, None, sends=False)
    if not card.models.accepted:
        raise UsageError(f"{card.id} takes no models", remedy="send a file of predictions")
    folder = (into or Path()) / name
    if folder.exists():
        raise UsageError(
            "something is there already", where=str(folder), remedy="choose another name"
        )
    forms = {
        '["template_classes"]': json.dumps(card.classes, ensure_ascii=False),
        '["template_columns"]': json.dumps(kind_of(card).columns(card), ensure_ascii=False),
        '["template_row"]': json.dumps(hosted(card).knows_nothing(card)),
        "template_key": card.key,
        "template-name": name.replace("_", "-"),
        "template-challenge": card.id,
    }
    left_out = _SCRIPT if card.models.streaming else _STREAM
    with storage.writing_folder(folder) as aside:
        for path in sorted(_SHIPPED.iterdir()):
            if path.is_file() and path.name != left_out:
                text = path.read_text(encoding="utf-8")
                for placeholder, form in forms.items():
                    text = text.replace(placeholder, form)
                target = _SCRIPT if path.name == _STREAM else path.name
                storage.write_text(aside / target, text)
    return folder
