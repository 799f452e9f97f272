# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From text to terms: one spelling for every way to write a German word, and its stem.

A term is UTF-8 bytes of at most `TERM_BYTES`. "Müll", "Muell" and "MÜLL" are one term; so are "Straße" and "Strasse".
"""

import re
import threading
import unicodedata
from functools import cache

import Stemmer

from allmende.kernel.search.engine.configuration import word_list

TERM_BYTES = 48
KNOWN_TERMS = 200_000

_WORD = re.compile(r"§+\s*\d+\s?[a-z]?\b|\w+")
_E_AFTER_U = re.compile(r"(?<![aeqäu])ue")  # Mueller, but not neue, bauen, Quelle
_FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_LANGUAGES = {"de": "german", "en": "english"}


def fold(word: str) -> str:
    """Lower-case `word` in one spelling of umlauts and ß; other accents disappear."""
    word = _E_AFTER_U.sub("u", word.translate(_FOLDED)).replace("ae", "a").replace("oe", "o")
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


class Analyser:
    """Terms of texts in one language; safe to use from several threads."""

    def __init__(self, language: str) -> None:
        # PyStemmer's objects keep a buffer and are not safe to share; 0 switches off their own cache.
        self._stemmer = Stemmer.Stemmer(_LANGUAGES.get(language, "german"), 0)
        self._lock = threading.Lock()
        self._known: dict[str, bytes | None] = {}

    def terms(self, text: str) -> list[bytes]:
        """The terms of `text` in order, without words that carry no subject."""
        known = self._known
        found = []
        for word in words(text):
            term = known[word] if word in known else self._term(word)
            if term is not None:
                found.append(term)
        return found

    def _term(self, word: str) -> bytes | None:
        if word in word_list("stopwords"):
            term = None
        elif word.startswith("§"):
            term = re.sub(r"\s|(?<=§)§", "", word).encode()
        else:
            with self._lock:
                term = self._stemmer.stemWord(fold(word)).encode()[:TERM_BYTES]
        if len(self._known) < KNOWN_TERMS:  # forgetting never matters, growing without end would
            self._known[word] = term
        return term


@cache
def analyser(language: str) -> Analyser:
    """The analyser for "de" or "en"; any other language is treated as German."""
    return Analyser(language if language in _LANGUAGES else "de")


def words(text: str) -> list[str]:
    """Lower-case words and section signs with their number, as written."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def query_terms(text: str) -> list[tuple[bytes, ...]]:
    """The subject words of a question, each with its German and its English stem (once where they are the same)."""
    found: dict[tuple[bytes, ...], None] = {}
    for word in words(text):
        stems = (analyser(language).terms(word) for language in _LANGUAGES)
        variants = tuple(dict.fromkeys(stem for each in stems for stem in each))
        if variants:
            found[variants] = None
    return list(found)
