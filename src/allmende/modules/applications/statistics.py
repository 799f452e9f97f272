# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many applications are begun, sent, and given up at which step. Nothing is known of single ones."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.modules.applications import queries
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.models import Submission, Unsent


def count(since: date, until: date) -> Iterator[dict[str, Any]]:
    """Of each offered flow: applications that ended in these days, how many were sent, and at which steps the others ended."""
    days = (since, until)
    sent = dict(
        Submission.objects.filter(sent_at__date__range=days).values_list("version__flow").annotate(n=Count("pk"))
    )
    unsent: dict[str, Counter[str]] = defaultdict(Counter)
    ended = Unsent.objects.filter(day__range=days).values_list("flow", "step").annotate(n=Sum("count"))
    for name, step, number in ended:
        unsent[name][step] += number
    for version in queries.offered():
        if version.flow in sent or version.flow in unsent:
            yield from _of(queries.flow_of(version), sent.get(version.flow, 0), unsent[version.flow])


def _of(flow: Flow, sent: int, unsent: Counter[str]) -> Iterator[dict[str, Any]]:
    language = (get_language() or "de")[:2]
    group, total = flow.name.get(language, flow.name["de"]), sent + unsent.total()
    yield {"group": group, "label": _("begonnen und beendet"), "count": total}
    yield {"group": group, "label": _("abgeschickt"), "count": sent, "of": total}
    for step in flow.steps.values():
        if step.id in unsent:
            said = step.ask or step.say
            name = said.get(language, said.get("de", step.id))
            label = _("aufgehört bei „{step}“").format(step=name)
            yield {"group": group, "label": label, "count": unsent[step.id], "of": total}
