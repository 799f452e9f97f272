# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What rooms put in stays in step with the index of every process."""

from dataclasses import replace

import pytest
from django.db import transaction

from allmende.kernel import registry as house
from allmende.kernel.audit.models import Entry
from allmende.kernel.jobs import runner
from allmende.kernel.jobs.models import Job
from allmende.kernel.registry import RegistryError, SearchSource
from allmende.kernel.search import queries, service
from allmende.kernel.search.live import Live, live
from allmende.kernel.search.models import Document, Passage
from allmende.kernel.search.queries import PUBLIC, search
from allmende.kernel.search.service import Sync

pytestmark = pytest.mark.usefixtures("town")

SHELF: list[service.SourceDocument] = []


def shelf() -> list[service.SourceDocument]:
    """The source of the collection services in these tests."""
    return list(SHELF)


@pytest.fixture
def declared(monkeypatch, papers) -> list[service.SourceDocument]:
    """The town declares one source: the shelf."""
    SHELF[:] = papers
    source = SearchSource(collection="services", title="Regal", documents=f"{__name__}:shelf")

    class Declared:
        def all(self, kind: type) -> tuple[object, ...]:
            return (source,)

        def get(self, kind: type, name: str) -> object:
            if name != "services":
                raise RegistryError(name)
            return source

    monkeypatch.setattr(service, "registry", Declared)
    monkeypatch.setattr(service, "resolve", lambda target: shelf)
    return SHELF


def keys(text: str) -> list[str]:
    return [hit.document_key for hit in search(text, asker=PUBLIC).hits]


def test_the_same_documents_again_cost_nothing(papers, embed_all, django_assert_max_num_queries) -> None:
    assert service.put(papers) == len(papers)
    embed_all()
    before = list(Document.objects.values_list("change", flat=True))
    with django_assert_max_num_queries(4):
        assert service.put(papers) == 0
    assert list(Document.objects.values_list("change", flat=True)) == before
    assert queries.waiting() == []


def test_a_new_address_keeps_the_vectors_and_a_new_text_does_not(papers, embed_all) -> None:
    service.put(papers)
    embed_all()
    service.put([replace(papers[0], url="/neu/")])
    assert queries.waiting() == []
    assert search("Hund", asker=PUBLIC).hits[0].url == "/neu/"
    service.put([replace(papers[0], title="Hunde melden")])
    assert len(queries.waiting()) == 1


def test_of_a_changed_text_only_what_is_new_is_embedded(paper, embed_all, model, monkeypatch) -> None:
    parts = [service.Part(heading=word, text=f"Etwas über {word}.") for word in ("Hunde", "Katzen", "Vögel")]
    service.put([replace(paper("tiere", "Tiere", ""), parts=tuple(parts))])
    embed_all()
    before = Document.objects.get()
    asked: list[str] = []
    embed = model.embed_texts
    monkeypatch.setattr(model, "embed_texts", lambda texts: asked.extend(texts) or embed(texts))
    parts[1] = service.Part(heading="Katzen", text="Etwas Neues über Katzen.")
    service.put([replace(paper("tiere", "Tiere", ""), parts=tuple(parts))])
    changed = Document.objects.get()
    vectors, counts = service.vectors_for(changed)
    assert len(asked) == 2  # the window and the page it stands on
    assert service.store_vectors(changed, vectors, counts)
    assert Document.objects.get().earlier == b""
    asked.clear()
    Document.objects.update(vectors_of="", earlier=b"")
    anew, _counts = service.vectors_for(Document.objects.get())
    assert len(asked) == 4
    assert (anew.windows == vectors.windows).all()
    assert (anew.pages == vectors.pages).all()
    assert before.pages != bytes(vectors.pages.tobytes())


def test_vectors_of_an_older_text_are_not_kept(papers) -> None:
    service.put(papers[:1])
    document = Document.objects.get()
    vectors = service.vectors_for(document)
    service.put([replace(papers[0], title="Hunde")])
    assert not service.store_vectors(document, *vectors)
    assert Document.objects.get().vectors_of == ""


def test_another_process_sees_every_change_at_its_next_question(papers, embed_all) -> None:
    other = Live()
    service.put(papers)
    assert len(other.fresh().index.snapshot) == len(papers)
    embed_all()
    assert other.fresh().index.snapshot.embedded == len(papers)
    service.revoke(["pass"])
    assert "pass" not in other.fresh().index


def test_a_change_that_was_undone_leaves_no_trace(papers) -> None:
    service.put(papers[:1])
    try:
        with transaction.atomic():
            service.put(papers[1:2])
            assert keys("Sperrmüll") == ["waste"]
            raise RuntimeError
    except RuntimeError:
        pass
    service.put(papers[2:3])  # has the number of the undone change
    assert keys("Sperrmüll") == []
    assert keys("Reisepass")[0] == "pass"


def test_a_hit_the_index_still_holds_is_checked_against_the_database(papers, monkeypatch) -> None:
    service.put(papers)
    stale = live().fresh()
    service.revoke(["dog"])
    stale.index.put([_again(papers[0])])
    monkeypatch.setattr(Live, "fresh", lambda self: stale)
    assert "dog" not in keys("Hund anmelden")


def test_sync_writes_what_is_new_and_revokes_what_is_gone(declared) -> None:
    assert service.sync("services") == Sync(written=4, revoked=0)
    assert service.sync("services") == Sync(written=0, revoked=0)
    declared.pop()
    assert service.sync("services") == Sync(written=0, revoked=1)
    assert keys("Baum fällen") == []


def test_an_undeclared_collection_is_an_error(declared) -> None:
    with pytest.raises(RegistryError):
        service.sync("unknown")


def test_a_source_may_not_speak_for_another_collection(declared) -> None:
    declared.append(replace(declared[0], key="x", collection="pages"))
    with pytest.raises(RegistryError, match="pages"):
        service.sync("services")
    assert not Document.objects.exists()


def test_rebuild_finds_the_same_and_forgets_the_revoked(declared, embed_all) -> None:
    service.sync("services")
    embed_all()
    service.revoke(["tree"])
    declared.pop()
    before = search("Was kostet der Hund im Jahr?", asker=PUBLIC).hits
    service.rebuild()
    assert search("Was kostet der Hund im Jahr?", asker=PUBLIC).hits == before
    assert not Document.objects.filter(revoked=True).exists()


def test_a_revoked_document_can_come_back(papers) -> None:
    service.put(papers)
    service.revoke(["dog"])
    assert service.put(papers) == 1
    assert keys("Hund")[0] == "dog"


def test_writes_are_in_the_audit(papers) -> None:
    service.put(papers)
    service.revoke(["dog"])
    actions = Entry.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["search.documents.put", "search.documents.revoked"]


def test_revoking_leaves_no_text_behind(papers) -> None:
    service.put(papers)
    service.revoke([paper.key for paper in papers])
    assert not Passage.objects.exists()
    assert set(Document.objects.values_list("title", flat=True)) == {""}


def test_one_job_for_many_writes(papers) -> None:
    for paper in papers:
        service.put([paper])
    assert Job.objects.filter(key="search.embed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_job_makes_the_vectors_with_progress(papers) -> None:
    service.put(papers)
    assert runner.work_off() == 1
    job = Job.objects.get(key="search.embed")
    assert (job.done, job.total) == (len(papers), len(papers))
    assert queries.waiting() == []


def test_the_house_declares_the_search() -> None:
    assert house.registry().get(house.AISystem, "search").risk_class is house.RiskClass.MINIMAL


def _again(paper: service.SourceDocument):
    from allmende.kernel.search.engine.chunking import passages_of
    from allmende.kernel.search.engine.segment import Document as Indexed
    from allmende.kernel.search.engine.segment import Scope

    scope = Scope(paper.collection, paper.authority, paper.audience)
    return Indexed(paper.key, scope, paper.title, passages_of(paper.parts))
