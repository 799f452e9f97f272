# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine's promises, for any documents in any order."""

import threading
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.kernel.search.engine import configuration, vocabulary
from allmende.kernel.search.engine.chunking import Part, parts_of, passages_of, sentences, texts_of
from allmende.kernel.search.engine.index import Index
from allmende.kernel.search.engine.language import fold, query_terms
from allmende.kernel.search.engine.ranking import RankedDocument
from allmende.kernel.search.engine.retriever import Retriever, embed
from allmende.kernel.search.engine.segment import Document, Scope
from allmende.kernel.search.engine.vectors import cosines, quantise, reciprocal_norms
from allmende.kernel.search.tests.conftest import WordModel

MODEL = WordModel()
WORDS = [
    "Hund",
    "Hunde",
    "Hundesteuer",
    "Müll",
    "Sperrmüll",
    "Pass",
    "Reisepass",
    "Rathaus",
    "Gebühr",
    "Euro",
    "§ 5",
    "2026",
]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
COMPARED = st.sampled_from([1, 3, 2000])
OPERATION = st.tuples(st.sampled_from(["put", "put bare", "remove"]), st.integers(0, 7), TEXT, st.sampled_from("ab"))


def document(key: object, text: str, authority: str = "a", *, bare: bool = False, title: str = "Blatt") -> Document:
    passages = passages_of([Part(text=text)])
    texts = texts_of(title, passages)
    vectors = None if bare else embed(MODEL, texts)
    return Document(str(key), Scope("pages", authority, "public"), title, passages, texts.window_counts, vectors)


def comparing(compared: int) -> configuration.Configuration:
    """The engine with a short list of `compared` documents, as if the collection were large."""
    shipped = configuration.default()
    return replace(shipped, fusion=replace(shipped.fusion, compared=compared))


def retriever(documents: Iterable[Document], compared: int = 2000) -> Retriever:
    found = Retriever(MODEL, comparing(compared))
    found.index.put(documents)
    return found


def found(where: Retriever, text: str, authority: str | None = None, k: int = 20) -> list[RankedDocument]:
    ranking = where.search(text, lambda scope: authority in (None, scope.authority), day=1, k=k)
    return list(ranking.documents)


def close(first: list[RankedDocument], second: list[RankedDocument]) -> bool:
    return [(hit.key, hit.lexical_rank, hit.dense_rank) for hit in first] == [
        (hit.key, hit.lexical_rank, hit.dense_rank) for hit in second
    ] and all(abs(a.score - b.score) < 1e-5 for a, b in zip(first, second, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(OPERATION, max_size=25), TEXT, COMPARED)
def test_what_came_bit_by_bit_ranks_as_if_it_came_at_once(operations, question: str, compared: int) -> None:
    grown, state = retriever([], compared), dict[str, Document]()
    for verb, key, text, authority in operations:
        if verb == "remove":
            grown.index.remove([str(key)])
            state.pop(str(key), None)
        else:
            state[str(key)] = document(key, text, authority, bare=verb == "put bare")
            grown.index.put([state[str(key)]])
    fresh = retriever(state.values(), compared)
    assert len(grown.index.snapshot) == len(fresh.index.snapshot) == len(state)
    assert close(found(grown, question), found(fresh, question))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, st.sampled_from("ab")), max_size=12), TEXT, COMPARED)
def test_a_filter_ranks_as_if_nothing_else_were_there(texts, question: str, compared: int) -> None:
    everything = [document(number, text, authority) for number, (text, authority) in enumerate(texts)]
    alone = retriever((one for one in everything if one.scope.authority == "a"), compared)
    assert close(found(retriever(everything, compared), question, "a"), found(alone, question))


def test_in_a_large_collection_sentences_are_read_of_what_is_near_by_pages_or_words() -> None:
    texts = ["Hund", "Hund Pass Rathaus", "Müll", "Reisepass"]
    large = retriever([document(number, text) for number, text in enumerate(texts)], compared=1)
    hits = {hit.key: hit for hit in found(large, "Hund")}
    assert hits["0"].dense_rank == 1
    assert hits["0"].score == max(hit.score for hit in hits.values())
    assert all(hit.dense_rank is None for key, hit in hits.items() if key != "0")


def test_a_filter_works_before_the_best_are_taken() -> None:
    crowd = [document(f"b{number:04d}", "Hund Hund Hund", "b") for number in range(400)]
    where = retriever([*crowd, document("mine", "Ein Hund unter vielen anderen Wörtern im Rathaus")])
    assert [hit.key for hit in found(where, "Hund", "a", k=1)] == ["mine"]


def test_validity_is_a_filter_too() -> None:
    old = Document("old", Scope("p", "a", "public"), "Hund", passages_of([Part(text="Hund")]), valid_to=9)
    new = Document("new", Scope("p", "a", "public"), "Hund", passages_of([Part(text="Hund")]), valid_from=10)
    where = retriever([old, new])
    for day, key in ((9, "old"), (10, "new")):
        assert [hit.key for hit in where.search("Hund", lambda _s: True, day=day, k=5).documents] == [key]


def test_segments_stay_few_and_documents_are_copied_rarely() -> None:
    index = Index()
    for number in range(300):
        index.put([document(number, f"Hund {number}", bare=True)])
    assert len(index.snapshot) == 300
    assert len(index.snapshot.parts) <= 10


def test_readers_see_whole_states_while_a_writer_works() -> None:
    where = retriever([document(number, "Hund im Rathaus", bare=True) for number in range(20)])
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            hits = found(where, "Hund", k=100)
            if len(hits) != 20 or len({hit.key for hit in hits}) != 20:
                wrong.append(hits)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(150):
        where.index.put([document(turn % 20, f"Hund im Rathaus {turn}", bare=True)])
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_a_document_without_vectors_stands_beside_others_by_its_words() -> None:
    where = retriever([document("old", "Reisepass im Rathaus"), document("new", "Hundesteuer", bare=True)])
    assert found(where, "Hundesteuer")[0].key == "new"


def test_merging_analyses_nothing_and_loses_nothing() -> None:
    one, many = Index(), Index()
    papers = [document(number, f"{WORDS[number % 12]} {WORDS[number % 7]}") for number in range(40)]
    one.put(papers)
    for paper in papers:
        many.put([paper])
    assert (len(many.snapshot), many.snapshot.passages) == (len(one.snapshot), one.snapshot.passages)
    assert many.snapshot.embedded == 40


@pytest.mark.parametrize(
    ("first", "second"),
    [("Müll", "Muell"), ("Straße", "STRASSE"), ("Häuser", "haeuser"), ("Café", "cafe"), ("Öfen", "oefen")],
)
def test_one_spelling(first: str, second: str) -> None:
    assert fold(first.lower()) == fold(second.lower())


@pytest.mark.parametrize("word", ["neue", "bauen", "quelle", "steuer", "abenteuer"])
def test_an_e_after_u_is_not_always_an_umlaut(word: str) -> None:
    assert "ue" in fold(word)


def test_a_question_without_its_frame() -> None:
    assert [terms[0] for terms in query_terms("Wo kann ich nach § 14 den Sperrmüll anmelden?")] == [
        "§14".encode(),
        b"sperrmull",
        b"anmeld",
    ]


@settings(deadline=None)
@given(st.lists(st.text("abcdefü", min_size=1, max_size=9), min_size=1, max_size=30, unique=True), st.data())
def test_every_word_is_its_own_nearest_relative(spelled: list[str], data) -> None:
    terms = np.unique(np.array([word.encode() for word in spelled], vocabulary.TERM_TYPE))
    words = vocabulary.build(terms)
    wanted = data.draw(st.sampled_from(list(terms)))
    numbers, likeness = words.related(wanted, 0.4, 0.5)
    assert dict(zip(numbers.tolist(), likeness.tolist(), strict=True))[words.find(wanted)] == 1.0
    assert ((likeness >= 0.4) & (likeness <= 1.0)).all()


def test_numbers_are_related_to_nothing() -> None:
    words = vocabulary.build(
        np.unique(np.array([b"2024", b"2025", "§5".encode(), "§15".encode()], vocabulary.TERM_TYPE))
    )
    assert [words.terms[number] for number in words.related(b"2024", 0.1)[0]] == [b"2024"]
    assert words.related(b"2023", 0.1)[0].size == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 9))
def test_vectors_in_bytes_keep_their_cosines(count: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    stored = quantise(vectors)
    assert np.abs(cosines(stored, reciprocal_norms(stored), vectors[0]) - vectors @ vectors[0]).max() < 0.005


def test_a_vector_of_zeros_is_near_nothing() -> None:
    nothing = quantise(np.zeros((2, 384), np.float32))
    assert cosines(nothing, reciprocal_norms(nothing), np.ones(384, np.float32)).tolist() == [0, 0]


@settings(deadline=None)
@given(st.text(max_size=600), st.integers(20, 200))
def test_passages_keep_every_character_that_is_not_white(text: str, size: int) -> None:
    cut = configuration.Chunking(1, size, 60, 20, 500)
    passages = passages_of([Part(text=text)], cut)
    assert "".join("".join(passage.text for passage in passages).split()) == "".join(text.split())


@settings(deadline=None)
@given(st.text("Ab. \n", max_size=400))
def test_passages_are_cut_the_same_way_again(text: str) -> None:
    passages = passages_of([Part(text=text)])
    texts = texts_of("Titel", passages)
    assert len(texts.window_counts) == len(passages)
    assert sum(texts.window_counts) == len(texts.windows)
    assert texts_of("Titel", passages) == texts


def test_sentences_end_where_they_end() -> None:
    text = "Das kostet z. B. 5 Euro. Am 3. Mai ist zu. Siehe Abs. 2 Nr. 3 der Satzung! Dr. Meier kommt.\nZeile zwei: Ja"
    assert [sentence.strip() for sentence in sentences(text, 700)] == [
        "Das kostet z. B. 5 Euro.",
        "Am 3. Mai ist zu.",
        "Siehe Abs. 2 Nr. 3 der Satzung!",
        "Dr. Meier kommt.",
        "Zeile zwei:",
        "Ja",
    ]


def test_a_statute_falls_into_its_sections() -> None:
    text = "# Hundesteuersatzung\n\nPräambel.\n\n## § 5 Steuersatz\n96 Euro.\n\n§ 6 a Befreiung\nBlindenhunde."
    assert parts_of(text) == [
        Part("Hundesteuersatzung", "", "Präambel."),
        Part("Steuersatz", "§ 5", "96 Euro."),
        Part("Befreiung", "§ 6 a", "Blindenhunde."),
    ]


def test_windows_and_pages_carry_title_and_heading() -> None:
    passages = passages_of([Part("Kosten", "§ 5", "Die Gebühr beträgt 8 Euro.")])
    texts = texts_of("Meldebescheinigung", passages, ["Meldezettel"])
    assert texts.windows == (
        "Meldebescheinigung\n§ 5 Kosten\nDie Gebühr beträgt 8 Euro.",
        "Meldebescheinigung\nMeldezettel",
    )
    assert texts.window_counts == (2,)
    assert texts.pages == ("Meldebescheinigung\n§ 5 Kosten\nDie Gebühr beträgt 8 Euro.",)


def test_many_synonyms_stand_in_several_windows() -> None:
    synonyms = [f"Wort Nummer {number}" for number in range(20)]
    longest = configuration.default().chunking.window_chars
    first, *more = texts_of("Blatt", passages_of([Part(text="Text."), Part(text="Mehr.")]), synonyms).windows
    windows = [window.removeprefix("Blatt\n") for window in more[:-1]]
    assert (first, more[-1]) == ("Blatt\nText.", "Blatt\nMehr.")
    assert len(windows) > 1
    assert all(len(window) <= longest for window in windows)
    assert ", ".join(windows) == ", ".join(synonyms)


def test_the_weights_of_the_evidence_add_up() -> None:
    fusion = configuration.default().fusion
    for weights in (fusion, fusion.of_keywords()):
        assert weights.lexical + weights.sentences + weights.pages == pytest.approx(1)
    assert fusion.of_keywords().lexical == fusion.keywords_lexical > fusion.lexical


class Crosswise(WordModel):
    """Sees the meaning of the other page in every question."""

    def embed_query(self, text: str) -> np.ndarray:
        return super().embed_query("Blatt Reisepass" if "Hund" in text else "Blatt Hund")


@pytest.mark.parametrize(
    ("text", "first"), [("Hund", "dog"), ("Hund?", "pass"), ("Hund Sperrmüll Rathaus Gebühr Euro", "pass")]
)
def test_of_a_few_key_words_words_count_more_than_of_a_question(text: str, first: str) -> None:
    weights = replace(configuration.default().fusion, keywords_lexical=0.9)
    where = Retriever(Crosswise(), replace(configuration.default(), fusion=weights))
    where.index.put([document("dog", "Hund"), document("pass", "Reisepass")])
    assert [hit.key for hit in found(where, text, k=1)] == [first]
