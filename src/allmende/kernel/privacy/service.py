# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Find, mask and restore personal data. The room's public door."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

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


@cache
def detector() -> Detector:
    """The detector with the house's rules, made once a process."""
    rules = yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8"))
    return Detector(rules, _lines("first_names.txt"), _lines("stop_words.txt"))


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
    findings = find(text, allow=allow, streets=streets)
    taken = set(PSEUDONYM.findall(text))
    given: dict[tuple[str, str], str] = {}
    for item in findings:
        given.setdefault((item.kind, item.text), _free_pseudonym(item.kind, given, taken))
    names = [given[item.kind, item.text] for item in findings]
    return Pseudonymised(_replace(text, findings, names), {name: original for (_kind, original), name in given.items()})


def restore(text: str, mapping: dict[str, str]) -> str:
    """Put the originals back in one pass; what is not a pseudonym of this mapping stays."""
    return PSEUDONYM.sub(lambda match: mapping.get(match.group(), match.group()), text)


def _free_pseudonym(kind: str, given: dict[tuple[str, str], str], taken: set[str]) -> str:
    stem = detector().placeholders[kind].strip("[]")
    used = taken | set(given.values())
    number = 1
    while f"[{stem} {number}]" in used:
        number += 1
    return f"[{stem} {number}]"


def _replace(text: str, findings: list[Finding], replacements: list[str]) -> str:
    parts, position = [], 0
    for finding, replacement in zip(findings, replacements, strict=True):
        parts += [text[position : finding.start], replacement]
        position = finding.end
    return "".join([*parts, text[position:]])


def _lines(name: str) -> list[str]:
    content = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in content if line.strip() and not line.startswith("#")]
