# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the administration: providers, their test, quotas, use."""

import json
from collections.abc import AsyncIterator
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.accounts.models import User
from allmende.kernel.evaluation.gates import ObjectedError
from allmende.kernel.llm import access, overview, queries, service, writing
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.errors import LlmError
from allmende.kernel.llm.forms import OverrideForm, ProviderForm, QuotasForm
from allmende.kernel.llm.models import Provider
from allmende.kernel.llm.probing import Probe
from allmende.kernel.web.sse import Event, event_stream, release_request_thread


@require(access.READ)
@require_GET
def providers(request: HttpRequest) -> HttpResponse:
    """All providers with their state and today's use, and what may go where."""
    context = {
        "lines": overview.lines(),
        "matrix": overview.matrix(),
        "locations": overview.location_titles(),
        "may_manage": has_right(request.user, access.MANAGE),
    }
    return render(request, "llm/list.html", context)


@require(access.MANAGE)
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """A new provider."""
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = writing.create_provider(form.values, key=form.cleaned_data["key"], actor=_actor(request))
        messages.success(
            request,
            _(
                "Der Anbieter ist angelegt. Prüfen Sie ihn mit einer Testanfrage; in Betrieb nimmt ihn eine zweite Person."
            ),
        )
        return redirect("llm:provider", slug=made.slug)
    return render(request, "llm/create.html", {"form": form}, status=400 if form.errors else 200)


@require(access.MANAGE)
@never_cache
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """One provider: its state, its test, its fields."""
    found = _endpoint(slug)
    row = queries.provider(slug)
    form = None if row is None else ProviderForm(request.POST or None, instance=row)
    if request.method == "POST":
        if row is None or form is None:
            raise Http404
        if form.is_valid():
            return _change(request, get_object_or_404(Provider, slug=slug), form)
    return _show(request, found, row, form)


def _change(request: HttpRequest, row: Provider, form: ProviderForm) -> HttpResponse:
    data, was_active = form.cleaned_data, row.is_active
    moved = writing.change_provider(
        row, form.values, key=data["key"], forget_key=data.get("forget_key", False), actor=_actor(request)
    )
    messages.success(request, _("Die Angaben sind gespeichert."))
    row.refresh_from_db()
    if was_active and not row.is_active:
        text = _(
            "Weil jetzt ein anderes Modell antworten würde, ist er außer Betrieb, bis eine zweite Person zustimmt."
        )
        messages.warning(request, text)
    if moved:
        text = _(
            "Weil die Adresse eine andere ist, wurde der gespeicherte Schlüssel gelöscht. Bitte geben Sie ihn neu ein."
        )
        messages.warning(request, text)
    return redirect("llm:provider", slug=row.slug)


def _show(
    request: HttpRequest, found: Endpoint, row: Provider | None, form: ProviderForm | None, **more: Any
) -> HttpResponse:
    context = {"line": overview.line(found, row), "row": row, "form": form, "override_form": OverrideForm(), **more}
    status = 409 if "objections" in more else 400 if form is not None and form.errors else 200
    return render(request, "llm/provider.html", context, status=status)


@require(access.MANAGE)
@require_POST
def set_active(request: HttpRequest, slug: str) -> HttpResponse:
    """Out of operation at once; into it as a second person."""
    row = get_object_or_404(Provider, slug=slug)
    if request.POST.get("active") != "1":
        writing.deactivate(row, actor=_actor(request))
        messages.success(request, _("Der Anbieter ist außer Betrieb."))
        return redirect("llm:provider", slug=slug)
    seen, reason = request.POST.get("seen", ""), request.POST.get("reason", "")
    try:
        writing.activate(row, seen=int(seen) if seen.isdecimal() else -1, actor=_actor(request), reason=reason)
    except ObjectedError as objected:
        form = ProviderForm(instance=row)
        return _show(request, _endpoint(slug), row, form, objections=objected.objections)
    except writing.SecondPersonError:
        messages.error(request, _("Sie haben den Anbieter zuletzt geändert. In Betrieb nimmt ihn eine zweite Person."))
    except writing.ChangedError:
        messages.error(request, _("Der Anbieter wurde inzwischen geändert. Bitte sehen Sie ihn sich noch einmal an."))
    else:
        messages.success(request, _("Der Anbieter ist in Betrieb."))
    return redirect("llm:provider", slug=slug)


@require(access.MANAGE)
@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a provider with its key."""
    row = get_object_or_404(Provider, slug=slug)
    writing.delete_provider(row, actor=_actor(request))
    messages.success(request, _("Der Anbieter „%(name)s“ und sein Schlüssel sind gelöscht.") % {"name": row.name})
    return redirect("llm:list")


@require(access.MANAGE)
@require_POST
@never_cache
def probe(request: HttpRequest, slug: str) -> HttpResponse:
    """A real call; the page says what came of it."""
    findings = service.in_own_loop(Probe(_endpoint(slug), _actor(request)).finish)
    row = queries.provider(slug)
    form = None if row is None else ProviderForm(instance=row)
    return _show(request, _endpoint(slug), row, form, findings=findings)


@require(access.MANAGE)
@require_POST
async def probe_stream(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same, read along: events `piece` with text, then one event `findings`."""
    found = await sync_to_async(_endpoint)(slug)
    return event_stream(_probe_events(Probe(found, cast(User, await request.auser())), reads=bool(found.chat_model)))


async def _probe_events(probe: Probe, *, reads: bool) -> AsyncIterator[Event]:
    await release_request_thread()
    if reads:
        try:
            async with probe.pieces as pieces:
                async for text in pieces:
                    yield Event(json.dumps(text), "piece")
        except LlmError as error:
            probe.failed(error)
    findings = await probe.finish()
    yield Event(json.dumps(findings.as_dict(), ensure_ascii=False), "findings")


@require(access.MANAGE)
def quotas(request: HttpRequest) -> HttpResponse:
    """What each role may use in a day."""
    form = QuotasForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.changed:
            writing.set_quotas(form.changed, actor=_actor(request))
        messages.success(request, _("Die Kontingente sind gespeichert."))
        return redirect("llm:quotas")
    rows = overview.quota_rows(form)
    return render(request, "llm/quotas.html", {"form": form, "rows": rows}, status=400 if form.errors else 200)


@require(access.READ)
@require_GET
def use(request: HttpRequest) -> HttpResponse:
    """What was used, by role, room and model."""
    return render(request, "llm/use.html", overview.use())


def _endpoint(slug: str) -> Endpoint:
    found = queries.endpoint(slug)
    if found is None:
        raise Http404
    return found


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)
