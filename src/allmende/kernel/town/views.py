# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages for everybody: services, offices, local law. Read only."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from allmende.kernel.town import queries
from allmende.kernel.town.cards import GERMAN


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """All services from A to Z, or (``?amt=``) those of one office."""
    language = _language()
    offices = queries.units(language)
    chosen = next((office for office in offices if office.id == request.GET.get("amt")), None)
    links = queries.services(language, unit_id=chosen.id if chosen else None)
    groups = queries.by_letter(links)
    context = {"groups": groups, "count": len(links), "offices": offices, "chosen": chosen, "language": language}
    return render(request, "town/services.html", context)


@require_safe
def service(request: HttpRequest, service_id: str) -> HttpResponse:
    """One service with everything a citizen needs to know."""
    language = _language()
    card = queries.service_card(service_id, language)
    if card is None:
        raise Http404
    named = {"short", "full", "legal_basis"}
    blocks = [block for block in card.texts if block.name not in named]
    context = {"card": card, "blocks": blocks, "full": card.block("full"), "basis": card.block("legal_basis")}
    return render(request, "town/service.html", context | {"language": language})


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """All offices and facilities, with whether they are open now."""
    language = _language()
    groups = queries.by_kind(queries.units(language))
    return render(request, "town/units.html", {"groups": groups, "language": language})


@require_safe
def unit(request: HttpRequest, unit_id: str) -> HttpResponse:
    """One office: where, when, and for what."""
    language = _language()
    card = queries.unit(unit_id, language)
    if card is None:
        raise Http404
    links = queries.services(language, unit_id=unit_id)
    return render(request, "town/unit.html", {"card": card, "services": links, "language": language})


@require_safe
def statutes(request: HttpRequest) -> HttpResponse:
    """The local law in force."""
    language = _language()
    return render(request, "town/statutes.html", {"statutes": queries.statutes(language), "language": language})


@require_safe
def statute(request: HttpRequest, statute_id: str) -> HttpResponse:
    """One statute with its sections; with ``?stichtag=2020-05-01`` the version that held on that day."""
    language, wanted = _language(), request.GET.get("stichtag", "").strip()
    as_of = _date(wanted)
    view = queries.statute(statute_id, language, as_of=as_of)
    found = view is not None
    view = view or queries.statute(statute_id, language)
    if view is None:
        raise Http404
    context = {"statute": view, "as_of": as_of, "wanted": wanted, "unreadable": bool(wanted) and as_of is None}
    return render(request, "town/statute.html", context | {"found": found, "language": language})


@require_safe
def page(request: HttpRequest, page_id: str) -> HttpResponse:
    """A page of the town's web site."""
    language = _language()
    view = queries.page(page_id, language)
    if view is None:
        raise Http404
    return render(request, "town/page.html", {"page": view, "language": language})


def _language() -> str:
    return (get_language() or GERMAN).split("-")[0]


def _date(text: str) -> date | None:
    """A date as browsers (2020-05-01) and Germans (1.5.2020) write it; None when it is neither."""
    try:
        if "." in text:
            day, month, year = text.split(".")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError:
        return None
