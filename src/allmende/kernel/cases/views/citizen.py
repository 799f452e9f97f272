# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A citizen's own page of a case, behind a private link: read, write back, withdraw."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.kernel.cases import kinds, queries, rules, service
from allmende.kernel.cases.correspondence import case_of
from allmende.kernel.cases.engine.workflow import CITIZEN
from allmende.kernel.cases.forms import ReplyForm
from allmende.kernel.cases.models import Case
from allmende.kernel.messages.links import private
from allmende.kernel.messages.models import Link
from allmende.kernel.printing.service import OFTEN, PrintingFailed
from allmende.kernel.web.throttling import PublicThrottle

PRINTING = PublicThrottle("10/m", scope="case-paper")


@require_http_methods(["GET", "POST"])
@private
def own_page(request: HttpRequest, link: Link) -> HttpResponse:
    """What the town knows and wrote; POST replies, withdraws, or takes the withdrawal back. Whoever has the link may."""
    case = case_of(link)
    if case is None:
        raise Http404
    if request.method == "POST":
        return _act(request, case)
    return _page(request, case)


@require_safe
@private
def paper(request: HttpRequest, link: Link) -> HttpResponse:
    """What was handed in, as PDF."""
    case = case_of(link)
    if case is None:
        raise Http404
    try:
        if not PRINTING.allow_request(request):
            raise PrintingFailed(OFTEN)
        made = kinds.kind(case.kind).printed(queries.as_record(case), rules.language())
    except PrintingFailed as failed:
        messages.error(request, str(failed))
        return redirect(request.path.removesuffix("pdf/"))
    if made is None:
        messages.info(request, _("Zu diesem Vorgang gibt es kein PDF."))
        return redirect(request.path.removesuffix("pdf/"))
    response = HttpResponse(made[1], content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=made[0])
    return response


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    wish = request.POST.get("do", "")
    if wish == "withdraw":
        return _withdraw(request, case)
    if wish == "undo":
        service.undo_withdrawal(case)
        return redirect(request.path)
    form = ReplyForm(request.POST, case=case)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    service.reply(case, form.cleaned_data["text"], ticket=form.cleaned_data["ticket"])
    messages.success(request, _("Ihre Nachricht ist angekommen."))
    return redirect(request.path)


def _withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        service.withdraw(case)
    except service.OtherPersonError:
        messages.error(request, _("Der Vorgang ist schon abgeschlossen und lässt sich nicht mehr zurückziehen."))
    return redirect(request.path)


def _page(request: HttpRequest, case: Case, form: ReplyForm | None = None, status: int = 200) -> HttpResponse:
    kind, language = kinds.kind(case.kind), rules.language()
    state = kind.flow.state(case.state)
    context = {
        "case": case,
        "kind": kind.title,
        "state": state.title_in(language),
        "badge": state.badge,
        "content": kind.shown(queries.as_record(case), language),
        "has_paper": bool(kind.paper),
        "letters": [letter for letter in case.letters.all() if letter.has_left],
        "form": form or ReplyForm(case=case),
        "may_withdraw": kind.flow.may(case.state, kind.flow.withdrawn, CITIZEN),
        "may_undo": service.last_withdrawal(case) is not None,
    }
    return render(request, "cases/own.html", context, status=status)
