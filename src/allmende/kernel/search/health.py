# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the health page says about the search."""

from django.utils.translation import gettext as _

from allmende.kernel.search import embedding, queries


def check() -> str:
    """One line. Raises what is wrong when the embedding model cannot be used."""
    embedding.embedder().embed_query("Rathaus")
    found = queries.status()
    return _("Sprachmodell geladen; {documents} Dokumente, davon {embedded} auch nach Bedeutung auffindbar").format(
        documents=found.documents, embedded=found.embedded
    )
