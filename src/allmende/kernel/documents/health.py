# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the child process reads."""

from django.utils.translation import gettext as _

from allmende.kernel.documents import service


def child() -> str:
    """Reads a line of text in the child process. Raises ExtractionFailed when that fails."""
    service.extract(b"Lindental", "probe.txt")
    return _("Der Leseprozess antwortet.")
