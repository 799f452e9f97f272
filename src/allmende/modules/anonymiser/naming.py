# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What results are called."""

import mimetypes
from pathlib import PurePath

from allmende.modules.anonymiser.models import Picture


def result_name(picture: Picture) -> str:
    """The name it came with, and the suffix of what it is now."""
    return PurePath(picture.name).stem[:150] + (mimetypes.guess_extension(picture.media_type) or "")
