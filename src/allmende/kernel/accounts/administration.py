# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages for whoever manages accounts (right ``accounts.manage``)."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts import queries, service
from allmende.kernel.accounts.access import require
from allmende.kernel.accounts.forms import NewUserForm, RoleForm, SearchForm, UserForm
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.roles import ROLE_TITLES, title
from allmende.kernel.registry import Right, Role, registry

MANAGE = "accounts.manage"
PAGE_SIZE = 50


@require(MANAGE)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, with a search."""
    form = SearchForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    active = {"active": True, "closed": False}.get(given.get("state", ""))
    found = queries.users(text=given.get("q", ""), role=given.get("role", ""), active=active)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/list.html", {"form": form, "page": page, "searched": any(given.values())})


@require(MANAGE)
@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Which role may do what, as the rooms declare it."""
    rows = [(right, [title(role) for role in ROLE_TITLES if role in right.roles]) for right in registry().all(Right)]
    return render(request, "accounts/rights.html", {"rows": rows})


@require(MANAGE)
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """A new account; its one-time password is shown in the answer, once."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, actor = form.cleaned_data, cast(User, request.user)
        user, password = service.create_user_with_one_time_password(
            data["username"],
            email=data["email"],
            display_name=data["display_name"],
            role=Role(data["role"]),
            unit=data["unit"],
            actor=actor,
        )
        return _show_password(request, user, password)
    return render(request, "accounts/create.html", {"form": form}, status=400 if form.errors else 200)


@require(MANAGE)
@never_cache
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: name, address, roles, and what can be done with it."""
    person = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=User.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return _do(
            request,
            person,
            lambda: service.update_user(
                person, display_name=data["display_name"], email=data["email"], actor=_actor(request)
            ),
            _("Die Angaben sind gespeichert."),
        )
    return _show(request, person, form=form)


def _show(
    request: HttpRequest, person: User, *, form: UserForm | None = None, role_form: RoleForm | None = None
) -> HttpResponse:
    form = form or UserForm(instance=person)
    role_form = role_form or RoleForm()
    context = {
        "person": person,
        "form": form,
        "role_form": role_form,
        "assignments": person.assignments.select_related("granted_by"),
        "has_mfa": queries.has_mfa(person),
        "is_self": person == request.user,
    }
    wrong = form.errors or role_form.errors
    return render(request, "accounts/account.html", context, status=400 if wrong else 200)


@require(MANAGE)
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _show(request, person, role_form=form)
    role, unit = Role(form.cleaned_data["role"]), form.cleaned_data["unit"]
    return _do(
        request, person, lambda: service.grant(person, role, unit, actor=_actor(request)), _("Die Rolle ist vergeben.")
    )


@require(MANAGE)
@require_POST
def withdraw(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take a role back."""
    person = get_object_or_404(User, pk=pk)
    held = get_object_or_404(person.assignments.select_related("user"), pk=assignment)
    return _do(request, person, lambda: service.withdraw(held, actor=_actor(request)), _("Die Rolle ist entzogen."))


@require(MANAGE)
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close or open an account. Nobody closes the own one."""
    person = get_object_or_404(User, pk=pk)
    active = request.POST.get("active") == "1"
    if person == request.user:
        messages.error(request, _("Ihr eigenes Konto können Sie nicht schließen."))
        return redirect("accounts_account", pk=pk)
    text = (
        _("Das Konto ist wieder offen.")
        if active
        else _("Das Konto ist geschlossen. Alle Sitzungen und Token sind beendet.")
    )
    return _do(request, person, lambda: service.set_active(person, active, actor=_actor(request)), text)


@require(MANAGE)
@require_POST
def reset_mfa(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a second factor whose device is lost. One's own stays: whoever finds an open session must not replace it."""
    person = get_object_or_404(User, pk=pk)
    if person == request.user:
        messages.error(request, _("Ihren eigenen zweiten Faktor können Sie hier nicht entfernen."))
        return redirect("accounts_account", pk=pk)
    text = _("Der zweite Faktor ist entfernt. Die Person richtet bei der nächsten Anmeldung einen neuen ein.")
    return _do(request, person, lambda: service.reset_mfa(person, actor=_actor(request)), text)


@require(MANAGE)
@require_POST
@never_cache
def one_time_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password, shown in the answer, once. One's own password is changed in the profile."""
    person = get_object_or_404(User, pk=pk)
    if person == request.user:
        messages.error(request, _("Ihr eigenes Passwort ändern Sie in Ihrem Profil."))
        return redirect("accounts_account", pk=pk)
    return _show_password(request, person, service.issue_one_time_password(person, actor=_actor(request)))


def _show_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    context = {"person": user, "password": password, "days": service.ONE_TIME_PASSWORD_DAYS}
    return render(request, "accounts/one_time_password.html", context)


def _do(request: HttpRequest, person: User, change: Callable[[], None], done: str) -> HttpResponse:
    """Change, say what happened, go back to the account."""
    try:
        change()
    except service.AccountsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("accounts_account", pk=person.pk)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)
