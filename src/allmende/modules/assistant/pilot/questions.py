# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Question sets: JSON Lines, checked against data/pilot_set.schema.json, with faults that name file, line and field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from allmende.kernel.privacy import service as privacy
from allmende.modules.assistant.pilot import rules
from allmende.modules.assistant.pilot.engine.judging import Expected
from allmende.modules.assistant.pilot.engine.misspelling import misspelled
from allmende.modules.assistant.rules import DATA

DERIVED = "-typos"
"""Added to the id of a question for the one derived from it."""
COLLECTIONS = {"services": "services", "statute": "statutes", "unit": "units"}
MOST_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line: a sentence for people. Line 0 is the whole file, an empty field the whole line."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        place = [self.file]
        if self.line:
            place.append(_("Zeile {number}").format(number=self.line))
        if self.field:
            place.append(_("Feld „{name}“").format(name=self.field))
        return f"{', '.join(place)}: {self.sentence}"


class QuestionSetError(Exception):
    """The file cannot be used; `faults` are all that was found, at most twenty."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults[:MOST_FAULTS]
        super().__init__("; ".join(map(str, self.faults)))


@dataclass(frozen=True)
class Question:
    """One question as it is asked, masked. `origin` is the written question that this one was derived from, or empty."""

    id: str
    text: str
    language: str
    register: str
    typos: bool
    origin: str
    expected: Expected

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Keys of the search documents that the expectation names."""
        want = self.expected
        found = [f"services/{name}" for name in want.services]
        found += [f"statutes/{want.statute}"] if want.statute else []
        return (*found, *((f"units/{want.unit}",) if want.unit else ()))


@dataclass(frozen=True)
class SetShape:
    """A whole set as it stands in its file. `rows` are the lines of the questions, their texts masked."""

    name: str
    version: int
    title: Mapping[str, str]
    about: Mapping[str, str]
    rows: list[dict[str, Any]]


def read(content: bytes, file: str) -> SetShape:
    """The set of a file. Raises QuestionSetError with every fault."""
    faults: list[Fault] = []
    parsed: list[tuple[int, dict[str, Any]]] = []
    for line, text in _lines(content, file):
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            faults.append(Fault(file, line, "", _("Das ist kein JSON.")))
            continue
        kind = "question" if parsed or faults else "head"
        faults += [Fault(file, line, *_told(error)) for error in _validator(kind).iter_errors(row)]
        parsed.append((line, row if isinstance(row, dict) else {}))
    faults += _repeated(file, parsed[1:])
    if len(parsed) < 2 and not faults:
        faults = [Fault(file, 0, "", _("Die Datei enthält keine Frage."))]
    if faults:
        raise QuestionSetError(faults)
    (_first, head), *rest = parsed
    rows = [{**row, "question": privacy.mask(row["question"]).text} for _line, row in rest]
    return SetShape(head["id"], head["version"], head["title"], head.get("about", {}), rows)


def asked(rows: list[dict[str, Any]]) -> list[Question]:
    """Every question of a set as it is asked: as written, and again with typing errors where the set says so."""
    found = []
    for row in rows:
        found.append(_question(row))
        if row.get("derive"):
            text = misspelled(row["question"], row["id"])
            found.append(_question({**row, "question": text, "id": row["id"] + DERIVED, "typos": True}, row["id"]))
    return found


def _question(row: Mapping[str, Any], origin: str = "") -> Question:
    expected = Expected(
        status=tuple(row["status"]),
        services=tuple(row.get("services", ())),
        statute=row.get("statute", ""),
        unit=row.get("unit", ""),
        rule=row.get("rule", ""),
        flow=row.get("flow", ""),
        contains=tuple(row.get("contains", ())),
        excludes=tuple(row.get("excludes", ())),
        red_list=row.get("red_list", False),
    )
    typos = row.get("typos", False)
    return Question(row["id"], row["question"], row["language"], row["register"], typos, origin, expected)


def _lines(content: bytes, file: str) -> Iterator[tuple[int, str]]:
    if len(content) > rules.number("most_bytes"):
        raise QuestionSetError([Fault(file, 0, "", _("Die Datei ist größer als 2 MB."))])
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise QuestionSetError([Fault(file, 0, "", _("Die Datei ist nicht in UTF-8 gespeichert."))]) from None
    most = rules.number("most_questions")
    if len(lines) > most + 1:
        raise QuestionSetError([Fault(file, most + 2, "", _("Die Datei hat mehr als 1.000 Fragen."))])
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _repeated(file: str, rows: list[tuple[int, dict[str, Any]]]) -> list[Fault]:
    """Ids that stand twice; a derived question's id counts too."""
    seen: dict[str, int] = {}
    faults = []
    for line, row in rows:
        name = row.get("id")
        for one in (name, f"{name}{DERIVED}") if row.get("derive") else (name,):
            first = seen.setdefault(str(one), line)
            if first != line:
                sentence = _("„{id}“ steht schon in Zeile {line}.").format(id=one, line=first)
                faults.append(Fault(file, line, "id", sentence))
    return faults


def _told(error: ValidationError) -> tuple[str, str]:
    """The field, and what is wrong with it."""
    field = ".".join(str(part) for part in error.instance_path)
    match error.kind:
        case ValidationErrorKind.Required():
            return error.kind.property, _("Das Feld fehlt.")
        case ValidationErrorKind.AdditionalProperties():
            return ", ".join(error.kind.unexpected), _("Dieses Feld gibt es nicht.")
        case ValidationErrorKind.Enum():
            return field, _("Erlaubt sind: {options}.").format(options=", ".join(map(str, error.kind.options)))
        case ValidationErrorKind.Constant():
            return field, _("Hier muss „{value}“ stehen.").format(value=error.kind.expected_value)
        case ValidationErrorKind.Type():
            return field, _("Der Wert ist von anderer Art: {message}").format(message=error.message[:200])
        case _:
            return field, _("Der Wert passt nicht: {message}").format(message=error.message[:200])


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads((DATA / "pilot_set.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{kind}"})
