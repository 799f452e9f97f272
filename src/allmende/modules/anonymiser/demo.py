# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo town's sample: drawn pictures, handed in by its clerk like any other."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from allmende.modules.anonymiser import rules, service
from allmende.modules.anonymiser.models import Batch

CLERK = "alice"
SETTINGS = {"labels": [rules.FACE, rules.PLATE], "fill": rules.SOLID, "keep_date": "none", "keep_location": False}


def load(folder: Path) -> None:
    """Hand in `folder`/pictures as one batch whose originals are kept a week; where there are batches already, nothing is done."""
    files = sorted(folder.glob("pictures/*.jpg"))
    if not files or Batch.objects.exists():
        return
    uploads = [SimpleUploadedFile(file.name, file.read_bytes()) for file in files]
    actor = get_user_model().objects.filter(username=CLERK).first()
    wish = service.Wish(settings=SETTINGS, name="Lindental, gezeichnet", keep_days=7)
    service.begin(wish, uploads, actor=actor)
