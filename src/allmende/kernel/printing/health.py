# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a document can be printed."""

from django.utils.translation import gettext as _

from allmende.kernel.printing import service

PROBE = "allmende.kernel.printing:templates/printing/probe.typ"


def check() -> str:
    """Prints a page. Raises PrintingFailed when that fails."""
    size = len(service.pdf(PROBE, {}, "de", _("Probedruck")))
    return _("Eine Probeseite wurde gedruckt (%(size)d KB).") % {"size": size // 1024}
