# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may find what."""

from dataclasses import dataclass

from allmende.kernel.search.sources import PUBLIC_AUDIENCE


@dataclass(frozen=True)
class Asker:
    """Whoever asks: the rights held, and the authority they were given by (None: they hold for every authority)."""

    rights: frozenset[str] = frozenset()
    authority: str | None = None

    def may_see(self, audience: str, authority: str) -> bool:
        """Public documents of every authority; others with the right, and only those of the asker's own authority."""
        if audience == PUBLIC_AUDIENCE:
            return True
        return audience in self.rights and self.authority in (None, authority)


PUBLIC = Asker()
