# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who somebody is here, and what follows from it."""

import pytest
from django.core.exceptions import ValidationError

from allmende.kernel.accounts import service
from allmende.kernel.accounts.access import has_right
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.registry import Role

pytestmark = pytest.mark.django_db


def test_it_works(alice):
    assert alice.roles == {Role.CLERK}
    assert alice.units == {"buergerbuero"}
    assert not alice.has_right("accounts.manage")


def test_rights_come_from_the_declarations_of_the_rooms():
    bob = make_user("bob", "data_protection_officer")
    assert bob.has_right("audit.read")
    assert not bob.has_right("accounts.manage")
    assert "audit.read" in bob.rights


def test_nobody_signed_in_has_no_right():
    from django.contrib.auth.models import AnonymousUser

    assert not has_right(AnonymousUser(), "audit.read")
    assert not has_right(None, "audit.read")


def test_a_withdrawn_role_counts_at_once(admin):
    bob = make_user("bob", "data_protection_officer")
    service.withdraw(bob.assignments.get(), actor=admin)
    assert not User.objects.get(username="bob").has_right("audit.read")


def test_a_closed_account_holds_nothing(admin):
    bob = make_user("bob", "data_protection_officer")
    service.set_active(bob, False, actor=admin)
    assert bob.roles == frozenset()
    assert not has_right(bob, "audit.read")


def test_units_belong_to_the_role_in_which_they_were_given():
    erika = make_user("erika", "clerk", units=["buergerbuero"])
    service.grant(erika, Role.ADMINISTRATOR, "hauptamt", actor=None)
    assert erika.units == {"buergerbuero", "hauptamt"}
    assert erika.units_for("accounts.manage") == {"hauptamt"}


def test_roles_rights_and_units_cost_one_query(alice, django_assert_num_queries):
    fresh = User.objects.get(pk=alice.pk)
    with django_assert_num_queries(1):
        assert (fresh.roles, fresh.rights is not None, fresh.units) == ({Role.CLERK}, True, {"buergerbuero"})
        fresh.has_right("audit.read")


def test_names_are_kept_in_small_letters_so_nobody_passes_for_alice(alice):
    with pytest.raises(service.AccountsError, match="Benutzernamen"):
        service.create_user("Alice")
    for wrong in ("al ice", "älice", "-alice", "", "a" * 65, "ali\nce"):
        with pytest.raises(ValidationError):
            service.create_user(wrong)


def test_an_email_address_belongs_to_one_account(alice):
    with pytest.raises(service.AccountsError, match="E-Mail"):
        service.create_user("mallory", email="ALICE@lindental.example")


def test_every_change_is_logged_without_a_password(admin):
    user = service.create_user("erika", password="geheim-und-lang", roles=[Role.EDITOR], actor=admin)
    one_time = service.issue_one_time_password(user, actor=admin)
    service.grant(user, Role.CLERK, "buergerbuero", actor=admin)
    service.withdraw(user.assignments.get(role="clerk"), actor=admin)
    service.reset_mfa(user, actor=admin)
    service.set_active(user, False, actor=admin)
    entries = Entry.objects.filter(subject="user:erika", actor_name="admin").order_by("seq")
    assert [entry.action for entry in entries] == [
        "accounts.user.created",
        "accounts.one_time_password.issued",
        "accounts.role.granted",
        "accounts.role.withdrawn",
        "accounts.mfa.reset",
        "accounts.user.deactivated",
    ]
    written = str([entry.detail for entry in entries])
    assert "geheim" not in written
    assert one_time not in written


def test_granting_a_role_twice_changes_and_logs_nothing(alice, admin):
    before = Entry.objects.count()
    service.grant(alice, Role.CLERK, "buergerbuero", actor=admin)
    assert (alice.assignments.count(), Entry.objects.count()) == (1, before)


def test_the_last_administrator_stays(admin):
    with pytest.raises(service.AccountsError, match="letzte"):
        service.withdraw(admin.assignments.get(), actor=admin)
    with pytest.raises(service.AccountsError, match="letzte"):
        service.set_active(admin, False, actor=admin)
    make_user("second", "administrator")
    service.set_active(admin, False, actor=None)
    assert not admin.is_active
