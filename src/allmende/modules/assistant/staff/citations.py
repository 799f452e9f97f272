# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which wording of which source an answer showed, and whether the source still says it.

A digest stands for a wording: of a passage as it was shown, or of a card without what changes by the hour. So an answer is affected by a
change exactly when what the citizen read is no longer there.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils import timezone

from allmende.kernel.search import queries as search
from allmende.kernel.town import queries as town
from allmende.modules.assistant import cards
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.schemas import Card
from allmende.modules.assistant.staff.models import Citation

SERVICES = "services"
GERMAN, ENGLISH = "de", "en"
LANGUAGES = (GERMAN, ENGLISH)


def of(answer: Answer) -> list[Citation]:
    """The citations of an answer, not stored yet; each wording once."""
    found = dict.fromkeys(_wordings(answer.content))
    return [Citation(answer=answer, source=source, digest=digest) for source, digest in found]


def current(sources: Collection[str]) -> Mapping[str, set[str]]:
    """Source → digests of all it would be cited with today; nothing for a source that is gone. Two queries while no text changes."""
    return _current(tuple(sorted(sources)), (search.revision(), town.revision(), timezone.localdate()))


@lru_cache(maxsize=8)
def _current(sources: Sequence[str], _state: Hashable) -> Mapping[str, set[str]]:
    """All cards and passages are built for it: half a second of processor time for a town's hundred and forty sources."""
    found: dict[str, set[str]] = defaultdict(set)
    for source, texts in search.texts(sources, asker=search.PUBLIC).items():
        found[source] |= {_digest(cards.whole_sentences(text)) for text in texts}
    services = sorted({source.split("/")[1] for source in sources if source.startswith(f"{SERVICES}/")})
    for language in LANGUAGES if services else ():
        for card in cards.services(services, language).values():
            found[_key(card)].add(_digest_of(card))
    return found


def _wordings(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for passage in content.get("passages", ()):
        yield passage["source_key"], _digest(passage["text"])
    if content.get("card"):
        card = Card.model_validate(content["card"])
        yield _key(card), _digest_of(card)


def _key(card: Card) -> str:
    """The search document of the service, in the language of its name; prices may be written in another."""
    return f"{SERVICES}/{card.service}" if card.language == GERMAN else f"{SERVICES}/{card.service}/{card.language}"


def _digest_of(card: Card) -> str:
    stays = card.model_dump(mode="json", exclude={"place": {"opening"}})
    return _digest(json.dumps(stays, ensure_ascii=False, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
