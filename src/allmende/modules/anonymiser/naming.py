# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What results are called, and what refused pictures are told."""

import mimetypes
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Text
from allmende.modules.anonymiser.models import Picture

REFUSALS: dict[str, Text] = {
    "format": _("Das ist kein Bild, das wir lesen können. Möglich sind JPEG, PNG, WebP, TIFF und HEIC."),
    "too_large": _("Das Bild ist zu groß. Bitte verkleinern Sie es."),
    "several_pictures": _("Die Datei enthält mehrere Bilder. Bitte geben Sie jedes einzeln ab."),
    "damaged": _("Das Bild ist beschädigt. Bitte speichern Sie es neu oder nehmen Sie ein anderes."),
}


def result_name(picture: Picture) -> str:
    """The name it came with, and the suffix of what it is now."""
    return PurePath(picture.name).stem[:150] + (mimetypes.guess_extension(picture.media_type) or "")


def refusal(reason: str) -> str:
    """Why the engine takes no picture, for people; `reason` is that of its PictureRefused."""
    return str(REFUSALS.get(reason, REFUSALS["damaged"]))
