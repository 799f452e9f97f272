# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""For the data protection officer: what the house knows about a person, its deletion, and the protocol of deletions."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allmende.kernel.accounts.access import require
from allmende.kernel.cases import access, kinds, protection, queries, rules
from allmende.kernel.cases.forms import EraseForm, PersonForm
from allmende.kernel.cases.plain import as_html
from allmende.kernel.cases.views.desk import person
from allmende.kernel.registry import PersonalData, registry


@require(access.PROTECT)
@require_http_methods(["GET", "POST"])
@never_cache
def protection_page(request: HttpRequest) -> HttpResponse:
    """The protocol, and a form for a person; POST shows, hands out (`do`: json, html) or erases. No name in an address."""
    if request.method == "GET":
        return _start(request, PersonForm())
    if request.POST.get("do") == "erase":
        return _erase(request)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _start(request, form, status=422)
    return _answer(request, form.cleaned_data["contact"].strip())


def _start(request: HttpRequest, form: PersonForm, status: int = 200) -> HttpResponse:
    page = Paginator(queries.protocol(), rules.PAGE_SIZE).get_page(request.GET.get("page"))
    titles = {item.name: item.title for item in registry().all(PersonalData)}
    rows = [(line, titles.get(line.kind) or kinds.kind(line.kind).title, _state(line)) for line in page]
    return render(request, "cases/protection.html", {"form": form, "page": page, "rows": rows}, status=status)


def _state(line: Any) -> str:
    return kinds.kind(line.kind).flow.state(line.state).title_in(rules.language()) if line.state else ""


def _answer(request: HttpRequest, contact: str, form: EraseForm | None = None, status: int = 200) -> HttpResponse:
    found = protection.export(contact, actor=person(request))
    if request.POST.get("do") == "json":
        return _file(
            "auskunft.json", json.dumps(found, ensure_ascii=False, indent=2), "application/json; charset=utf-8"
        )
    titles = {item.name: item.title for item in registry().all(PersonalData)}
    shown = [(titles[name], len(things), as_html(things, rules.language())) for name, things in found.items()]
    context = {
        "contact": contact,
        "shown": shown,
        "count": sum(len(things) for things in found.values()),
        "now": timezone.now(),
        "form": form or EraseForm(initial={"contact": contact}),
    }
    if request.POST.get("do") == "html":
        return _file("auskunft.html", render_to_string("cases/person_file.html", context), "text/html; charset=utf-8")
    return render(request, "cases/person.html", context, status=status)


def _erase(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST)
    if not form.is_valid():
        contact = request.POST.get("contact", "").strip()
        return _answer(request, contact, form, 422) if contact else _start(request, PersonForm(request.POST), 422)
    count = protection.erase(form.cleaned_data["contact"], reason=form.cleaned_data["reason"], actor=person(request))
    messages.success(
        request, _("Gelöscht: {count} Einträge. Das Löschprotokoll nennt es.").format(count=sum(count.values()))
    )
    return redirect("cases_protection")


def _file(name: str, content: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
