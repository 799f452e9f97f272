# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first start, the demo town, and the way back in."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts import demo, service
from allmende.kernel.accounts.cli import accounts
from allmende.kernel.accounts.health import NoAdministratorError, check_administrators
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.registry import Role

pytestmark = pytest.mark.django_db
PEOPLE = """
people:
  - {username: alice, name: Alice Adler, role: clerk, unit: buergerbuero}
  - {username: bob, name: Bob Brandt, role: data_protection_officer}
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def test_the_first_start_makes_one_administrator_and_says_the_password_once(sign_in):
    name, password = service.ensure_administrator()
    assert name == "admin"
    assert len(password) == 24
    assert service.ensure_administrator() == ("admin", None)
    client = Client()
    sign_in(client, name, password)
    assert client.get(reverse("home")).url == reverse("account_change_password")
    assert User.objects.get(username="admin").roles == {Role.ADMINISTRATOR}


def test_two_first_starts_have_different_passwords():
    assert len({service.one_time_password() for _number in range(100)}) == 100


def test_a_clerk_called_admin_is_not_promoted():
    make_user("admin", "clerk")
    assert service.ensure_administrator()[0] == "admin2"
    assert User.objects.get(username="admin").roles == {Role.CLERK}


def test_nobody_knows_a_password_for_the_people_of_the_demo_town(folder, settings):
    settings.DEMO_PASSWORD = ""
    demo.load(folder)
    alice = User.objects.get(username="alice")
    assert not alice.has_usable_password()
    assert (alice.roles, alice.units) == ({Role.CLERK}, {"buergerbuero"})


def test_loading_the_demo_twice_changes_nothing(folder):
    demo.load(folder)
    User.objects.filter(username="alice").update(display_name="Alice Anders")
    demo.load(folder)
    assert User.objects.get(username="alice").display_name == "Alice Anders"
    assert User.objects.count() == 2


def test_the_doors_open_with_a_password_that_the_operator_chose(folder, settings, client, sign_in):
    settings.DEMO_PASSWORD = "Vorfuehrung-2026"
    demo.load(folder)
    sign_in(client, "alice", "Vorfuehrung-2026")
    assert client.get(reverse("accounts_profile")).status_code == 200


def test_a_short_demo_password_is_refused(folder, settings):
    settings.DEMO_PASSWORD = "kurz"
    with pytest.raises(ImproperlyConfigured):
        demo.load(folder)


def test_the_demo_towns_own_people_are_sound(db):
    root = Path(__file__).parents[5] / "demo" / "lindental"
    if not root.is_dir():
        pytest.skip(f"DEMO ABSENT: {root} does not exist")
    demo.load(root)
    assert {Role.CLERK, Role.DATA_PROTECTION_OFFICER} <= set().union(*(user.roles for user in User.objects.all()))


def test_whoever_has_the_server_finds_a_way_back_in(client, sign_in):
    admin = make_user("admin", "administrator")
    assert CliRunner().invoke(accounts, ["administrators"]).output == "admin\n"
    done = CliRunner().invoke(accounts, ["one-time-password", "ADMIN", "--reset-mfa"])
    sign_in(client, "admin", done.output.strip())
    assert client.session["_auth_user_id"] == str(admin.pk)
    assert CliRunner().invoke(accounts, ["one-time-password", "nobody"]).exit_code == 1


def test_the_health_page_knows_whether_somebody_is_in_charge():
    with pytest.raises(NoAdministratorError):
        check_administrators()
    make_user("admin", "administrator", mfa=False)
    assert "fehlt noch der zweite Faktor" in check_administrators()
