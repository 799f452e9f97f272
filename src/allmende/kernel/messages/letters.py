# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letter templates: words by language in a YAML file, with `$name` where something is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any

import yaml

from allmende.kernel.registry import LetterTemplate, RegistryError, read_text, registry

GERMAN = "de"


@dataclass(frozen=True)
class Letter:
    """A letter as it is sent."""

    subject: str
    text: str


def write(name: str, language: str, values: Mapping[str, str]) -> Letter:
    """The letter in this language, German where it has no other. Raises RegistryError, KeyError for a value that is missing.

    What is filled in is plain text: it can name no other value and end no line of the subject.
    """
    words = _words(registry().get(LetterTemplate, name).texts)
    spoken = language if language in words["text"] and language in words["subject"] else GERMAN
    subject = Template(words["subject"][spoken]).substitute(values)
    return Letter(" ".join(subject.split())[:200], Template(words["text"][spoken]).substitute(values).strip() + "\n")


@cache
def _words(file: str) -> dict[str, Any]:
    words = yaml.safe_load(read_text(file))
    if not all(isinstance(words.get(part), dict) and GERMAN in words[part] for part in ("subject", "text")):
        raise RegistryError(f"{file!r} needs subject and text, both at least in German.")
    return dict(words)
