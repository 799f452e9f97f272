# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Yes or no, one of several, any of several."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from allmende.modules.applications.engine.expressions import kinds
from allmende.modules.applications.engine.expressions.kinds import BOOL, Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw, text_of
from allmende.modules.applications.engine.problems import Refused, Text
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.words import fold, tokens

ALIKE = 0.8
"""From which likeness on a mistyped word is taken for an option."""
YES_NO: Mapping[bool, Text] = {True: {"de": "Ja", "en": "Yes"}, False: {"de": "Nein", "en": "No"}}


@dataclass(frozen=True)
class BooleanField(Field):
    """Yes or no."""

    @property
    def kind(self) -> Kind:
        """True or false."""
        return BOOL

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """From the values `true` and `false`, or from words."""
        text = text_of(raw)
        if not text:
            return None
        found = {"true": True, "false": False}.get(text.lower(), self.hear(text, setting))
        if found is None:
            raise Refused("boolean.form")
        return found

    def hear(self, text: str, setting: Setting) -> Plain:
        """What the first word says that says yes or no; "ja, nicht …" stays yes."""
        for word in tokens(text):
            if word in setting.words.phrases["yes"]:
                return True
            if word in setting.words.phrases["no"]:
                return False
        return None

    def load(self, plain: Plain, setting: Setting) -> bool:  # noqa: ARG002
        """True or false."""
        if not isinstance(plain, bool):
            raise Refused("boolean.form")
        return plain

    def show(self, plain: Plain, language: str) -> str:
        """Yes or no in the language."""
        return YES_NO[bool(plain)][language]


@dataclass(frozen=True)
class Option:
    """What a choice is called, other words people use for it, and its code in a code list of FIM, where it has one."""

    label: Text
    words: tuple[str, ...] = ()
    code: str = ""

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Everything that means this option, as folded words."""
        return frozenset(" ".join(tokens(text)) for text in (*self.label.values(), *self.words))


@dataclass(frozen=True)
class EnumField(Field):
    """One of the options; the answer is its key."""

    options: Mapping[str, Option] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """One of several words."""
        return kinds.enum(self.options)

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """A key, or what an option is called."""
        text = text_of(raw)
        if not text:
            return None
        found = text if text in self.options else self.hear(text, setting)
        if found is None:
            raise Refused("enum.form")
        return found

    def hear(self, text: str, setting: Setting) -> Plain:
        """The option that is named, chosen by its place ("das zweite"), or mistyped. Raises Refused for several."""
        found = self.named(text)
        if len(found) > 1:
            raise Refused("enum.several")
        return found[0] if found else self._placed(text, setting) or self._alike(text)

    def named(self, text: str) -> list[str]:
        """The options whose words stand in a text; a phrase inside a longer one that stands there too does not count."""
        said = f" {' '.join(tokens(text))} "
        named = {
            key: max((phrase for phrase in option.phrases if phrase and f" {phrase} " in said), key=len, default="")
            for key, option in self.options.items()
        }
        heard = {key: phrase for key, phrase in named.items() if phrase}
        return [
            key
            for key, phrase in heard.items()
            if not any(f" {phrase} " in f" {other} " and phrase != other for other in heard.values())
        ]

    def _placed(self, text: str, setting: Setting) -> Plain:
        order = list(self.options)
        for word in tokens(text)[:4]:
            place = setting.words.choosing.get(re.sub("[nrs]\\Z", "", word), setting.words.choosing.get(word))
            if word.isdigit() and word == text.strip(" .)"):
                place = int(word) - 1
            if place is not None and 0 <= place < len(order):
                return order[place]
        return None

    def _alike(self, text: str) -> Plain:
        said = tokens(text)
        likeness = {
            key: max(
                (_ratio(word, phrase) for word in (*said[:8], " ".join(said)) for phrase in option.phrases), default=0
            )
            for key, option in self.options.items()
        }
        best = sorted(likeness, key=lambda key: likeness[key], reverse=True)[:2]
        if not best or likeness[best[0]] < ALIKE:
            return None
        return best[0] if len(best) == 1 or likeness[best[1]] < likeness[best[0]] else None

    def load(self, plain: Plain, setting: Setting) -> str:  # noqa: ARG002
        """A key of an option."""
        if not isinstance(plain, str) or plain not in self.options:
            raise Refused("enum.form")
        return plain

    def show(self, plain: Plain, language: str) -> str:
        """What the option is called."""
        return label_of(self.options[plain], language)


@dataclass(frozen=True)
class MultiField(EnumField):
    """Any of the options, between `min_items` and `max_items`; the answer is the list of their keys in order."""

    min_items: int = 1
    max_items: int = 50

    @property
    def kind(self) -> Kind:
        """Any of several words."""
        return kinds.several(self.options)

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """The keys that were ticked."""
        chosen = [raw] if isinstance(raw, str) else list(raw)
        chosen = [key for key in chosen if key]
        if not chosen:
            return None if self.min_items else []
        return (
            [key for key in self.options if key in chosen]
            if set(chosen) <= set(self.options)
            else self.hear(", ".join(chosen), setting)
        )

    def hear(self, text: str, setting: Setting) -> Plain:
        """All options that are named; "alle" and "keine" are words that an option may have."""
        found = self.named(text)
        if not found and (single := self._placed(text, setting) or self._alike(text)):
            found = [single]
        return [key for key in self.options if key in found] or None

    def load(self, plain: Plain, setting: Setting) -> tuple[str, ...]:  # type: ignore[override]  # noqa: ARG002
        """The keys."""
        if not isinstance(plain, list) or not all(isinstance(key, str) and key in self.options for key in plain):
            raise Refused("enum.form")
        if len(set(plain)) != len(plain) or len(plain) > self.max_items:
            raise Refused("multi.many", max=self.max_items)
        if len(plain) < self.min_items:
            raise Refused("multi.few", min=self.min_items)
        return tuple(plain)

    def show(self, plain: Plain, language: str) -> str:
        """What the options are called, one after the other."""
        return ", ".join(label_of(self.options[key], language) for key in plain)


def label_of(option: Option, language: str) -> str:
    """What it is called in a language; in German where the other is missing."""
    return option.label.get(language) or option.label.get("de") or next(iter(option.label.values()))


def _ratio(word: str, phrase: str) -> float:
    if len(word) < 4 or abs(len(word) - len(phrase)) > 4:
        return 0
    return SequenceMatcher(None, fold(word), phrase).ratio()
