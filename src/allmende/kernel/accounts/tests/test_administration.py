# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The administrator manages the accounts; nobody else knows the pages."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry

pytestmark = pytest.mark.django_db


def pages(pk: int) -> list[tuple[str, list[int], str]]:
    return [
        ("accounts_list", [], "get"),
        ("accounts_create", [], "get"),
        ("accounts_rights", [], "get"),
        ("accounts_account", [pk], "get"),
        ("accounts_create", [], "post"),
        ("accounts_account", [pk], "post"),
        ("accounts_grant", [pk], "post"),
        ("accounts_withdraw", [pk, 1], "post"),
        ("accounts_set_active", [pk], "post"),
        ("accounts_reset_mfa", [pk], "post"),
        ("accounts_one_time_password", [pk], "post"),
    ]


def test_it_works(manager, alice):
    page = manager.get(reverse("accounts_list")).content.decode()
    assert "alice" in page
    assert "Sachbearbeitung (buergerbuero)" in page
    for name, arguments, method in pages(alice.pk):
        if method == "get":
            assert manager.get(reverse(name, args=arguments)).status_code == 200, name


def test_a_clerk_a_data_protection_officer_and_a_stranger_find_nothing(alice):
    for user in (alice, make_user("bob", "data_protection_officer"), make_user("charlie", "citizen")):
        client = Client()
        client.force_login(user)
        for name, arguments, method in pages(alice.pk):
            assert getattr(client, method)(reverse(name, args=arguments)).status_code == 404, name
    for name, arguments, method in pages(alice.pk):
        answer = getattr(Client(), method)(reverse(name, args=arguments))
        assert answer.url.startswith(reverse("account_login")), name


def test_links_alone_change_nothing_and_forms_of_other_sites_neither(manager, admin, alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    for name, arguments, method in pages(alice.pk):
        if method == "post":
            assert strict.post(reverse(name, args=arguments)).status_code == 403, name
        if name in (
            "accounts_grant",
            "accounts_withdraw",
            "accounts_set_active",
            "accounts_reset_mfa",
            "accounts_one_time_password",
        ):
            assert manager.get(reverse(name, args=arguments)).status_code == 405, name


def test_the_search_finds_by_name_address_role_and_state(manager, alice):
    make_user("erika", "editor")

    def found(**query):
        return {user.username for user in manager.get(reverse("accounts_list"), query).context["page"]}

    assert found(q="ALI") == {"alice"}
    assert found(q="lindental.example") == {"alice"}
    assert found(role="editor") == {"erika"}
    assert found(state="closed") == set()
    assert found(state="active") == {"admin", "alice", "erika"}


def test_a_new_person_gets_a_one_time_password_that_is_shown_once(manager, sign_in):
    form = {"username": "erika", "display_name": "Erika Ehlers", "email": "", "role": "editor", "unit": "buergerbuero"}
    page = manager.post(reverse("accounts_create"), form)
    password = page.context["password"]
    assert password in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    erika = User.objects.get(username="erika")
    assert erika.must_change_password
    assert str(erika.assignments.get()) == "editor:buergerbuero"
    assert password not in str(list(Entry.objects.values()))
    client = Client()
    sign_in(client, "erika", password)
    assert client.get(reverse("accounts_profile")).url == reverse("account_change_password")


def test_a_wrong_form_is_explained_and_saves_nothing(manager, alice):
    answer = manager.post(
        reverse("accounts_create"), {"username": "alice", "role": "clerk", "email": "alice@lindental.example"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Diesen Benutzernamen gibt es schon." in page
    assert "gehört schon zu einem anderen Konto" in page
    assert (
        manager.post(reverse("accounts_create"), {"username": "x y", "role": "pope", "unit": "A B"}).status_code == 400
    )
    assert User.objects.count() == 2


def test_roles_are_given_and_taken_back(manager, alice):
    manager.post(reverse("accounts_grant", args=[alice.pk]), {"role": "editor", "unit": ""})
    assert {str(held) for held in alice.assignments.all()} == {"clerk:buergerbuero", "editor"}
    held = alice.assignments.get(role="editor")
    manager.post(reverse("accounts_withdraw", args=[alice.pk, held.pk]))
    assert {str(held) for held in alice.assignments.all()} == {"clerk:buergerbuero"}
    assert manager.post(reverse("accounts_grant", args=[alice.pk]), {"role": "pope"}).status_code == 400


def test_a_role_of_somebody_else_is_not_withdrawn_by_a_wrong_address(manager, alice, admin):
    held = admin.assignments.get()
    assert manager.post(reverse("accounts_withdraw", args=[alice.pk, held.pk])).status_code == 404


def test_the_last_administrator_cannot_be_removed_and_is_told_why(manager, admin):
    held = admin.assignments.get()
    page = manager.post(reverse("accounts_withdraw", args=[admin.pk, held.pk]), follow=True).content.decode()
    assert "letzte Konto der Systemverwaltung" in page
    assert admin.assignments.exists()


def test_nobody_closes_or_resets_the_own_account_here(manager, admin):
    make_user("second", "administrator")
    manager.post(reverse("accounts_set_active", args=[admin.pk]), {"active": "0"})
    manager.post(reverse("accounts_one_time_password", args=[admin.pk]))
    admin.refresh_from_db()
    assert admin.is_active
    assert not admin.must_change_password


def test_an_open_session_of_an_administrator_is_not_enough_to_replace_the_own_second_factor(manager, admin):
    manager.post(reverse("accounts_reset_mfa", args=[admin.pk]))
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_an_account_is_closed_and_opened_again(manager, alice):
    for active in (False, True):
        manager.post(reverse("accounts_set_active", args=[alice.pk]), {"active": str(int(active))})
        alice.refresh_from_db()
        assert alice.is_active is active


def test_a_lost_device_is_forgotten(manager):
    bob = make_user("bob", "data_protection_officer")
    manager.post(reverse("accounts_reset_mfa", args=[bob.pk]))
    assert not Authenticator.objects.filter(user=bob).exists()


def test_name_and_address_are_changed(manager, alice):
    manager.post(
        reverse("accounts_account", args=[alice.pk]),
        {"display_name": "Alice Adler", "email": "adler@lindental.example"},
    )
    alice.refresh_from_db()
    assert (alice.display_name, alice.email) == ("Alice Adler", "adler@lindental.example")
    assert alice.emailaddress_set.get().email == "adler@lindental.example"


def test_a_stored_name_is_shown_as_text(manager, alice):
    manager.post(
        reverse("accounts_account", args=[alice.pk]), {"display_name": "<script>alert(1)</script>", "email": ""}
    )
    for name, arguments in (("accounts_list", []), ("accounts_account", [alice.pk])):
        assert "<script>alert" not in manager.get(reverse(name, args=arguments)).content.decode()


def test_a_long_list_costs_no_more_queries(manager, django_assert_max_num_queries):
    for number in range(30):
        make_user(f"clerk{number}", "clerk")
    with django_assert_max_num_queries(9):
        manager.get(reverse("accounts_list"))
