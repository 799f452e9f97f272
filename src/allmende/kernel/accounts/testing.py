# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""People for the tests of any room."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from allmende.kernel.accounts import sealing
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


def totp_code(user: User, *, later: int = 0) -> str:
    """The code that the person's authenticator app shows now, or `later` time steps of 30 seconds from now."""
    authenticator = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_of(sealing.unseal(authenticator.data["secret"]), later=later)


def code_of(secret: str, *, later: int = 0) -> str:
    """The code that belongs to a secret now, or `later` time steps from now."""
    steps = list(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, steps[len(steps) // 2] + later)))
