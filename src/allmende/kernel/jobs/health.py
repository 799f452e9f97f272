# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Is somebody working?"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.kernel.jobs import queries
from allmende.kernel.jobs.rules import RULES


class UnhealthyError(Exception):
    """No worker is alive; the text is for the health page."""


def check() -> str:
    """A line about the workers. Raises UnhealthyError when none was heard of lately."""
    now = timezone.now()
    ages = [(now - worker.beat_at).total_seconds() for worker in queries.workers()]
    alive = [age for age in ages if age < RULES.silent_after]
    waiting = queries.waiting()
    if not alive:
        raise UnhealthyError(
            _(
                "Kein Arbeitsprozess meldet sich. Wartende Aufträge: %(waiting)s; sie gehen nicht verloren. "
                "Bitte starten Sie einen mit „allmende jobs work“."
            )
            % {"waiting": waiting}
        )
    text = ngettext(
        "%(count)s Arbeitsprozess ist da, zuletzt gehört vor %(age)s s. Wartende Aufträge: %(waiting)s.",
        "%(count)s Arbeitsprozesse sind da, zuletzt gehört vor %(age)s s. Wartende Aufträge: %(waiting)s.",
        len(alive),
    )
    return text % {"count": len(alive), "age": round(min(alive)), "waiting": waiting}
