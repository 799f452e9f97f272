# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be chosen in a form, and how a chosen value is called."""

from collections.abc import Callable, Mapping

Choices = list[tuple[str, str]]


class Offered:
    """The choices of one page by the name of their source, each asked for once and only where it is needed."""

    def __init__(self, sources: Mapping[str, Callable[[], Choices]]) -> None:
        self._sources = sources
        self._known: dict[str, Choices] = {}

    def __getitem__(self, source: str) -> Choices:
        if source not in self._known:
            self._known[source] = self._sources[source]()
        return self._known[source]

    def title(self, source: str, value: str) -> str:
        """What a value is called; the value itself when nobody knows it any more."""
        return dict(self[source]).get(value, value) if value else ""
