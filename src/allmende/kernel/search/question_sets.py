# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Folders with documents.jsonl and questions.jsonl, and an index of their own to ask them.

The engine and its configuration are those of production; the index lies in memory, and the town's is not touched.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from allmende.kernel.evaluation import service as evaluation
from allmende.kernel.search import embedding
from allmende.kernel.search.engine import segment
from allmende.kernel.search.engine.chunking import parts_of, passages_of, texts_of
from allmende.kernel.search.engine.retriever import Retriever, embed
from allmende.kernel.search.engine.segment import Scope

DOCUMENT = {"id": str, "title": str, "text": str, "authority?": str, "synonyms?": list}
QUESTION = {"id": str, "question": str, "gold": list, "authority?": str}
DAY = 1

Rows = Sequence[Mapping[str, Any]]


def read(data: Path) -> tuple[Rows, Rows]:
    """Documents and questions of a folder. Raises DataError, also for gold that names no document."""
    documents = read_documents(data)
    questions = evaluation.read_jsonl(data / "questions.jsonl", QUESTION)
    known = {row["id"] for row in documents}
    for row in questions:
        unknown = [key for key in row["gold"] if key not in known]
        if unknown:
            raise wrong(data, row, "gold", f"names no document: {unknown[0]!r}.")
    return documents, questions


def read_documents(data: Path) -> Rows:
    """The documents of a folder. Raises DataError."""
    return evaluation.read_jsonl(data / "documents.jsonl", DOCUMENT, unique="id")


def title(row: Mapping[str, Any]) -> str:
    """What a document is called, with blanks where a file name has underscores."""
    return str(row["title"].replace("_", " "))


def wrong(data: Path, row: Mapping[str, Any], field: str, message: str) -> evaluation.DataError:
    """What is wrong with a question, and in which line it stands (empty lines counted)."""
    path = data / "questions.jsonl"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if text.strip() and json.loads(text) == row), 0)
    return evaluation.DataError(path, line, field, message)


def retriever(documents: Rows) -> Retriever:
    """An index of these documents alone."""
    found = Retriever(embedding.embedder())
    found.index.put([document(row) for row in evaluation.progress_bar(documents, "index")])
    return found


def document(row: Mapping[str, Any]) -> segment.Document:
    """A document for the index, in a collection of its own, so that it can be hidden."""
    passages = passages_of(parts_of(row["text"]))
    synonyms = row.get("synonyms", ())
    texts = texts_of(title(row), passages, synonyms)
    return segment.Document(
        key=row["id"],
        scope=Scope(row["id"], row.get("authority", ""), "public"),
        title=title(row),
        synonyms=synonyms,
        passages=passages,
        window_counts=texts.window_counts,
        vectors=embed(embedding.embedder(), texts),
    )


def within(authority: str | None, hidden: Collection[str] = ()) -> Callable[[Scope], bool]:
    """Which documents to search: those of an authority, or all, but none of the hidden ones."""
    return lambda scope: authority in (None, scope.authority) and scope.collection not in hidden
