# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a picture or film has no result: kept as a code with what its sentence names, said in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from allmende.kernel.files.service import REFUSALS
from allmende.kernel.registry import Text
from allmende.modules.anonymiser import rules

SENTENCES: Mapping[str, Text] = {
    **REFUSALS,
    "archive": _("„%(name)s“ lässt sich nicht sicher entpacken (%(code)s). Bitte packen Sie die Bilder neu."),
    "neither": _("Das ist kein Bild, kein Film und kein ZIP mit solchen."),
    # what the engine refuses
    "format": _("Das ist kein Bild, das wir lesen können. Möglich sind JPEG, PNG, WebP, TIFF und HEIC."),
    "too_large": _("Das Bild ist zu groß. Bitte verkleinern Sie es."),
    "several_pictures": _("Die Datei enthält mehrere Bilder. Bitte geben Sie jedes einzeln ab."),
    "damaged": _("Das Bild ist beschädigt. Bitte speichern Sie es neu oder nehmen Sie ein anderes."),
    "film_format": _(
        "Das ist kein Film, den wir lesen können. Möglich sind MP4, QuickTime, Matroska, WebM, AVI und MPEG."
    ),
    "film_too_large": _("Der Film ist zu lang oder zu groß. Bitte kürzen oder verkleinern Sie ihn."),
    "film_damaged": _("Der Film ist beschädigt. Bitte speichern Sie ihn neu oder nehmen Sie einen anderen."),
    # what the room's bounds of a film refuse
    "film_long": _("Der Film dauert %(length)s Minuten, möglich sind %(most)s. Bitte kürzen Sie ihn."),
    "film_wide": _(
        "Der Film hat %(width)d × %(height)d Bildpunkte. Möglich sind %(most)s Millionen je Einzelbild. "
        "Bitte verkleinern Sie ihn."
    ),
    "film_frames": _(
        "Der Film hat %(frames)d Einzelbilder, in dieser Größe sind %(most)d möglich. Bitte kürzen oder verkleinern Sie ihn."
    ),
    # what went wrong at work
    "film_slow": _("Der Film war nach %(minutes)d Minuten nicht fertig. Bitte kürzen oder verkleinern Sie ihn."),
    "film_left": _(
        "Bei %(times)s (Minuten:Sekunden) ist nach dem Verdecken noch etwas zu sehen. Der Film ist nicht veröffentlicht. Bitte "
        "schneiden Sie diese Stellen heraus und geben Sie ihn noch einmal ab."
    ),
    "film_left_often": ngettext_lazy(
        "Bei %(times)s und in %(more)d weiteren Sekunde (Minuten:Sekunden) ist nach dem Verdecken noch etwas zu sehen. Der Film "
        "ist nicht veröffentlicht. Bitte schneiden Sie diese Stellen heraus und geben Sie ihn noch einmal ab.",
        "Bei %(times)s und in %(more)d weiteren Sekunden (Minuten:Sekunden) ist nach dem Verdecken noch etwas zu sehen. Der Film "
        "ist nicht veröffentlicht. Bitte schneiden Sie diese Stellen heraus und geben Sie ihn noch einmal ab.",
        "more",
    ),
    "film_changed": _(
        "Der fertige Film weicht außerhalb der verdeckten Stellen vom Original ab. Er ist nicht veröffentlicht. Bitte speichern "
        "Sie den Film neu und geben Sie ihn noch einmal ab."
    ),
    "original_gone": _("Das Original ist nicht mehr lesbar."),
    "error": _("Beim Bearbeiten ist ein Fehler aufgetreten. Es wurde nichts veröffentlicht."),
    "given_up": _("Die Bearbeitung ist mehrmals abgebrochen. Ist die Datei sehr groß?"),
    # what people decided, or did not
    "nobody_decided": _("Niemand hat in der vorgesehenen Zeit über das Bild entschieden."),
    "said": "%(reason)s",
}
"""Code → sentence. A code once kept is never taken away."""


@dataclass(frozen=True)
class Problem:
    """A code of `SENTENCES` and what its sentence names: texts, whole numbers, and fractions that are shown with one digit."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence, in the language of the moment."""
        told = {
            name: number_format(value, 1) if isinstance(value, float) else value for name, value in self.values.items()
        }
        return str(SENTENCES[self.code] % told)

    def of(self, name: str) -> str:
        """The sentence, naming the file that it is about."""
        return str(self) if "name" in self.values else gettext("„%(name)s“: %(why)s") % {"name": name, "why": self}


def of_file(reason: str, kind: str = rules.PICTURE) -> Problem:
    """Why the engine takes no picture or film; `reason` is that of its PictureRefused."""
    code = f"{rules.FILM}_{reason}" if kind == rules.FILM else reason
    return Problem(code if code in SENTENCES else of_file("damaged", kind).code)


def said(reason: str) -> Problem:
    """What a person gave as the reason, in the words and the language of that person."""
    return Problem("said", {"reason": reason})
