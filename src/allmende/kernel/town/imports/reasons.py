# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a record waits for an editor, as sentences in every language of the house."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.evaluation.gates import ObjectedError

Problems = list[tuple[str, str]]
"""(field, sentence); the field is empty where the whole record is meant."""

FAULTS = {
    "no_id": gettext_lazy("Der Eintrag hat keine Kennung, oder sie ist länger als 200 Zeichen."),
    "too_large": gettext_lazy("Der Eintrag ist größer als erlaubt."),
    "too_many": gettext_lazy("Die Zeile hat mehr Felder als die Kopfzeile Spalten."),
    "no_object": gettext_lazy("Erwartet wird ein Eintrag mit Feldern."),
    "twice": gettext_lazy("Die Kennung steht in dieser Lieferung schon einmal, in Zeile {detail}."),
    "absent": gettext_lazy("Diese Datei nennt das Verzeichnis der Lieferung, sie fehlt aber."),
    "record_broken": gettext_lazy(
        "Ab Zeile {detail} ist dieser Eintrag kein gültiges XML. Die übrigen Einträge der Datei wurden gelesen."
    ),
    "record_json": gettext_lazy(
        "Ab Zeile {detail} ist dieser Eintrag kein gültiges JSON. Die übrigen Einträge der Datei wurden gelesen."
    ),
    "record_encoding": gettext_lazy(
        "Zeile {detail}: Der Eintrag enthält Zeichen, die nicht in UTF-8 geschrieben sind."
    ),
    "record_deep": gettext_lazy("Zeile {detail}: Der Eintrag ist zu tief verschachtelt."),
    "unclear": gettext_lazy("Die Nachricht löscht etwas, sagt aber nicht, von welcher Art es ist."),
    "broken": gettext_lazy("Ab Zeile {line} lässt sich die Datei nicht lesen. Was davor steht, wurde gelesen."),
    "hostile": gettext_lazy("Zeile {line}: Dateien mit Dokumenttyp oder Entitäten werden nicht gelesen."),
    "deep": gettext_lazy("Zeile {line}: Die Datei ist zu tief verschachtelt. Was davor steht, wurde gelesen."),
    "encoding": gettext_lazy("Zeile {line}: Die Datei ist nicht in UTF-8 geschrieben."),
    "version": gettext_lazy("Die Datei ist XZuFi in der Fassung {detail}; gelesen wird 2.2.0."),
    "foreign": gettext_lazy("Das ist keine XZuFi-Datei (äußerstes Element: „{detail}“)."),
    "table_encoding": gettext_lazy("Die Datei ist weder in UTF-8 noch in Windows-1252 geschrieben."),
    "table_empty": gettext_lazy("Die erste Zeile nennt keine bekannte Spalte."),
    "table_column": gettext_lazy("Die Spalte „{detail}“ ist nicht bekannt."),
    "table_twice": gettext_lazy("Die Spalte „{detail}“ gibt es zweimal."),
    "table_missing": gettext_lazy("Die Spalte „{detail}“ fehlt."),
}


def in_each_language(say: Callable[[], Iterable[tuple[str, str]]]) -> dict[str, list[list[str]]]:
    """Language → what `say` says in it."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = [[field, str(sentence)] for field, sentence in say()]
    return found


def fault(code: str, line: int, detail: str) -> Problems:
    """What could not be read."""
    return [("", str(FAULTS[code]).format(line=line, detail=detail))]


def changed_here() -> Problems:
    """Somebody has changed the record since the last import."""
    return [("", _("Dieser Eintrag wurde hier seit dem letzten Import geändert. Die Quelle bringt jetzt anderes."))]


def made_here() -> Problems:
    """The record was made here and not by the source."""
    return [("id", _("Einen Eintrag mit dieser Kennung und anderem Inhalt gibt es hier schon."))]


def deleted_there() -> Problems:
    """The source deletes what somebody has changed here."""
    return [("", _("Die Quelle hat diesen Eintrag gelöscht. Er wurde hier seit dem letzten Import geändert."))]


def awaits_consent() -> Problems:
    """A new wording without approval of something that is public."""
    return [
        (
            "",
            _("Dieser Eintrag ist hier veröffentlicht. Die neue Fassung der Quelle wartet auf Ihre Zustimmung."),
        )
    ]


def not_approved() -> Problems:
    """To be published, but the source does not say when somebody approved it."""
    sentence = _(
        "Die Quelle nennt kein Datum der fachlichen Freigabe; ohne dieses lässt sich die Leistung nicht veröffentlichen."
    )
    return [("approved_on", sentence)]


def no_unit(owner: str) -> Problems:
    """Nobody is responsible, or somebody we do not know."""
    if owner:
        sentence = _("Die zuständige Stelle „{owner}“ ist hier nicht bekannt, und für den Import ist kein Amt gewählt.")
        return [("unit", sentence.format(owner=owner))]
    return [("unit", _("Die Quelle nennt keine zuständige Stelle, und für den Import ist kein Amt gewählt."))]


def no_link() -> Problems:
    """An online service without an address a page may lead to."""
    return [("link", _("Der Onlinedienst hat keine Internetadresse, die mit https:// oder http:// beginnt."))]


def objected(refusal: ObjectedError) -> Problems:
    """What would be lost, as those say who measure it."""
    return [("", sentence) for sentence in refusal.sentences]


def refused_by_database() -> Problems:
    """Something that no check foresaw."""
    return [("", _("Die Datenbank hat den Eintrag nicht angenommen. Die Ursache steht im Protokoll des Servers."))]
