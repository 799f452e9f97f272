# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider as calls see it, whether it comes from the administration's page or from the environment."""

from dataclasses import dataclass, field

from allmende.kernel.llm import rules
from allmende.kernel.llm.models import Provider
from allmende.kernel.llm.sealing import SealError, unseal


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where and how to call. The key is in no `repr`; `key_is_readable` is false after a change of the secret key."""

    slug: str
    name: str
    url: str
    location: str
    classes: frozenset[str]
    chat_model: str = ""
    embeddings_model: str = ""
    key: str = field(default="", repr=False)
    key_is_readable: bool = True
    timeout: float = 120
    daily_tokens: int | None = None

    def model_for(self, kind: str) -> str:
        """Name of the model for chat or embeddings; empty when the provider offers none."""
        return self.chat_model if kind == rules.CHAT else self.embeddings_model

    def handling(self, data_class: str) -> str:
        """What happens to a text of that class here: the house's rule, and never where it is not allowed to go."""
        return rules.handling(data_class, self.location) if data_class in self.classes else rules.REFUSED


def from_row(row: Provider) -> Endpoint:
    """The endpoint of a stored provider, its key decrypted."""
    try:
        key, readable = unseal(row.sealed_key), True
    except SealError:
        key, readable = "", False
    return Endpoint(
        slug=row.slug,
        name=row.name,
        url=row.url,
        location=row.location,
        classes=frozenset(row.classes),
        chat_model=row.chat_model,
        embeddings_model=row.embeddings_model,
        key=key,
        key_is_readable=readable,
        timeout=row.timeout,
        daily_tokens=row.daily_tokens,
    )
