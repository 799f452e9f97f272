# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What django-allauth, django-axes and Django report goes into the audit: no password, no name that was only typed."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social_signals
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth_signals
from django.dispatch import Signal
from django.http import HttpRequest

from allmende.kernel.accounts import factors, queries, service
from allmende.kernel.accounts.models import User
from allmende.kernel.audit.service import record
from allmende.kernel.web.addresses import client_address

SIMPLE: tuple[tuple[Signal, str], ...] = (
    (mfa_signals.authenticator_added, "accounts.mfa.added"),
    (mfa_signals.authenticator_removed, "accounts.mfa.removed"),
    (mfa_signals.authenticator_reset, "accounts.mfa.renewed"),
    (mfa_signals.authentication_failed, "accounts.mfa.failed"),
    (account_signals.email_added, "accounts.email.added"),
    (account_signals.email_changed, "accounts.email.changed"),
    (account_signals.email_removed, "accounts.email.removed"),
)
"""Signals that carry the user, and the action each becomes."""

PASSWORD_SIGNALS: tuple[tuple[Signal, str], ...] = (
    (account_signals.password_changed, "changed"),
    (account_signals.password_reset, "reset"),
    (account_signals.password_set, "set"),
)


def connect() -> None:
    """Listen; called once when the app is ready."""
    auth_signals.user_logged_in.connect(_logged_in, dispatch_uid="accounts.logged_in")
    auth_signals.user_logged_out.connect(_logged_out, dispatch_uid="accounts.logged_out")
    auth_signals.user_login_failed.connect(_login_failed, dispatch_uid="accounts.login_failed")
    user_locked_out.connect(_locked_out, dispatch_uid="accounts.locked_out")
    social_signals.social_account_added.connect(_linked, dispatch_uid="accounts.linked")
    social_signals.social_account_removed.connect(_unlinked, dispatch_uid="accounts.unlinked")
    mfa_signals.authenticator_added.connect(_activated, dispatch_uid="accounts.mfa.activated")
    for signal, action in SIMPLE:
        signal.connect(_reporter(action), weak=False, dispatch_uid=action)
    for signal, how in PASSWORD_SIGNALS:
        signal.connect(_password_reporter(how), weak=False, dispatch_uid=f"accounts.password.{how}")


def _address(request: HttpRequest | None) -> dict[str, object]:
    return {"address": client_address(request)} if request is not None else {}


def _logged_in(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    records = get_authentication_records(request, user) if hasattr(request, "session") else []
    methods = [str(entry.get("method")) for entry in records]
    record(
        "accounts.login", actor=user, subject=service.subject(user), detail={**_address(request), "methods": methods}
    )


def _logged_out(*, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        record("accounts.logout", actor=user, subject=service.subject(user), detail=_address(request))


def _login_failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    _report_attempt("accounts.login_failed", credentials.get("username") or credentials.get("email"), request)


def _locked_out(*, request: HttpRequest, username: str | None, **_kwargs: Any) -> None:
    _report_attempt("accounts.locked_out", username, request)


def _report_attempt(action: str, login: str | None, request: HttpRequest | None) -> None:
    """An unknown name is left out: people type their password into the wrong field."""
    user = queries.by_login(login or "")
    detail = {**_address(request), "known": user is not None}
    record(action, actor=None, subject=service.subject(user) if user else "", detail=detail)


def _linked(*, sociallogin: Any, **_kwargs: Any) -> None:
    user = sociallogin.user
    record("accounts.oidc.linked", actor=user, subject=service.subject(user))


def _unlinked(*, socialaccount: Any, **_kwargs: Any) -> None:
    user = socialaccount.user
    record("accounts.oidc.unlinked", actor=user, subject=service.subject(user))


def _activated(*, authenticator: Authenticator, request: HttpRequest, **_kwargs: Any) -> None:
    """The code that proved a new authenticator app is used up, too."""
    factors.use(authenticator, request.POST.get("code", ""))


def _reporter(action: str) -> Any:
    def report(*, user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
        record(action, actor=user, subject=service.subject(user), detail=_address(request))

    return report


def _password_reporter(how: str) -> Any:
    def report(*, user: User, **_kwargs: Any) -> None:
        service.password_was_changed(user, how=how)

    return report
