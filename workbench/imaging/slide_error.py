"""The named refusals of a slide: one class, one stable code for each cause."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from workbench.errors import DataError, Problem


class SlideError(DataError):
    """A slide cannot be used, with the cause as a code that a batch can count.

    ===================== ============================================================
    code                  cause
    ===================== ============================================================
    ``missing-file``      no such file
    ``empty-file``        the file has no bytes
    ``not-a-slide``       the content is no image format at all
    ``no-pyramid``        an image, but not stored in tiles or levels
    ``unsupported-format`` an image format that no reader here opens
    ``not-rgb``           grey, 16-bit or CMYK pixels
    ``unreadable``        a slide format, but damaged or cut off
    ``unreadable-region`` one region is damaged, the rest may be sound
    ``too-damaged``       more tiles are damaged than allowed
    ``missing-mpp``       the slide does not state its pixel size
    ``absurd-mpp``        the pixel size is outside 0.05 to 40 micrometres
    ``uneven-mpp``        pixels are not square
    ``too-coarse``        the slide is coarser than the resolution asked for
    ``fluorescence``      bright signal on a black background
    ``no-tissue``         nothing but background
    ``no-tiles``          tissue, but no tile holds enough of it
    ===================== ============================================================

    Args:
        code: One of the codes above.
        message: What was found and what was expected.
        where: The slide.
        remedy: The next step.
        problems: Single problems, when there are several.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        where: str = "",
        remedy: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message, where=where, remedy=remedy, problems=problems)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip back from a worker process, with the code."""
        rebuild = partial(
            type(self),
            self.code,
            self.message,
            where=self.where,
            remedy=self.remedy,
            problems=self.problems,
        )
        return rebuild, ()

    def problem(self) -> Problem:
        """Return the refusal as one row of a batch's table."""
        return Problem(self.code, self.message, self.where, self.remedy)

    def render(self, most: int = 50) -> str:
        """Return the error as text, its code included.

        >>> print(SlideError("no-tissue", "0 % tissue", where="a.svs", remedy="look").render())
        a.svs: 0 % tissue [no-tissue]
        Next: look
        """
        first, *rest = super().render(most).split("\n")
        return "\n".join([f"{first} [{self.code}]", *rest])
