# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Small deliveries, made by hand."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from django.db import transaction

from allmende.kernel.town.imports import service
from allmende.kernel.town.imports.models import Import, ImportedRecord

NAMESPACE = "http://xoev.de/schemata/xzufi/2_2_0"
DOG = ("de", "<p>Wer einen <b>Hund</b> hält, meldet ihn an.</p>")


class Steps:
    """Batches without a bar; `stop_at` breaks off like a power cut in the middle of that batch."""

    def __init__(self, stop_at: int = 0) -> None:
        self.done = 0
        self.stop_at = stop_at
        self.messages: list[str] = []

    def total(self, count: int) -> None:
        self.expected = count

    def message(self, text: str) -> None:
        self.messages.append(text)

    def each(self, items: Iterable[Any], *, key: Any = None, prepare: Any = None) -> Iterator[Any]:
        for item in items:
            value = prepare(item) if prepare else item
            with transaction.atomic():
                yield value
                self.done += 1
                if self.done == self.stop_at:
                    raise PowerCutError


class PowerCutError(Exception):
    """The machine went off."""


def texts(tag: str, *given: tuple[str, str]) -> str:
    return "".join(f'<{tag} languageCode="{language}">{escape(text)}</{tag}>' for language, text in given)


def module(code: str, *given: tuple[str, str], position: int = 1, more: str = "") -> str:
    key = f'<leikaTextmodul listURI="urn:de:fim:leika:textmodul"><code xmlns="">{code}</code></leikaTextmodul>'
    return f"<modulText><positionDarstellung>{position}</positionDarstellung>{texts('inhalt', *given)}{more}{key}</modulText>"


def leistung(
    key: str = "1",
    *,
    name: str | None = "Hund anmelden",
    short: tuple[str, str] | None = DOG,
    leika: str = "99102013060000",
    approved: str = "2026-03-12",
    costs: str = '<modulKosten><beschreibung languageCode="de">Es fallen keine Kosten an.</beschreibung></modulKosten>',
    more: str = "",
) -> str:
    parts = [f'<id schemeAgencyID="L1">{key}</id>' if key else ""]
    parts += [f'<referenzLeiKa><code xmlns="">{leika}</code></referenzLeiKa>' if leika else ""]
    parts += [module("02", ("de", name)) if name else ""]
    parts += [module("05", short) if short else ""]
    parts += (
        [f"<modulFachlicheFreigabe><fachlichFreigegebenAm>{approved}</fachlichFreigegebenAm></modulFachlicheFreigabe>"]
        if approved
        else []
    )
    return f"<leistung>{''.join(parts)}{costs}{more}</leistung>"


def organisation(key: str = "7", name: str = "Ordnungsamt", services: Iterable[str] = ("1",), more: str = "") -> str:
    address = "<anschrift><strasse>Marktplatz</strasse><hausnummer>2</hausnummer><postleitzahl>99998</postleitzahl><ort>Lindental</ort></anschrift>"
    return (
        f'<organisationseinheit><id schemeAgencyID="L1">{key}</id><name><name languageCode="de">{name}</name></name>'
        f"{address}{more}{tasks(services)}</organisationseinheit>"
    )


def tasks(services: Iterable[str], area: str = "") -> str:
    where = f"<gebietID>{area}</gebietID>" if area else ""
    return "".join(f"<zustaendigkeit><leistungID>{key}</leistungID>{where}</zustaendigkeit>" for key in services)


def online(key: str = "9", link: str = "https://online.example/hund", services: Iterable[str] = ("1",)) -> str:
    return f'<onlinedienst><id schemeAgencyID="L1">{key}</id><link><link>{link}</link></link>{tasks(services)}</onlinedienst>'


def writes(*objects: str) -> str:
    return "".join(f"<schreibe>{found}</schreibe>" for found in objects)


def deletes(kind: str, key: str) -> str:
    return f'<loesche klasse="{kind}"><id schemeAgencyID="L1">{key}</id></loesche>'


def document(*messages: str, namespace: str = NAMESPACE) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><transfer xmlns="{namespace}" xzufiVersion="2.2.0">{"".join(messages)}</transfer>'.encode()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def bring(path: Path, content: bytes, *, form: str = "xzufi", steps: Steps | None = None, **options: Any) -> Import:
    """Import this content; the numbers stand in the returned import."""
    path.write_bytes(content)
    return service.import_path(path, steps or Steps(), form=form, source=options.pop("source", "amt24"), **options)


def numbers(run: Import) -> tuple[int, int, int, int]:
    """Written, unchanged, deleted, quarantined."""
    return run.written, run.unchanged, run.deleted, run.quarantined


def reasons(language: str = "de") -> list[str]:
    """Everything that keeps a record back, as ``key [field]: sentence``."""
    rows = ImportedRecord.objects.exclude(problems={}).order_by("key")
    return [f"{row.key} [{field}]: {sentence}" for row in rows for field, sentence in row.problems.get(language, [])]
