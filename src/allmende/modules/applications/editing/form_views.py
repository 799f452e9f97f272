# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What changes a flow's file: its parts in forms, the whole as YAML, a new one. Whatever is typed is kept, right or wrong."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.kernel.accounts.access import require
from allmende.kernel.web.editing.comparing import Difference, differences, shown
from allmende.kernel.web.editing.forms import RecordForm
from allmende.modules.applications import service
from allmende.modules.applications.access import EDIT
from allmende.modules.applications.editing import beginning, choices, comparing, opened, queries, shapes
from allmende.modules.applications.editing.forms import NewFlowForm
from allmende.modules.applications.editing.judging import BASICS, judged
from allmende.modules.applications.editing.opened import Opened
from allmende.modules.applications.editing.views import about
from allmende.modules.applications.flowfile import FlowFile, steps_to
from allmende.modules.applications.models import FlowVersion
from allmende.modules.applications.rules import UnreadableError

METHODS = ["GET", "HEAD", "POST"]
MOST_CHARACTERS = 500_000


@require(EDIT)
@never_cache
@require_safe
def overview(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """All parts of a draft, each with what it says and what is wrong with it."""
    found = judged(queries.draft(flow, number))
    offered = choices.offered(found.data)
    context = about(found)
    context["jumps"] = [part for part in found.parts if part.place != BASICS]
    context["parts"] = [
        (
            part,
            list(shown(shapes.layout_of(part.place, form), form, offered))
            if part.fits and (form := shapes.shown(part.place, part.data)) is not None
            else [("YAML", shapes.as_yaml(part.data))],
            [text for _path, text in context["said"].get(part.place, ())],
        )
        for part in found.parts
    ]
    return render(request, "applications/editing/overview.html", context)


@require(EDIT)
@never_cache
@require_http_methods(METHODS)
def part(request: HttpRequest, flow: str, number: int, place: str) -> HttpResponse:
    """The form of one part, or of a new one."""
    row = queries.draft(flow, number)
    try:
        file = FlowFile(row.text)
    except UnreadableError:
        return redirect("flow_yaml", flow, number)
    data = opened.part_of(file, place)
    if request.method == "POST":
        return _sent(request, row, file, opened.sent(place, request.POST))
    if data is None and not opened.is_new(place):
        raise Http404
    if data is not None and not shapes.fits(place, data):
        messages.warning(
            request, _("Dieser Teil ist so geschrieben, dass kein Formular ihn zeigen kann. Hier ist die ganze Datei.")
        )
        return redirect("flow_yaml", flow, number)
    return _show(request, row, file, opened.fresh(file, place, request.GET.get("after", "")))


def _sent(request: HttpRequest, row: FlowVersion, file: FlowFile, form: Opened) -> HttpResponse:
    if "rows" in request.POST:
        return _show(request, row, file, form)
    now = opened.part_of(file, form.place)
    if form.seen != opened.mark(now):
        return _show(request, row, file, opened.renewed(form, file), theirs=now, status=409)
    try:
        place = opened.changed(file, form)
        kept = service.save(row, file.text, seen=row.hash, actor=cast(Any, request.user))
    except shapes.EntryError as error:
        return _show(request, row, file, form, said=[(error.path, _entry_fault(error))], status=400)
    except service.ChangedError:  # between reading and keeping: the form is held against what is there now
        return part(request, row.flow, row.version, form.place)
    if queries.told(judged(kept), choices.language()).get(place):
        return redirect("flow_part", row.flow, row.version, place)
    messages.success(request, _("Gespeichert."))
    return redirect(f"{reverse('flow_form', args=(row.flow, row.version))}#{place}")


def _show(
    request: HttpRequest,
    row: FlowVersion,
    file: FlowFile,
    form: Opened,
    *,
    said: list[tuple[str, str]] | None = None,
    theirs: Any = None,
    status: int = 200,
) -> HttpResponse:
    found, offered = judged(row), choices.offered(file.data)
    context = about(found)
    record = RecordForm(form.layout, form.entries, offered, focus=form.focus)
    record.tell(said if said is not None else context["said"].get(form.place, ()) if request.method != "POST" else ())
    context |= {"form": record, "opened": form, "kind": shapes.kind_of(form.place), "here": steps_to(form.place)[-1]}
    context["saved"] = request.method != "POST"
    if status == 409:
        mine = form.form
        then = shapes.shown(form.place, theirs) if theirs is not None else {}
        context["clash"] = differences(form.layout, mine, then, offered)
        context["gone"] = theirs is None
    return render(request, "applications/editing/part.html", context, status=status)


@require(EDIT)
@require_POST
def rearrange(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Take a part away, or move it up."""
    row, place = queries.draft(flow, number), request.POST.get("place", "")
    act = {"remove": FlowFile.remove, "up": FlowFile.move_up}.get(request.POST.get("do", ""))
    back = redirect("flow_form", flow, number)
    try:
        file = FlowFile(row.text)
        if act and place.partition(".")[0] in ("steps", "slots", "tests") and not opened.is_new(place):
            act(file, place)
            service.save(row, file.text, seen=request.POST.get("seen", ""), actor=cast(Any, request.user))
            return redirect(
                f"{reverse('flow_form', args=(flow, number))}{'' if act is FlowFile.remove else f'#{place}'}"
            )
    except UnreadableError:
        return redirect("flow_yaml", flow, number)
    except service.ChangedError:
        messages.warning(request, _("Der Entwurf ist inzwischen ein anderer. Sehen Sie ihn sich bitte noch einmal an."))
    return back


@require(EDIT)
@never_cache
@require_http_methods(METHODS)
def source(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """The file as it is written."""
    row = queries.draft(flow, number)
    text, status = row.text, 200
    clash: tuple[Difference, ...] = ()
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")[:MOST_CHARACTERS]
        try:
            row = service.save(row, text, seen=request.POST.get("seen", ""), actor=cast(Any, request.user))
            messages.success(request, _("Gespeichert."))
            return redirect("flow_yaml", flow, number)
        except service.ChangedError as error:
            if error.row is None:
                raise Http404 from error
            row, status = error.row, 409
            clash = comparing.lines(text, row.text, _("Was sich unterscheidet"))
    context = {**about(judged(row)), "text": text, "clash": clash}
    return render(request, "applications/editing/yaml.html", context, status=status)


@require(EDIT)
@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """A new flow, from nothing or from FIM."""
    form = NewFlowForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            text, notes = beginning.file(form.cleaned_data, choices.language())
            row = service.create(text, actor=cast(Any, request.user))
        except (beginning.SchemaError, service.FlowRefusedError) as error:
            form.add_error("schema" if form.cleaned_data["schema"] else "name", str(error))
        else:
            for note in notes:
                messages.info(request, note)
            return redirect("flow_version", row.flow, row.version)
    return render(request, "applications/editing/new.html", {"form": form}, status=400 if form.errors else 200)


def _entry_fault(error: shapes.EntryError) -> str:
    return {
        "unreadable": _("Das ist kein gültiges YAML: {reason}"),
        "answers": _("Schreiben Sie je Zeile „Feld: Antwort“. Gefunden: {reason}"),
        "twice": _("„{reason}“ gibt es schon."),
        "key": _("Ein Name besteht aus Kleinbuchstaben, Ziffern und Unterstrichen."),
    }[error.key].format(reason=error.reason)
