# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""People for the tests of any room."""

from collections.abc import Iterable

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.service import create_user
from allmende.kernel.registry import Role


def make_user(
    name: str,
    *roles: Role | str,
    units: Iterable[str] = (),
    password: str | None = None,
    email: str = "",
    mfa: bool | None = None,
) -> User:
    """A person who can be signed in with ``client.force_login(user)``.

    Administrators and data protection officers get a second factor, as the house demands; `mfa` decides otherwise.
    """
    user = create_user(name, password=password, email=email, roles=[Role(role) for role in roles], units=units)
    if user.needs_mfa if mfa is None else mfa:
        TOTP.activate(user, generate_totp_secret())
    return user
