# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The frame's own pages: errors, theme and what the law asks every town to say.

Error views take what Django passes to them, used or not.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.kernel.registry import AISystem, Evaluation, RiskClass, registry
from allmende.kernel.web.context import THEME_COOKIE, THEMES

ONE_YEAR = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or auto in a cookie and go back to a page of this house, nowhere else."""
    response = HttpResponseRedirect(_own_address(request, request.POST.get("next", "")))
    wanted = request.POST.get("theme", "")
    if wanted in THEMES:
        response.set_cookie(
            THEME_COOKIE, wanted, max_age=ONE_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Impressum (§ 5 DDG)."""
    return render(request, "web/impressum.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Datenschutzerklärung (Art. 13 GDPR)."""
    context = {
        "systems": registry().all(AISystem),
        "retention_days": settings.ANSWER_RETENTION_DAYS,
        "callback_days": settings.CALLBACK_RETENTION_DAYS,
        "chat_days": settings.CHAT_RETENTION_DAYS,
        "picture_record_days": settings.PICTURE_RECORD_RETENTION_DAYS,
    }
    return render(request, "web/datenschutz.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Erklärung zur Barrierefreiheit (§ 12b BGG and the states' laws)."""
    return render(request, "web/barrierefreiheit.html")


@require_safe
def ai_systems(request: HttpRequest) -> HttpResponse:
    """Every AI system in use, as its room declares it (Art. 50 AI Act)."""
    evaluations = {evaluation.name: evaluation for evaluation in registry().all(Evaluation)}
    context = {"systems": registry().all(AISystem), "risk_titles": _risk_titles(), "evaluations": evaluations}
    return render(request, "web/ki.html", context)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _error(
        request,
        400,
        _("Diese Anfrage war nicht verständlich"),
        _(
            "Es wurde nichts gespeichert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie das "
            "Formular noch einmal."
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _error(
        request,
        403,
        _("Dafür fehlt Ihnen die Berechtigung"),
        _(
            "Es wurde nichts geändert. Wenn Sie diese Seite für Ihre Arbeit brauchen, wenden Sie sich an "
            "die Systemverwaltung."
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or too old."""
    return _error(
        request,
        403,
        _("Das Formular ist abgelaufen"),
        _(
            "Es wurde nichts gespeichert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie das "
            "Formular noch einmal."
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _error(
        request,
        404,
        _("Diese Seite gibt es nicht"),
        _(
            "Vielleicht wurde sie verschoben, oder in der Adresse steckt ein Tippfehler. Mit der Suche oben "
            "finden Sie, was Sie brauchen."
        ),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for a request that brings more than the house takes in."""
    return _error(
        request,
        413,
        _("Das ist zu viel auf einmal"),
        _(
            "Es wurde nichts gespeichert. Eine Datei darf höchstens %(limit)d MB groß sein. Bitte senden Sie eine kleinere."
        )
        % {"limit": settings.MAX_UPLOAD_BYTES // 1024**2},
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500; rendered without request and database, because either may be what is broken."""
    context = {
        "code": 500,
        "title": _("Bei uns ist ein Fehler aufgetreten"),
        "body": _(
            "Der Fehler ist aufgezeichnet. Ob Ihre letzte Eingabe gespeichert ist, sehen Sie, "
            "wenn Sie die Seite erneut öffnen. Versuchen Sie es in einigen Minuten noch einmal."
        ),
    }
    return HttpResponse(render_to_string("web/error.html", context), status=500)


def _error(request: HttpRequest, code: int, title: str, body: str) -> HttpResponse:
    return render(request, "web/error.html", {"code": code, "title": title, "body": body}, status=code)


def _own_address(request: HttpRequest, address: str) -> str:
    """The address when it lies in this house, else the start page."""
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if own and address else "/"


def _risk_titles() -> dict[str, str]:
    return {
        RiskClass.MINIMAL: _("minimales Risiko"),
        RiskClass.LIMITED: _("begrenztes Risiko"),
        RiskClass.HIGH: _("hohes Risiko"),
    }
