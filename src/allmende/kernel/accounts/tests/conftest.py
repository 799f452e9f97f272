# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The people of these tests."""

import pytest
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user

PASSWORD = "Lindenbaum-am-Markt-7"


@pytest.fixture
def alice(db) -> User:
    return make_user("alice", "clerk", units=["buergerbuero"], password=PASSWORD, email="alice@lindental.example")


@pytest.fixture
def admin(db) -> User:
    return make_user("admin", "administrator", password=PASSWORD)


@pytest.fixture
def manager(client, admin) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def sign_in():
    """Fill in the login form; returns the answer."""

    def do(client: Client, login: str, password: str = PASSWORD, **extra: object):
        return client.post(reverse("account_login"), {"login": login, "password": password}, **extra)

    return do
