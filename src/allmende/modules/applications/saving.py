# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application as a file that the citizen keeps: encrypted with a key that only this house has, so nothing of it stays here.

It is a text: lines that say what it is, and as the last one the sealed answers. Files that were uploaded are not part of it.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.files import service as files
from allmende.kernel.web.sealing import Seal, SealError
from allmende.modules.applications import drafts, rules
from allmende.modules.applications.drafts import Opened
from allmende.modules.applications.engine.reviewing import file_ids

PURPOSE = "applications.saved"
FORMAT = "saved/1"
SEAL = Seal(PURPOSE)


class NotSavedHereError(Exception):
    """The file cannot be used; the message says why and what to do."""


def name_of(draft: Opened) -> str:
    """``antrag-hundesteuer-anmelden.txt``."""
    return f"antrag-{draft.flow.id}.txt"


def save(draft: Opened) -> str:
    """The text of the file."""
    content = {
        "format": FORMAT,
        "flow": draft.version.flow,
        "version": draft.version.version,
        "channel": draft.channel,
        "answers": {name: plain for name, plain in draft.answers.items() if not _names_files(draft, name)},
        "saved_at": timezone.now().isoformat(),
    }
    head = _("%(name)s. Um weiterzumachen, laden Sie diese Datei hier hoch: %(address)s (gültig bis %(day)s).") % {
        "name": draft.flow.name[draft.language],
        "address": settings.BASE_URL + reverse("application_resume"),
        "day": good_until().strftime("%d.%m.%Y"),
    }
    return f"{head}\n\n{SEAL.close(json.dumps(content, ensure_ascii=False))}\n"


def good_until() -> datetime:
    """Until when a file that is saved now is taken."""
    return timezone.localtime() + timedelta(days=rules.drafts()["file_days"])


def resume(content: Mapping[str, Any], language: str) -> str:
    """The token of a new draft with what a saved file holds. Raises NotOfferedError."""
    return drafts.begin(
        content["flow"], language, content["channel"], version=content["version"], answers=content["answers"]
    )


def opened(upload: "UploadedFile[bytes]") -> dict[str, Any]:
    """What a saved file holds. Raises NotSavedHereError."""
    try:
        text = files.examine(upload, purpose=PURPOSE).content.decode()
        content: dict[str, Any] = json.loads(SEAL.open(text.split()[-1]))
    except files.UploadRefused as refused:
        raise NotSavedHereError(str(refused)) from refused
    except (SealError, UnicodeDecodeError, IndexError, ValueError) as error:
        raise NotSavedHereError(
            _(
                "Das ist keine Datei, die hier gespeichert wurde, oder sie wurde verändert. Ihr Inhalt wurde nicht gelesen."
            )
        ) from error
    if datetime.fromisoformat(content["saved_at"]) < timezone.now() - timedelta(days=rules.drafts()["file_days"]):
        raise NotSavedHereError(_("Diese Datei ist zu alt. Bitte beginnen Sie den Antrag neu."))
    return content


def _names_files(draft: Opened, name: str) -> bool:
    slot = draft.flow.slots.get(name)
    return slot is not None and bool(file_ids(slot, draft.answers[name]))
