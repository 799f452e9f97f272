# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of data/wording.yaml and data/support.yaml, read once a process."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import Stemmer
import yaml

from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.support import Bounds
from allmende.modules.assistant.rules import DATA

STEMMERS = {"de": "german", "en": "english"}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """See the file."""

    fresh_minutes: int
    most_sentences: int
    max_tokens: int
    temperature: float


@cache
def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return found


def limits() -> Limits:
    """How much, and for how long."""
    return Limits(**_load("wording.yaml")["limits"])


def data_class() -> str:
    """The class of kernel.llm that question and sources are sent as."""
    return str(_load("wording.yaml")["data_class"])


def digital_source_type() -> str:
    """How generated text is marked for machines."""
    return str(_load("wording.yaml")["digital_source_type"])


def prompt(language: str) -> str:
    """What the model is told to do."""
    return str(_load("wording.yaml")["prompt"][language])


def names(language: str) -> dict[str, str]:
    """How the fields of the JSON are called in the language of the prompt."""
    return dict(_load("wording.yaml")["names"][language])


def bounds() -> Bounds:
    """The thresholds of the support check."""
    return Bounds(**_load("support.yaml")["bounds"])


def reasons(language: str) -> dict[str, str]:
    """Why a sentence was left out, in words."""
    return {name: words[language] for name, words in _load("support.yaml")["reasons"].items()}


@cache
def lexicon(language: str, town: str) -> Lexicon:
    """The words of a language. The town's own name says nothing in a text of that town."""
    names = [word for word in town.split() if word not in _load("support.yaml")["kinds_of_town"]]
    own = [form for name in names for form in (name, f"{name}s", f"{name}er")]
    stemmer = Stemmer.Stemmer(STEMMERS[language])
    return Lexicon.compile(_load(f"support/{language}.yaml"), stemmer.stemWord, own)
