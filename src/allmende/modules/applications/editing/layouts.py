# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms of the parts of a flow's file. Every entry of data/flow-1.schema.json has its place; a test says so."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Text
from allmende.kernel.web.editing.layout import Field, Input, Layout, Rows, Section
from allmende.modules.applications import rules

ONE_A_LINE = _("Je Zeile einer.")
COMMAS = _("Mit Komma getrennt.")
CONDITION = _("Zum Beispiel: art == 'erweitert' and age(geburtsdatum) >= 16")


def _both(path: str, title: Text, kind: Input = Input.LINE, **more: Any) -> tuple[Field, Field]:
    """A text in German and, beside it, in English."""
    german, english = (f"{path}.{language}".lstrip(".") for language in ("de", "en"))
    return Field(german, title, kind, **more), Field(english, format_lazy("{} ({})", title, _("englisch")), kind)


SOURCES = Rows(
    "sources",
    _("Quellen"),
    _("Quelle"),
    (
        Field("service", _("Leistung"), Input.PICK, options="services"),
        Field("module", _("Textmodul"), hint=_("Schlüssel mit zwei Ziffern, zum Beispiel 06."), small=True),
        Field("statute", _("oder Satzung"), Input.PICK, options="statutes"),
        Field("section", _("Paragraf"), hint=_("Zum Beispiel § 5."), small=True),
    ),
)
WORDS = _("Ausdrücke")
BASICS: Layout = (
    Section(
        "about",
        _("Allgemeines"),
        (
            *_both("name", _("Name")),
            Field("unit", _("Zuständig"), Input.CHOICE, options="units"),
            Field("applicant", _("Felder mit dem Namen"), Input.LIST, COMMAS),
            Field("leika", _("LeiKa-Schlüssel"), Input.LIST, COMMAS),
            Field("legal_basis", _("Rechtsgrundlagen"), Input.LINES, ONE_A_LINE),
            Field("data_schema.content", _("FIM-Datenschema: Folge der Kennungen"), Input.AREA),
            Field(
                "data_schema.namespace", _("Namensraum seines XSD"), hint=_("So, wie das FIM-Portal das XSD anbietet.")
            ),
            Field("data_schema.root", _("Wurzelelement seines XSD")),
        ),
    ),
    Section("sources", SOURCES.title, (SOURCES,)),
    Section(
        "triggers",
        _("Woran der Assistent den Antrag erkennt"),
        (
            *_both("triggers.synonyms", WORDS, Input.LINES, hint=ONE_A_LINE),
            *_both("triggers.examples", _("Beispielsätze"), Input.LINES, hint=ONE_A_LINE),
        ),
    ),
    Section(
        "confirmations",
        _("Eigene Bestätigungen"),
        (
            Rows(
                "confirmations",
                _("Eigene Bestätigungen"),
                _("Bestätigung"),
                (Field("key", _("Kennung"), small=True), *_both("", _("Wortlaut"), Input.AREA)),
            ),
        ),
    ),
)
SLOT: Layout = (
    Section(
        "slot",
        _("Feld"),
        (
            Field("key", _("Name in Bedingungen"), required=True),
            Field("type", _("Art"), Input.CHOICE, options="types", required=True),
            *_both("label", _("Beschriftung")),
            *_both("ask", _("Frage")),
            *_both("help", _("Hilfe"), Input.AREA),
            *_both("item", _("Was wiederholt wird")),
            Field("pii", _("Personenbezug"), Input.CHOICE, options="pii"),
            Field("fim", _("FIM-Kennung")),
        ),
    ),
    Section(
        "options",
        _("Auswahl"),
        (
            Rows(
                "options",
                _("Auswahl"),
                _("Möglichkeit"),
                (
                    Field("key", _("Kennung"), small=True),
                    *_both("", _("Beschriftung")),
                    Field("words", _("Wie man sie sonst nennt"), Input.LIST, COMMAS, small=True),
                    Field("code", _("Code in FIM"), small=True),
                ),
            ),
        ),
    ),
    Section(
        "rules",
        _("Regeln"),
        (
            Field("optional", _("darf leer bleiben"), Input.CHECK),
            Field("lines", _("mehrere Zeilen"), Input.CHECK),
            Field("year_asked", _("nach dem Jahr fragen"), Input.CHECK),
            Field("in_town", _("nur Straßen der Stadt"), Input.CHECK),
            Field("only_if", _("nur fragen, wenn"), hint=CONDITION),
            Field("required_if", _("Pflicht, wenn"), hint=CONDITION),
            Field("min", _("kleinster Wert"), hint=_("Eine Zahl, ein Tag oder eine Rechnung wie add_days(today, 14).")),
            Field("max", _("größter Wert")),
            Field("min_length", _("wenigstens Zeichen"), Input.NUMBER),
            Field("max_length", _("höchstens Zeichen"), Input.NUMBER),
            Field("decimals", _("Nachkommastellen"), Input.NUMBER),
            Field("min_items", _("wenigstens Stück"), Input.NUMBER),
            Field("max_items", _("höchstens Stück"), Input.NUMBER),
            Field("max_bytes", _("höchstens Bytes"), Input.NUMBER),
            Field("pattern", _("Muster")),
            Field("photo", _("zeigt einen Ort oder eine Sache: Gesichter und Kennzeichen verdecken"), Input.CHECK),
            Field("media_types", _("Dateiarten"), Input.LIST, _("Zum Beispiel application/pdf, image/jpeg.")),
        ),
    ),
)
STEP: Layout = (
    Section(
        "step",
        _("Schritt"),
        (
            Field("id", _("Kennung"), required=True),
            *_both("say", _("Was gesagt wird"), Input.AREA),
            *_both("ask", _("Frage"), Input.AREA),
            *_both("help", _("Hilfe"), Input.AREA),
            Field("collect", _("Felder, nach denen gefragt wird"), Input.LIST, COMMAS),
            Field("action", _("Was hier geschieht"), Input.CHOICE, options="actions"),
            Field("queue", _("Wohin es geht, wenn nicht zum zuständigen Amt"), Input.CHOICE, options="units"),
            Field("link", _("Verweis"), Input.URL, _("Adresse, die mit https:// beginnt.")),
            Field("review", _("alle Angaben prüfen lassen"), Input.CHECK),
            Field("confirm", _("Bestätigungen"), Input.LIST, COMMAS),
        ),
    ),
    Section(
        "reject",
        _("Ablehnen"),
        (
            Rows(
                "reject",
                _("Ablehnen"),
                _("Ablehnung"),
                (
                    Field("if", _("wenn"), hint=CONDITION),
                    Field("then", _("weiter mit Schritt"), Input.PICK, options="steps"),
                    *_both("say", _("Was gesagt wird"), Input.AREA),
                ),
            ),
        ),
        _("Wird vor den Wegen geprüft, in dieser Reihenfolge."),
    ),
    Section(
        "next",
        _("Wie es weitergeht"),
        (
            Rows(
                "next",
                _("Wege"),
                _("Weg"),
                (
                    Field("if", _("wenn"), hint=CONDITION),
                    Field("then", _("weiter mit Schritt"), Input.PICK, options="steps"),
                ),
            ),
        ),
        _("Der erste Weg, dessen Bedingung zutrifft. Der letzte hat keine Bedingung: Er gilt sonst."),
    ),
    Section("sources", SOURCES.title, (SOURCES,)),
)
TEST: Layout = (
    Section(
        "test",
        _("Test"),
        (
            Field("name", _("Name"), required=True),
            Field("today", _("an welchem Tag"), hint=_("Jahr-Monat-Tag, zum Beispiel 2026-05-03.")),
            Field("given", _("Antworten"), Input.AREA, _("Je Zeile „Feld: Antwort“, in YAML.")),
            Field("path", _("Schritte, durch die sie führen"), Input.LINES, ONE_A_LINE),
        ),
    ),
)


def slot_layout(data: Mapping[str, Any]) -> Layout:
    """The form of a slot: what goes with its type, and what stands there although it does not."""
    left = {key for key, types in _types().items() if data.get("type") not in types and data.get(key) in (None, "", [])}
    narrowed = (
        Section(
            section.name,
            section.title,
            tuple(part for part in section.parts if part.path.partition(".")[0] not in left),
            section.hint,
        )
        for section in SLOT
    )
    return tuple(section for section in narrowed if section.parts)


def _types() -> dict[str, frozenset[str]]:
    """Entry of a slot → the types it goes with, as the schema says."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules.schema()["$defs"]["slot"]["allOf"]:
        condition = rule["if"]["properties"]["type"]
        types = frozenset(condition.get("enum", [condition.get("const")]))
        found |= dict.fromkeys(rule["else"]["properties"], types)
    return found
