# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether files can be stored."""

import shutil

from django.conf import settings
from django.utils.translation import gettext as _

LEAST_FREE_BYTES = 1024**3


def storage() -> str:
    """Free space of the file storage. Raises OSError when it is nearly full."""
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    line = _("%d GB frei") % (free // 1024**3)
    if free < LEAST_FREE_BYTES:
        raise OSError(line)
    return line
