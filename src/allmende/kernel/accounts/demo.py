# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The people of the demo town."""

import logging
from pathlib import Path

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.service import create_user
from allmende.kernel.registry import Role

log = logging.getLogger(__name__)
MIN_LENGTH = 12


def load(folder: Path) -> None:
    """Make the accounts of `folder`/people.yaml that do not exist yet; existing ones stay as they are.

    Nobody knows a password for them unless ALLMENDE_DEMO_PASSWORD is set, which is ignored in production. Without it an
    administrator opens a door with a one-time password. Raises ImproperlyConfigured for a demo password under 12
    characters.
    """
    password = settings.DEMO_PASSWORD or None
    if password and len(password) < MIN_LENGTH:
        raise ImproperlyConfigured(f"ALLMENDE_DEMO_PASSWORD must have at least {MIN_LENGTH} characters.")
    people = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))["people"]
    with transaction.atomic():
        for person in people:
            _make(person, password)


def _make(person: dict[str, str], password: str | None) -> None:
    if User.objects.filter(username=person["username"]).exists():
        return
    create_user(
        person["username"],
        password=password,
        display_name=person["name"],
        roles=[Role(person["role"])],
        units=[person["unit"]] if person.get("unit") else [],
    )
    log.info("Demo account %s (%s) was made.", person["username"], person["role"])
