# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A draft is kept for another day or thrown away, and what was sent is confirmed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.kernel.accounts.access import require
from allmende.kernel.cases import access as cases
from allmende.kernel.files.views import attachment
from allmende.kernel.printing.service import OFTEN, PrintingFailed
from allmende.kernel.town import queries as town
from allmende.kernel.web import dialogs
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.applications import access, drafts, receipts, saving, submissions, tokens, uploads
from allmende.modules.applications.dialog import NAME
from allmende.modules.applications.drafts import NoDraftError, Opened
from allmende.modules.applications.views.holding import held, language, let_go, token_of
from allmende.modules.applications.views.question import frame

PRINTING = PublicThrottle("10/m", scope="application-receipt")


@require_http_methods(["GET", "POST"])
@held
def keep(request: HttpRequest, token: str, draft: Opened) -> HttpResponse:
    """Go on another day: with a file, or with the code, which POST shows with its last day."""
    shown = request.method == "POST"
    kept = drafts.keep(token) if shown else draft
    context = {
        **frame(request, token, draft),
        "code": tokens.grouped(token) if shown else "",
        "expires_at": kept.expires_at,
        "file_until": saving.good_until(),
        "has_files": bool(uploads.own(token, draft)),
    }
    return render(request, "applications/keep.html", context)


@require_POST
@held
def download(request: HttpRequest, token: str, draft: Opened) -> HttpResponse:  # noqa: ARG001  (a page of the draft like the others)
    """The application as an encrypted file."""
    response = HttpResponse(saving.save(draft), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{saving.name_of(draft)}"'
    return response


@require_POST
@held
def chat(request: HttpRequest, token: str, draft: Opened) -> HttpResponse:  # noqa: ARG001  (a page of the draft like the others)
    """Go on with the same answers in the conversation with the assistant."""
    return dialogs.hold(request, redirect("ask"), NAME, token)


@never_cache
@require_POST
def forget(request: HttpRequest, key: str) -> HttpResponse:
    """Delete the draft and let this browser forget it; what was sent stays with the town."""
    try:
        token = token_of(request, key)
    except NoDraftError:
        return redirect("applications")
    drafts.forget(token)
    messages.success(request, _("Auf diesem Gerät ist nichts mehr von diesem Antrag gespeichert."))
    return let_go(redirect("applications"), key)


@never_cache
@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """The receipt of what was sent, as PDF."""
    try:
        sent = submissions.receipt(token_of(request, key))
    except NoDraftError:
        return redirect("application_draft", key)
    try:
        if not PRINTING.allow_request(request):
            raise PrintingFailed(OFTEN)
        paper = receipts.pdf(sent.submission.record, sent.number, language())
    except PrintingFailed as failed:
        messages.error(request, str(failed))
        return redirect("application_done", key)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=receipts.file_name(sent.number, language())
    )
    return response


@require(cases.WORK)
@require_safe
def upload(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """For clerks: a file that came with an application."""
    return attachment(access.uploaded(request.user, file_id).file)


@never_cache
@require_safe
def done(request: HttpRequest, key: str) -> HttpResponse:
    """What was sent: its number, the private link, what happens next."""
    try:
        receipt = submissions.receipt(token_of(request, key))
    except NoDraftError:
        return redirect("application_draft", key)
    record = receipt.submission.record
    context = {
        "key": key,
        "receipt": receipt,
        "name": record["flow"]["name"][language()],
        "closing": [text[language()] for text in record["closing"]],
        "email": record["applicant"]["email"],
        "unit": town.unit(record["unit"], language()),
        "language": language(),
    }
    return render(request, "applications/done.html", context)
