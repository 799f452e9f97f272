# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What results are called, and what is said of refused pictures and films."""

import mimetypes
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Text
from allmende.modules.anonymiser import rules
from allmende.modules.anonymiser.models import Picture

REFUSALS: dict[str, Text] = {
    "format": _("Das ist kein Bild, das wir lesen können. Möglich sind JPEG, PNG, WebP, TIFF und HEIC."),
    "too_large": _("Das Bild ist zu groß. Bitte verkleinern Sie es."),
    "several_pictures": _("Die Datei enthält mehrere Bilder. Bitte geben Sie jedes einzeln ab."),
    "damaged": _("Das Bild ist beschädigt. Bitte speichern Sie es neu oder nehmen Sie ein anderes."),
}


FILM_REFUSALS: dict[str, Text] = {
    "format": _("Das ist kein Film, den wir lesen können. Möglich sind MP4, QuickTime, Matroska, WebM, AVI und MPEG."),
    "too_large": _("Der Film ist zu lang oder zu groß. Bitte kürzen oder verkleinern Sie ihn."),
    "damaged": _("Der Film ist beschädigt. Bitte speichern Sie ihn neu oder nehmen Sie einen anderen."),
}


def result_name(picture: Picture) -> str:
    """The name it came with, and the suffix of what it is now."""
    return PurePath(picture.name).stem[:150] + (mimetypes.guess_extension(picture.media_type) or "")


def refusal(reason: str, kind: str = rules.PICTURE) -> str:
    """Why the engine takes no picture or film, for people; `reason` is that of its PictureRefused."""
    sentences = FILM_REFUSALS if kind == rules.FILM else REFUSALS
    return str(sentences.get(reason, sentences["damaged"]))
