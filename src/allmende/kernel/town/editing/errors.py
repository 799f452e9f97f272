# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a step was not taken. Nothing was changed then."""

from allmende.kernel.town.editing.models import Draft, Version


class NotPossibleError(ValueError):
    """The step is not open: the draft is in another state, or the same person wrote it. The text is for people."""


class ConflictError(Exception):
    """Somebody else saved first: `draft` is what is there now, or without one the published `version`."""

    def __init__(self, draft: Draft | None, version: Version | None) -> None:
        self.draft, self.version = draft, version
        super().__init__("somebody else saved first")


class OutdatedError(Exception):
    """The published text is another than the one the draft began with."""
