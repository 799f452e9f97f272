# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be chosen in the forms, and how a chosen value is called in a comparison."""

from collections.abc import Callable, Iterable

from django.utils import dates
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.kernel.town import formats, models, rules
from allmende.kernel.town.building import short_title
from allmende.kernel.town.cards import GERMAN, local
from allmende.kernel.town.queries import fold
from allmende.kernel.web.editing.choices import Choices, Offered


def offered() -> Offered:
    """The choices of one page."""
    return Offered(SOURCES)


def units() -> Choices:
    """All units by name."""
    return _by_title((pk, str(name.get("de", pk))) for pk, name in models.Unit.objects.values_list("pk", "name"))


def statutes() -> Choices:
    """All versions of statutes by short title, with the year from which those hold that were replaced."""
    rows = models.Statute.objects.values_list("pk", "title", "valid_from", "valid_to")
    ended = _("{title} ({first} bis {last})")
    return _by_title(
        (pk, ended.format(title=short_title(title), first=first.year, last=last.year) if last else short_title(title))
        for pk, title, first, last in rows
    )


def services() -> Choices:
    """All services by German name."""
    names = models.ServiceText.objects.filter(module=rules.NAME_MODULE, language="de")
    return _by_title(names.values_list("service_id", "text"))


def weekdays() -> Choices:
    """Monday to Sunday."""
    return [(day, str(dates.WEEKDAYS_ABBR[number])) for number, day in enumerate(formats.WEEKDAYS)]


def statute_kinds() -> Choices:
    """Kinds of local law."""
    language = (get_language() or GERMAN).split("-")[0]
    return [(kind, str(local(titles, language))) for kind, titles in rules.statute_kinds().items()]


def unit_kinds() -> Choices:
    """Office, facility, other authority."""
    return [(value, str(label)) for value, label in models.Unit.Kind.choices]


SOURCES: dict[str, Callable[[], Choices]] = {
    "units": units,
    "statutes": statutes,
    "services": services,
    "weekdays": weekdays,
    "statute_kinds": statute_kinds,
    "unit_kinds": unit_kinds,
}


def _by_title(pairs: Iterable[tuple[str, str]]) -> Choices:
    return sorted(pairs, key=lambda pair: fold(pair[1]))
