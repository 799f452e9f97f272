# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's rules, read once a process from data/."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from allmende.kernel.privacy import service as privacy
from allmende.modules.assistant.engine.agreeing import Agreeing
from allmende.modules.assistant.engine.commands import Commands
from allmende.modules.assistant.engine.facets import Facets
from allmende.modules.assistant.engine.guard import Guard
from allmende.modules.assistant.engine.labels import Labels
from allmende.modules.assistant.engine.opposites import Opposites
from allmende.modules.assistant.engine.phone import Numbering

DATA = Path(__file__).parent / "data"


@cache
def _load(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@cache
def guard() -> Guard:
    """Emergencies and refusals; emergencies come first."""
    return Guard.compile(_load("guard.yaml"), "emergency", "refusal")


@cache
def despair() -> Guard:
    """What is said to a citizen in despair for whom nothing was found for sure."""
    return Guard.compile(_load("guard.yaml"), "despair")


@cache
def facets() -> Facets:
    """Which part of a card is asked for."""
    return Facets.compile(_load("facets.yaml"))


@cache
def labels() -> Labels:
    """What people write before personal data to say what it is."""
    return Labels.compile(_load("labels.yaml"), privacy.detector().placeholders)


@cache
def opposites() -> Opposites:
    """Directions that exclude each other."""
    return Opposites.compile(_load("opposites.yaml"))


@cache
def function_words() -> dict[str, frozenset[str]]:
    """Function words by language, folded."""
    return {language: frozenset(words) for language, words in _load("function_words.yaml").items()}


@cache
def asking_words() -> frozenset[str]:
    """Words that say what one wants to know about a thing, not which thing it is; folded."""
    lines = (DATA / "asking_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def dialect() -> dict[str, str]:
    """Small words of spoken German, folded, by the written one."""
    found: dict[str, str] = _load("dialect.yaml")
    return found


@cache
def words_of_languages() -> dict[str, frozenset[str]]:
    """What tells the language: function words, and in German those of its dialects too."""
    words = function_words()
    english = words["en"]
    return words | {"de": words["de"] | (dialect().keys() - english)}


@cache
def pointing_words() -> frozenset[str]:
    """Words that point back to what was talked about; folded."""
    return frozenset(_load("following_up.yaml")["pointing_words"])


def turns_back() -> int:
    """How many turns a question may point back."""
    found: int = _load("following_up.yaml")["turns_back"]
    return found


@cache
def facets_of_something() -> frozenset[str]:
    """Parts of a service about which nobody can ask without naming it."""
    return frozenset(_load("following_up.yaml")["nothing_named"])


@cache
def foreign_topics() -> tuple[str, ...]:
    """Examples of questions that no town hall answers."""
    return tuple(example for examples in _load("out_of_scope.yaml").values() for example in examples)


def texts(language: str) -> dict[str, str]:
    """What the assistant says in its own words, by situation."""
    return {name: words[language] for name, words in _load("texts.yaml").items()}


def thresholds() -> dict[str, float]:
    """The bounds of the decision."""
    found: dict[str, float] = _load("decision.yaml")
    return found


def examples() -> dict[str, list[str]]:
    """Example questions by language."""
    found: dict[str, list[str]] = _load("examples.yaml")
    return found


@cache
def commands() -> Commands:
    """How people say that they want a person."""
    return Commands.compile(_load("handover.yaml")["commands"], frozenset().union(*function_words().values()))


@cache
def agreeing() -> Agreeing:
    """How people say yes and no to an offer."""
    return Agreeing.compile(_load("agreeing.yaml"))


@cache
def numbering() -> Numbering:
    """Which telephone numbers are called back."""
    return Numbering(**_load("handover.yaml")["phone"])


def callbacks() -> dict[str, Any]:
    """Times and limits of callbacks."""
    found: dict[str, Any] = _load("handover.yaml")["callback"]
    return found


def callback_states() -> dict[str, Any]:
    """The states of a callback: title by language, kind of the badge, where it may lead."""
    found: dict[str, Any] = _load("handover.yaml")["states"]
    return found


def switches() -> dict[str, Any]:
    """What can be switched off: title, effect and usual message, each by language."""
    found: dict[str, Any] = _load("switches.yaml")["switches"]
    return found


def emergency_numbers() -> list[str]:
    """The numbers that stand below every notice that nothing is answered."""
    found: list[str] = _load("switches.yaml")["emergency_numbers"]
    return found


def switch_history() -> int:
    """How many switchings the page lists."""
    found: int = _load("switches.yaml")["history"]
    return found
