# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The real search finds a published change at once, and a draft never."""

from collections.abc import Callable

import pytest

from allmende.kernel.accounts.models import User
from allmende.kernel.search import queries as search
from allmende.kernel.town.editing import drafting, service
from allmende.kernel.town.editing.kinds import KINDS, WORDS_ID
from allmende.kernel.town.editing.queries import text
from allmende.kernel.town.tests.editing.conftest import DOG_ID, Write, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_search", "quick_model")]

WORDS = KINDS["words"]
FIFFI = {"id": WORDS_ID, "groups": [{"terms": ["Fiffi", "Hund"]}]}


def found(question: str) -> list[str]:
    return [hit.document_key for hit in search.search(question, asker=search.PUBLIC, k=5).hits]


def test_a_draft_is_never_found_and_its_publication_at_once(lindental: None, write: Write, erika: User, fritz: User):
    words = {**published()["text"], "notes": {"de": "Die Zwingersteuer entfällt."}}
    draft = write(text=words)
    assert "Zwingersteuer" in str(draft.data)
    assert f"services/{DOG_ID}" not in found("Zwingersteuer")
    draft = service.submit(KINDS["service"], DOG_ID, actor=erika, revision=draft.revision)
    assert f"services/{DOG_ID}" not in found("Zwingersteuer")
    service.publish(KINDS["service"], DOG_ID, actor=fritz, revision=draft.revision)
    assert found("Zwingersteuer")[0] == f"services/{DOG_ID}"
    service.withdraw(KINDS["service"], DOG_ID, actor=fritz, reason="Irrtum")
    assert f"services/{DOG_ID}" not in found("Zwingersteuer")


def test_a_preview_leaves_no_trace(lindental: None, write: Write, erikas):
    write(text={**published()["text"], "notes": {"de": "Die Zwingersteuer entfällt."}})
    assert "Zwingersteuer" in erikas.get(f"/redaktion/leistungen/{DOG_ID}/vorschau/").content.decode()
    assert f"services/{DOG_ID}" not in found("Zwingersteuer")
    assert "Zwingersteuer" not in erikas.get(f"/leistungen/{DOG_ID}/").content.decode()


@pytest.fixture
def put_words(lindental: None, erika: User, fritz: User) -> Callable[..., None]:
    """Erika writes the town's words, Fritz publishes them."""

    def do(*groups: list[str]) -> None:
        shown = text(WORDS, WORDS_ID)
        data = {"id": WORDS_ID, "groups": [{"terms": group} for group in groups]}
        draft = drafting.save(WORDS, WORDS_ID, data, actor=erika, revision=shown.revision, base=shown.base)
        assert draft is not None
        draft = service.submit(WORDS, WORDS_ID, actor=erika, revision=draft.revision)
        service.publish(WORDS, WORDS_ID, actor=fritz, revision=draft.revision)

    return do


def test_words_that_mean_the_same_count_once_they_are_published(put_words: Callable[..., None], erika: User):
    assert f"services/{DOG_ID}" not in found("Fiffi")
    drafting.save(WORDS, WORDS_ID, FIFFI, actor=erika, revision=0, base=0)
    assert f"services/{DOG_ID}" not in found("Fiffi"), "a draft does not count"
    service.discard(WORDS, WORDS_ID, actor=erika, revision=1)
    put_words(["Fiffi", "Hund"])
    assert f"services/{DOG_ID}" in found("Fiffi")
    service.withdraw(WORDS, WORDS_ID, actor=erika, reason="zu viel")
    assert f"services/{DOG_ID}" not in found("Fiffi")


def test_a_group_that_is_added_leaves_the_others(put_words: Callable[..., None]):
    put_words(["Tölpel", "Hund"])
    put_words(["Tölpel", "Hund"], ["Fiffi", "Hund"])
    assert f"services/{DOG_ID}" in found("Tölpel")
    assert f"services/{DOG_ID}" in found("Fiffi")
