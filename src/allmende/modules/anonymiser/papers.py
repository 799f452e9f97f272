# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A signed record as an accessible PDF, for the data protection officer."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from allmende.kernel.printing import service as printing
from allmende.modules.anonymiser import records, rules
from allmende.modules.anonymiser.models import Record

TEMPLATE = "allmende.modules.anonymiser:templates/anonymiser/record.typ"


def pdf(row: Record, language: str) -> bytes:
    """PDF/UA-1 of a record; it says whether the signature is right. Raises PrintingFailed."""
    with translation.override(language):
        title = _("Nachweis zu „%(title)s“") % {"title": row.title}
        return printing.pdf(TEMPLATE, _content(row), language, title)


def _content(row: Record) -> dict[str, Any]:
    content = row.content
    return {
        "words": {"field": _("Angabe"), "value": _("Wert"), "tables": _("Einzelheiten"), "none": _("keine")},
        "facts": [*_facts(content), *_film(content), (_("Unterschrift"), _verdict(row))],
        "tables": list(_tables(row.kind, content)),
    }


def _tables(kind: str, content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if kind == records.BATCH:
        yield _pictures(content)
        return
    yield _tracks(content) if kind == rules.FILM else _masks(content)
    yield _details(content)


def _facts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("Kennung"), content["id"]
    for name, value in content["settings"].items():
        yield _setting(name), _plain(value)
    yield _("Original aufbewahrt, Tage"), str(content["original_kept_days"])
    if content.get("signed_off"):
        yield _("Freigegeben"), _step(content["signed_off"])


def _film(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is said of a film alone."""
    if content["kind"] != rules.FILM:
        return
    yield _("Dauer in Sekunden"), formats.number_format(content["seconds"])
    yield _("Einzelbilder"), str(content["frames"])
    yield _("Einzelbilder je Sekunde"), formats.number_format(content["rate"])
    yield _("Ton"), str(rules.SOUND_TITLES[content["sound"]])
    yield _("Aus der Datei entfernt"), _plain(content["metadata"]["removed"])


def _tracks(content: Mapping[str, Any]) -> dict[str, Any]:
    """What was masked through the film, and from which frame to which, counted from 0."""
    return {
        "title": _("Was durch den Film verfolgt und verdeckt wurde"),
        "head": [_("Art"), _("Gesehen von Einzelbild"), _("bis"), _("so oft"), _("Längste Lücke"), _("Herkunft")],
        "rows": [
            [
                str(rules.LABEL_TITLES.get(track["label"], track["label"])),
                str(track["first"]),
                str(track["last"]),
                str(track["sightings"]),
                str(track["longest_gap"]),
                f"{_plain(track['origins'])} ({track['score']:g})",
            ]
            for track in content["tracks"]
        ],
    }


def _masks(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _("Masken"),
        "head": [_("Art"), _("Ecken in Bildpunkten"), _("Herkunft"), _("Gezeichnet"), _("Entfernt")],
        "rows": [
            [
                str(rules.LABEL_TITLES.get(mask["label"], mask["label"])),
                " ".join(f"{x:g},{y:g}" for x, y in mask["corners"]),
                f"{mask['origin']} ({mask['score']:g})",
                _step(mask["added"]),
                _step(mask["removed"]) if mask["removed"] else "–",
            ]
            for mask in content["masks"]
        ],
    }


def _details(content: Mapping[str, Any]) -> dict[str, Any]:
    """Everything else that is signed: hashes, versions, thresholds, what was removed of the metadata."""
    shown = {"kind", "id", "batch", "settings", "masks", "tracks", "signed_off", "original_kept_days"}
    rows = [[name, value] for name, value in _flat({k: v for k, v in content.items() if k not in shown})]
    return {"title": _("Technische Angaben"), "head": [_("Angabe"), _("Wert")], "rows": rows}


def _pictures(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _("Bilder und Filme"),
        "head": [_("Bearbeitungsstand"), _("SHA-256 des Originals"), _("SHA-256 des Ergebnisses"), _("Freigegeben")],
        "rows": [
            [
                str(rules.STATE_TITLES[picture["state"]]),
                picture["source_sha256"] or "–",
                picture["result_sha256"] or "–",
                _step(picture["signed_off"]) if picture["signed_off"] else "–",
            ]
            for picture in content["pictures"]
        ],
    }


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Nested data as pairs of a dotted name and a text."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(inner, Mapping | list) for inner in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path}.{number}")
    else:
        yield path, _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _setting(name: str) -> str:
    return {
        "labels": _("Verdeckt"),
        "fill": _("Füllung"),
        "keep_date": _("Aufnahmedatum"),
        "keep_location": _("Aufnahmeort behalten"),
        "audio": _("Ton von Filmen behalten"),
        "excluded": _("Ausgenommene Bereiche (Anteile)"),
    }.get(name, name)


def _step(step: Mapping[str, str]) -> str:
    moment = formats.date_format(timezone.localtime(datetime.fromisoformat(step["at"])), "SHORT_DATETIME_FORMAT")
    return f"{step['by'] or _('System')}, {moment}"


def _verdict(row: Record) -> str:
    key = row.content["key"]
    text = _("gültig, Schlüssel %(key)s") if records.verify(row.content) else _("UNGÜLTIG, Schlüssel %(key)s")
    return text % {"key": key}
