# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room refuses."""

from collections.abc import Sequence

from allmende.kernel.files.service import UploadRefused


class NotPossibleError(Exception):
    """It cannot be done as things are; the text is for people."""


class NothingTakenError(UploadRefused):
    """Of all that was handed in nothing is taken; `reasons` says why, for people, of each file."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
