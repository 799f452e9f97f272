# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Find, mask and restore personal data. The room's public door."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from pathlib import Path

import yaml

from allmende.kernel.privacy.engine import mentions
from allmende.kernel.privacy.engine.detector import Detector, Finding

DATA = Path(__file__).parent / "data"
PSEUDONYM = re.compile(r"\[[^\[\]]+ \d+\]")


@dataclass(frozen=True)
class Masked:
    """A text without the personal data that was found in it."""

    text: str
    findings: tuple[Finding, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of what was found, each once, in order of appearance."""
        return tuple(dict.fromkeys(finding.kind for finding in self.findings))


@dataclass(frozen=True)
class Pseudonymised:
    """A text with numbered pseudonyms; `mapping` leads from pseudonym to the original and never leaves the house."""

    text: str
    mapping: dict[str, str]


@dataclass(frozen=True)
class PseudonymisedTexts:
    """Several texts with common pseudonyms, and what was replaced; `mapping` as in `Pseudonymised`."""

    texts: tuple[str, ...]
    mapping: dict[str, str]
    kinds: tuple[str, ...]


@cache
def detector() -> Detector:
    """The detector with the house's rules, made once a process."""
    rules = yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8"))
    return Detector(rules, _lines("first_names.txt"), _lines("stop_words.txt"))


@cache
def _common_words() -> frozenset[str]:
    return frozenset(word.lower() for word in _lines("stop_words.txt"))


def find(text: str, *, allow: Collection[str] = (), streets: Iterable[str] = ()) -> list[Finding]:
    """Personal data in the text, in order, without overlaps. See `Detector.find` for `allow` and `streets`."""
    return detector().find(text, allow=allow, streets=streets)


def mask(text: str, *, allow: Collection[str] = (), streets: Iterable[str] = ()) -> Masked:
    """The text with a placeholder such as ``[IBAN]`` for each finding. Cannot be undone."""
    findings = find(text, allow=allow, streets=streets)
    placeholders = detector().placeholders
    return Masked(_replace(text, findings, [placeholders[item.kind] for item in findings]), tuple(findings))


def pseudonymise(text: str, *, allow: Collection[str] = (), streets: Iterable[str] = ()) -> Pseudonymised:
    """The text with ``[Name 1]``, ``[Name 2]`` …; the same original gets the same pseudonym. `restore` undoes it."""
    hidden = pseudonymise_all([text], allow=allow, streets=streets)
    return Pseudonymised(hidden.texts[0], hidden.mapping)


def pseudonymise_all(
    texts: Sequence[str], *, allow: Collection[str] = (), streets: Iterable[str] = ()
) -> PseudonymisedTexts:
    """Texts that go out together, with common pseudonyms: the same original gets the same one in all of them.

    What was found anywhere is replaced wherever else it stands, and so are the parts of a name: a surname alone is
    not recognised, but "Weber" is after "Frau Anna Weber". `restore` undoes it in each text.
    """
    streets = list(streets)
    found = [find(text, allow=allow, streets=streets) for text in texts]
    known = mentions.known(chain.from_iterable(found), _common_words())
    found = [mentions.complete(text, findings, known) for text, findings in zip(texts, found, strict=True)]
    taken = {name for text in texts for name in PSEUDONYM.findall(text)}
    given: dict[tuple[str, str], str] = {}
    for item in chain.from_iterable(found):
        if (item.kind, item.text) not in given:
            given[item.kind, item.text] = _free_pseudonym(item.kind, taken)
            taken.add(given[item.kind, item.text])
    replaced = [
        _replace(text, findings, [given[item.kind, item.text] for item in findings])
        for text, findings in zip(texts, found, strict=True)
    ]
    mapping = {name: original for (_kind, original), name in given.items()}
    return PseudonymisedTexts(tuple(replaced), mapping, tuple(dict.fromkeys(kind for kind, _original in given)))


def restore(text: str, mapping: dict[str, str]) -> str:
    """Put the originals back in one pass; what is not a pseudonym of this mapping stays."""
    return PSEUDONYM.sub(lambda match: mapping.get(match.group(), match.group()), text)


def _free_pseudonym(kind: str, taken: Collection[str]) -> str:
    stem = detector().placeholders[kind].strip("[]")
    return next(name for number in count(1) if (name := f"[{stem} {number}]") not in taken)


def _replace(text: str, findings: list[Finding], replacements: list[str]) -> str:
    parts, position = [], 0
    for finding, replacement in zip(findings, replacements, strict=True):
        parts += [text[position : finding.start], replacement]
        position = finding.end
    return "".join([*parts, text[position:]])


def _lines(name: str) -> list[str]:
    content = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in content if line.strip() and not line.startswith("#")]
