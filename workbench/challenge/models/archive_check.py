"""The check of a model's archive: the same report on a participant's laptop and at intake."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from workbench import digests
from workbench.challenge.models.manifest import FILE, Manifest, read_manifest, rule_problems
from workbench.challenge.models.unpacking import file_in, problems_of
from workbench.errors import Problem, SubmissionRejected
from workbench.scoring import Challenge


@dataclass(frozen=True)
class ArchiveReport:
    """What checking an archive found.

    Attributes:
        challenge: Id of the challenge.
        card: Digest of its card.
        file: sha256 of the archive.
        size: Of the archive, in bytes.
        files: Names of the files in it, at most the first hundred.
        n_files: How many there are.
        problems: Everything that is wrong; empty where it is accepted.
        manifest: What the model says of itself; None where that cannot be read.
    """

    challenge: str
    card: str
    file: str
    size: int
    files: tuple[str, ...]
    n_files: int
    problems: tuple[Problem, ...]
    manifest: Manifest | None

    @property
    def accepted(self) -> bool:
        """Whether it may be sent."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        content = asdict(self) | {"accepted": self.accepted}
        content["manifest"] = self.manifest and self.manifest.model_dump(mode="json")
        return content

    @property
    def digest(self) -> str:
        """The sha256 of the report's JSON."""
        return digests.of_json(self.as_dict())

    def error(self, where: str = "") -> SubmissionRejected:
        """Return the report of a rejected archive as an error for people."""
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        return SubmissionRejected(
            f"the model has {count}",
            where=where or "submission",
            problems=self.problems,
            remedy="mend the folder and send it again; a rejected archive costs no quota",
        )


def check_archive(content: bytes, card: Challenge) -> ArchiveReport:
    """Check a model's archive against a challenge; nothing of it is run or written.

    Args:
        content: The bytes as sent.
        card: The challenge.
    """
    files: list[str] = []
    manifest: Manifest | None = None
    if not card.models.accepted:
        remedy = "send a file of predictions"
        problems = [Problem("models-not-taken", f"{card.id} takes no models", "", remedy)]
    else:
        files, problems = problems_of(content, card.models.limits)
        if not problems:
            manifest, problems = _manifest(content, files, card)
    return ArchiveReport(
        challenge=card.id,
        card=card.digest,
        file=digests.of_bytes(content),
        size=len(content),
        files=tuple(sorted(files)[:100]),
        n_files=len(files),
        problems=tuple(problems),
        manifest=manifest,
    )


def _manifest(
    content: bytes, files: list[str], card: Challenge
) -> tuple[Manifest | None, list[Problem]]:
    """Return the manifest of a whole archive, and what is wrong with it."""
    found = file_in(content, FILE)
    if found is None:
        deeper = next((name for name in sorted(files) if name.endswith(f"/{FILE}")), None)
        message = f"it stands in '{deeper}', not at the top" if deeper else "it is absent"
        remedy = "pack the content of the folder; `workbench submit model DIR` does"
        return None, [Problem("no-manifest", message, FILE, remedy)]
    read = read_manifest(found)
    if isinstance(read, list):
        return None, read
    return read, rule_problems(read, card.models, set(files))
