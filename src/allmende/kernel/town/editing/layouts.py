# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms of services, statutes, pages, units and words. Every field of the shapes has its place; a test says so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Text
from allmende.kernel.town import rules
from allmende.kernel.web.editing.layout import Field, Input, Layout, Rows, Section

MARKDOWN = _("Leerzeile: neuer Absatz. „- “ oder „1. “ am Zeilenanfang: Liste. **fett**, [Text](https://adresse).")
ONE_A_LINE = _("Ein Ausdruck je Zeile.")


def _in_language(titles: Mapping[str, str]) -> str:
    """The title in the language of the page."""
    return titles.get((get_language() or "de").split("-")[0], titles["de"])


_local: Any = lazy(_in_language, str)


def _both(path: str, title: Text, kind: Input = Input.LINE, **more: Any) -> tuple[Field, Field]:
    """A text in German and, beside it, in English."""
    places = [f"{path}.{language}".lstrip(".") for language in ("de", "en")]
    english = format_lazy("{} ({})", title, _("englisch"))
    small = more.get("small", False)
    return Field(places[0], title, kind, **more), Field(places[1], english, kind, small=small)


def _law() -> tuple[Field, Field]:
    """The section of the town's own law that a line rests on."""
    statute = Field("statute", _("nach Satzung"), Input.CHOICE, options="statutes")
    return statute, Field("section", _("Paragraf"), small=True)


def _lines(path: str, title: Text, item: Text, label: Text) -> Rows:
    """Documents or deadlines."""
    return Rows(path, title, item, (*_both("", label), *_law()), _("Ein Paragraf steht wie „§ 5“ oder „Anlage 1“."))


def _synonyms() -> Section:
    hint = _("Wörter, unter denen Menschen danach suchen und die im Text nicht stehen: Alltagswörter, Abkürzungen.")
    return Section("synonyms", _("Suchwörter"), _both("synonyms", _("Suchwörter"), Input.LINES, hint=ONE_A_LINE), hint)


def _validity() -> tuple[Field, Field]:
    return Field("valid_from", _("gilt ab"), Input.DATE), Field("valid_to", _("gilt bis"), Input.DATE)


def _unit(*, required: bool) -> Field:
    return Field("unit", _("Zuständig"), Input.CHOICE, required=required, options="units")


def _modules() -> tuple[Field, ...]:
    """The text modules of a service, except its name."""
    found: list[Field] = []
    for code, module in rules.text_modules().items():
        if code == rules.NAME_MODULE:
            continue
        required = code == rules.SHORT_MODULE
        found += _both(f"text.{module.name}", _local(module.title), Input.AREA, required=required)
    return tuple(found)


ID = Field(
    "id",
    _("Kennung"),
    hint=_("Steht in der Adresse der Seite. Leer: aus dem Namen gebildet. Später nicht mehr zu ändern."),
)

SERVICE: Layout = (
    Section(
        "basics",
        _("Grunddaten"),
        (
            *_both("name", _("Name"), required=True),
            _unit(required=True),
            Field("approved_on", _("Fachlich freigegeben am"), Input.DATE, required=True),
            Field("online", _("Onlinedienst"), Input.URL),
        ),
    ),
    Section(
        "fees",
        _("Kosten"),
        (
            Rows(
                "fees",
                _("Gebühren"),
                _("Gebühr"),
                (
                    *_both("label", _("wofür"), required=True),
                    Field("amount", _("Betrag in Euro"), Input.AMOUNT, small=True),
                    *_both("per", _("je"), small=True),
                    *_law(),
                ),
                _("Ohne Betrag gilt, was unter „wofür“ steht, zum Beispiel „nach Aufwand“."),
            ),
            *_both("free", _("Hinweis zu den Kosten"), hint=_("Pflicht, wenn es keine Gebühr gibt: „gebührenfrei“.")),
        ),
    ),
    Section("documents", _("Unterlagen"), (_lines("documents", _("Unterlagen"), _("Unterlage"), _("Unterlage")),)),
    Section(
        "deadlines",
        _("Fristen und Dauer"),
        (
            _lines("deadlines", _("Fristen"), _("Frist"), _("Frist")),
            *_both("processing_time", _("Bearbeitungsdauer")),
        ),
    ),
    Section("texts", _("Texte"), _modules(), MARKDOWN),
    _synonyms(),
    Section(
        "links",
        _("Verweise"),
        (
            Rows(
                "statutes", _("Ortsrecht"), _("Satzung"), (Field("", _("Satzung"), Input.CHOICE, options="statutes"),)
            ),
            Rows(
                "related",
                _("Passt dazu"),
                _("Leistung"),
                (Field("", _("Kennung der Leistung"), Input.PICK, options="services"),),
            ),
        ),
    ),
    Section(
        "classification",
        _("Einordnung"),
        (
            *_validity(),
            Field("leika", _("LeiKa-Schlüssel"), Input.LINES, _("14 Ziffern, einer je Zeile.")),
            Field("source", _("Ursprung"), Input.URL, _("Adresse des Portals, aus dem der Text stammt.")),
            Field(
                "red_list",
                _("Rote Liste: nie von einem Sprachmodell formulieren"),
                Input.CHECK,
                _("Für Themen, bei denen jedes Wort feststehen muss, etwa Sozialleistungen."),
            ),
        ),
    ),
)

STATUTE: Layout = (
    Section(
        "basics",
        _("Grunddaten"),
        (
            Field("title", _("Titel"), required=True, hint=_("Der Kurztitel steht in Klammern am Ende.")),
            Field("abbreviation", _("Abkürzung")),
            Field("kind", _("Art"), Input.CHOICE, required=True, options="statute_kinds"),
            _unit(required=True),
        ),
    ),
    Section(
        "validity",
        _("Gültigkeit"),
        (
            Field("valid_from", _("gilt ab"), Input.DATE, required=True),
            Field("valid_to", _("gilt bis"), Input.DATE, _("Leer, solange keine neue Fassung beschlossen ist.")),
            Field("adopted_on", _("beschlossen am"), Input.DATE),
            Field("promulgated_on", _("bekannt gemacht am"), Input.DATE),
            Field("replaces", _("ersetzt die Fassung"), Input.CHOICE, options="statutes"),
            Field("source", _("amtliche Fundstelle"), Input.URL),
        ),
    ),
    Section(
        "text",
        _("Wortlaut"),
        (Field("text", _("Wortlaut"), Input.AREA, required=True),),
        _("Ein Paragraf beginnt mit „## § 1 Überschrift“, ein Absatz mit „(1)“, ein Anhang mit „## Anlage 1“."),
    ),
    Section(
        "synonyms",
        _("Suchwörter"),
        (Field("synonyms", _("Suchwörter"), Input.LINES, ONE_A_LINE),),
        _("Kurztitel und Abkürzung findet die Suche von selbst."),
    ),
)

PAGE: Layout = (
    Section(
        "basics",
        _("Grunddaten"),
        (
            *_both("title", _("Titel"), required=True),
            _unit(required=False),
            Field("updated_on", _("Stand"), Input.DATE),
            Field("source", _("Ursprung"), Input.URL),
        ),
    ),
    Section("text", _("Text"), _both("text", _("Text"), Input.AREA, required=True), MARKDOWN),
    _synonyms(),
)

UNIT: Layout = (
    Section(
        "basics",
        _("Grunddaten"),
        (
            *_both("name", _("Name"), required=True),
            *_both("description", _("Aufgaben"), Input.AREA),
            Field("kind", _("Art"), Input.CHOICE, options="unit_kinds"),
            Field("parent", _("gehört zu"), Input.CHOICE, options="units"),
            Field("position", _("Reihenfolge"), Input.NUMBER),
        ),
    ),
    Section(
        "contact",
        _("Kontakt"),
        (
            Field("address.street", _("Straße und Hausnummer"), required=True),
            Field("address.postcode", _("Postleitzahl"), required=True),
            Field("address.city", _("Ort"), required=True),
            Field("phone", _("Telefon"), Input.PHONE),
            Field("email", _("E-Mail"), Input.EMAIL),
            Field("website", _("Internet"), Input.URL),
            Field("appointment", _("Terminvereinbarung"), Input.URL),
            *_both("floor", _("Stockwerk")),
            *_both("accessible", _("Barrierefreiheit")),
        ),
    ),
    Section(
        "hours",
        _("Öffnungszeiten"),
        (
            Rows(
                "opening_hours",
                _("Öffnungszeiten"),
                _("Zeile"),
                (
                    Field("days", _("Wochentage"), Input.CHOICES, required=True, options="weekdays"),
                    Field("opens", _("öffnet"), Input.TIME, required=True, small=True),
                    Field("closes", _("schließt"), Input.TIME, required=True, small=True),
                    Field("nth_of_month", _("nur der n-te im Monat"), Input.NUMBER, small=True),
                    Field("season_from", _("Saison ab")),
                    Field("season_to", _("Saison bis")),
                    *_validity(),
                    *_both("note", _("Hinweis")),
                ),
                _(
                    "Eine Zeile für alle Tage mit denselben Zeiten. Eine Saison steht als Monat und Tag, zum Beispiel 05-10."
                ),
            ),
            *_both("closed_note", _("Hinweis zu den Öffnungszeiten")),
            Field("open_on_holidays", _("auch an Feiertagen geöffnet"), Input.CHECK),
        ),
    ),
    Section(
        "closures",
        _("Geschlossene Tage"),
        (
            Rows(
                "closures",
                _("Geschlossene Tage"),
                _("Zeitraum"),
                (
                    Field("first", _("erster Tag"), Input.DATE, required=True),
                    Field("last", _("letzter Tag"), Input.DATE),
                    *_both("reason", _("Grund"), required=True),
                ),
            ),
        ),
    ),
    _synonyms(),
)

WORDS: Layout = (
    Section(
        "groups",
        _("Gleichbedeutende Ausdrücke"),
        (
            Rows(
                "groups",
                _("Gruppen"),
                _("Gruppe"),
                (Field("terms", _("Ausdrücke"), Input.LIST, required=True),),
                _("Durch Komma getrennt, zum Beispiel: Personalausweis, Perso, Ausweis."),
            ),
        ),
        _("Wer nach einem Ausdruck einer Gruppe sucht, findet auch Texte mit den anderen."),
    ),
)


def for_new(layout: Layout) -> Layout:
    """The form of a record that does not exist yet: it also asks for the id."""
    first, *others = layout
    return (replace(first, parts=(*first.parts, ID)), *others)
