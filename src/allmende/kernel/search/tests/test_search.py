# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Citizens and staff find what concerns them, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from allmende.kernel.search.queries import PUBLIC, Asker, passages, question_vector, search, status
from allmende.kernel.search.service import Part, SourceDocument, put, revoke, set_synonyms

pytestmark = pytest.mark.usefixtures("town")

ALICE_THE_CLERK = Asker(frozenset({"cases.read"}))
CHARLIE = PUBLIC


def keys(text: str, asker: Asker = PUBLIC, **other) -> list[str]:
    return [hit.document_key for hit in search(text, asker=asker, **other).hits]


def test_it_works(papers, embed_all) -> None:
    put(papers)
    embed_all()
    results = search("Was kostet ein Hund?", asker=CHARLIE)
    first = results.hits[0]
    assert first.document_key == "dog"
    assert first.text == "Wer einen Hund hält, zahlt Hundesteuer. Der erste Hund kostet 96 Euro im Jahr."
    assert first.lexical_rank == first.dense_rank == 1
    assert results.agreement
    assert 0 < results.confidence <= 1
    assert results.millis > 0


def test_an_empty_town_finds_nothing() -> None:
    assert search("Hund", asker=CHARLIE).hits == ()


@pytest.mark.parametrize("text", ["", "   ", "und die der", "?!", "\x00"])
def test_questions_without_a_subject_are_no_error(papers, text: str) -> None:
    put(papers)
    assert search(text, asker=CHARLIE).hits == ()


@pytest.mark.parametrize("typed", ["Sperrmüll", "SPERRMUELL", "sperrmuel", "Müll", "Muell", "Sperrmüllabfuhr", "möbel"])
def test_spellings_compounds_and_slips_of_the_finger_lead_to_the_same_place(papers, typed: str) -> None:
    put(papers)
    assert keys(typed)[:1] == ["waste"]


def test_words_find_at_once_and_meaning_after_the_job(papers, embed_all) -> None:
    put(papers)
    assert search("Reisepass", asker=CHARLIE).hits[0].dense_rank is None
    embed_all()
    assert search("Reisepass", asker=CHARLIE).hits[0].dense_rank == 1
    assert status().embedded == status().documents == len(papers)


def test_charlie_never_sees_a_staff_paper_even_if_nothing_else_matches(paper, papers, embed_all) -> None:
    put([*papers, paper("secret", "Dienstplan", "Der Dienstplan des Steueramts.", audience="cases.read")])
    embed_all()
    assert keys("Dienstplan Steueramt", ALICE_THE_CLERK)[0] == "secret"
    assert "secret" not in keys("Dienstplan Steueramt", CHARLIE, k=100)
    assert passages("secret", asker=CHARLIE) == []
    assert passages("secret", asker=ALICE_THE_CLERK)


def test_what_charlie_may_not_see_does_not_change_his_ranking(paper, papers, embed_all) -> None:
    put(papers)
    embed_all()
    before = search("Hund Steuer kostet Jahr", asker=CHARLIE)
    put(paper(f"s{i}", "Hund", "Hund Hund Steuer", audience="cases.read") for i in range(20))
    embed_all()
    after = search("Hund Steuer kostet Jahr", asker=CHARLIE)
    assert after.hits == before.hits
    assert after.confidence == pytest.approx(before.confidence)


def test_a_right_withdrawn_counts_at_the_next_question(paper) -> None:
    put([paper("plan", "Dienstplan", "Wer am Montag Dienst hat.", audience="cases.read")])
    assert keys("Dienstplan", ALICE_THE_CLERK) == ["plan"]
    assert keys("Dienstplan", replace(ALICE_THE_CLERK, rights=frozenset())) == []


def test_a_right_of_one_authority_opens_no_paper_of_another(paper) -> None:
    put([paper("plan", "Dienstplan", "Wer Dienst hat.", audience="cases.read", authority="landkreis")])
    assert keys("Dienstplan", Asker(frozenset({"cases.read"}), "landkreis")) == ["plan"]
    assert keys("Dienstplan", Asker(frozenset({"cases.read"}), "lindental")) == []


def test_an_audience_that_becomes_narrower_counts_at_the_next_question(paper) -> None:
    put([paper("plan", "Dienstplan", "Wer Dienst hat.")])
    assert keys("Dienstplan") == ["plan"]
    put([paper("plan", "Dienstplan", "Wer Dienst hat.", audience="cases.read")])
    assert keys("Dienstplan") == []


def test_only_the_asked_authority_and_collections(paper) -> None:
    put(
        [
            paper("a", "Hund", "Hund."),
            paper("b", "Hund", "Hund.", authority="landkreis"),
            paper("c", "Hund", "Hund.", collection="pages"),
        ]
    )
    assert sorted(keys("Hund", authority="lindental")) == ["a", "c"]
    assert sorted(keys("Hund", collections=["pages"])) == ["c"]
    assert keys("Hund", collections=[]) == []


def test_the_statute_of_the_day(paper) -> None:
    old = paper("old", "Hundesteuersatzung", "Die Steuer beträgt 80 Euro.", valid_to=date(2025, 12, 31))
    new = paper("new", "Hundesteuersatzung", "Die Steuer beträgt 96 Euro.", valid_from=date(2026, 1, 1))
    put([old, new])
    assert keys("Hundesteuer", as_of=date(2025, 12, 31)) == ["old"]
    assert keys("Hundesteuer", as_of=date(2026, 1, 1)) == ["new"]


def test_a_section_is_found_by_its_number(paper) -> None:
    statute = replace(
        paper("statute", "Abfallsatzung", ""),
        parts=(
            Part(section="§ 5", heading="Behälter", text="Die Behälter stellt die Stadt."),
            Part(section="§ 14", heading="Sperrmüll", text="Möbel werden zweimal im Jahr abgeholt."),
        ),
    )
    put([statute])
    hit = search("Was steht in § 14 der Abfallsatzung?", asker=CHARLIE).hits[0]
    assert (hit.section, hit.heading) == ("§ 14", "Sperrmüll")
    assert [excerpt.section for excerpt in hit.passages] == ["§ 14", "§ 5"]


def test_a_document_is_found_by_its_synonyms(paper) -> None:
    put([paper("a", "Abfallbehälter", "Grau.", synonyms=("Mülltonne",)), paper("b", "Glascontainer", "Grün.")])
    hits = search("Mülltonne", asker=CHARLIE).hits
    assert hits[0].document_key == "a"
    assert hits[0].synonyms == ("Mülltonne",)


def test_a_document_is_found_by_the_words_of_the_town(paper) -> None:
    put([paper("licence", "Führerschein", "Kostet 25 Euro."), paper("b", "Perlenkette", "Im Fundbüro.")])
    assert "licence" not in keys("Lappen verloren")
    set_synonyms([["Lappen", "Führerschein", "Fahrerlaubnis"], ["gelber Sack", "Wertstoffsack"]])
    assert keys("Lappen verloren")[0] == "licence"
    set_synonyms([])
    assert "licence" not in keys("Lappen verloren")


def test_a_synonym_group_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="two different"):
        set_synonyms([["Perso", "Perso "]])


def test_english_texts_and_questions(paper) -> None:
    put(
        [
            paper("en", "Register a dog", "Dogs must be registered within two weeks.", language="en"),
            paper("de", "Sperrmüll", "Möbel."),
        ]
    )
    assert keys("How do I register dogs?")[0] == "en"


def test_revoked_is_gone_at_once_and_its_text_deleted(papers) -> None:
    put(papers)
    assert keys("Reisepass")[0] == "pass"
    assert revoke(["pass", "unknown"]) == 1
    assert "pass" not in keys("Reisepass")
    assert passages("pass", asker=CHARLIE) == []


def test_a_long_question_is_no_error(papers) -> None:
    put(papers)
    assert keys("Hund " * 10_000)[0] == "dog"


def test_a_failing_model_leaves_the_words(papers, embed_all, model, monkeypatch) -> None:
    put(papers)
    embed_all()

    def fail(text: str) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(model, "embed_query", fail)
    assert keys("Reisepass")[0] == "pass"


def test_a_search_asks_the_database_three_times(papers, embed_all, django_assert_num_queries) -> None:
    put(papers)
    embed_all()
    search("Hund", asker=CHARLIE)
    with django_assert_num_queries(3):  # last change, documents, passages
        search("Was kostet der Reisepass?", asker=CHARLIE)


def test_hits_carry_what_the_room_gave(paper) -> None:
    given: SourceDocument = paper(
        "x", "Hund", "Hund.", url="/leistungen/x/", updated_on=date(2026, 3, 1), data={"unit": "finanzen"}
    )
    put([given])
    hit = search("Hund", asker=CHARLIE).hits[0]
    assert (hit.url, hit.updated_on, hit.data) == ("/leistungen/x/", date(2026, 3, 1), {"unit": "finanzen"})


@pytest.mark.both_databases
def test_the_ranking_is_the_same_on_every_database(papers, paper, embed_all) -> None:
    """Pinned: the suite runs on SQLite and on PostgreSQL, and rows may come back in another order there."""
    put([*reversed(papers), paper("dog2", "Hund abmelden", "Melden Sie den Hund innerhalb von zwei Wochen ab.")])
    embed_all()
    hits = search("Was kostet die Anmeldung eines Hundes im Jahr?", asker=CHARLIE).hits
    assert [(hit.document_key, hit.lexical_rank) for hit in hits][:3] == [("dog", 1), ("dog2", 2), ("pass", 3)]
    assert [round(hit.score, 2) for hit in hits] == sorted((round(hit.score, 2) for hit in hits), reverse=True)


def test_a_room_gets_the_vector_of_a_question_and_none_when_the_model_fails(model, monkeypatch) -> None:
    vector = question_vector("Was  kostet ein Hund?")
    assert vector is not None
    assert vector.shape == (384,)

    def fail(text: str) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(model, "embed_query", fail)
    assert question_vector("Was kostet ein Pass?") is None
