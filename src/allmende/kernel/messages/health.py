# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Do letters leave?"""

from django.utils.translation import gettext as _

from allmende.kernel.messages import queries, rules


class UnhealthyError(Exception):
    """Letters do not leave; the text is for the health page."""


def check() -> str:
    """A line about the outbox. Raises UnhealthyError when letters failed for something that must be mended, or are stuck."""
    count = queries.count()
    faults, stuck = queries.failed_by_fault(), queries.stuck()
    if faults or stuck:
        raise UnhealthyError(
            _("Gescheitert: %(failed)d, seit Stunden nicht versandt: %(stuck)d. Siehe „Post“.")
            % {"failed": faults, "stuck": stuck}
        )
    return _("Wartend: %(waiting)d, versandt: %(sent)d, vom Empfänger abgelehnt: %(refused)d.") % {
        "waiting": count[rules.QUEUED],
        "sent": count[rules.SENT],
        "refused": count[rules.FAILED],
    }
