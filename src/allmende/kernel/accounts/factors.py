# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Second factors as they lie in the database: a code counts once, and every secret is sealed."""

from collections.abc import Callable

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction

from allmende.kernel.accounts import sealing
from allmende.kernel.accounts.models import User

SECRETS = ("secret", "seed")
"""Keys of an authenticator's data that hold a secret: of TOTP and of recovery codes."""

LAST_STEP = "last_step"
"""Key of an authenticator's data: the time step of the last code that was accepted."""


def used_up(user: User, code: str) -> Authenticator | None:
    """The authenticator app whose code this is, when the code, or a later one, was accepted before.

    django-allauth forgets a used code after one period, but would accept it for as long as the tolerance lasts; the
    standard says once (RFC 6238, 5.2). Raises SealError.
    """
    row: Authenticator | None = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if row is None:
        return None
    steps = _steps(row, code)
    return row if steps and max(steps) <= row.data.get(LAST_STEP, 0) else None


@transaction.atomic
def use(authenticator: Authenticator, code: str) -> bool:
    """Use up a code that django-allauth found right; False when somebody else was quicker with the same code.

    What is not yet sealed with today's key is sealed now. Raises SealError.
    """
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    if row.type == Authenticator.Type.TOTP:
        later = [step for step in _steps(row, code) if step > row.data.get(LAST_STEP, 0)]
        if not later:
            return False
        row.data[LAST_STEP] = min(later)
        row.save(update_fields=["data"])
    seal_all(row.user)
    return True


def _steps(row: Authenticator, code: str) -> list[int]:
    """The time steps within the tolerance whose code this is."""
    secret = sealing.unseal(row.data["secret"])
    steps = totp.yield_hotp_counters_from_time()
    return [step for step in steps if compare_user_code(actual=code, expected=_code(secret, step))]


def _code(secret: str, step: int) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


@transaction.atomic
def seal_all(user: User | None = None) -> int:
    """Seal the second factors of one person, or of all, with the secret key of today; returns how many were not.

    Raises SealError for one that no known key opens.
    """
    rows = Authenticator.objects.select_for_update().order_by("pk")
    rows = rows.filter(user=user) if user else rows
    return sum(_rewrite(row, _resealed) for row in rows)


def unreadable() -> int:
    """How many second factors no known key opens."""
    return sum(not _opens(row) for row in Authenticator.objects.all())


def _opens(row: Authenticator) -> bool:
    try:
        for name in SECRETS:
            sealing.unseal(row.data.get(name, ""))
    except sealing.SealError:
        return False
    return True


def _resealed(text: str) -> str:
    return text if sealing.is_current(text) else sealing.seal(sealing.unseal(text))


def _rewrite(row: Authenticator, change: Callable[[str], str]) -> bool:
    new = {**row.data, **{name: change(row.data[name]) for name in SECRETS if name in row.data}}
    changed: bool = new != row.data
    if changed:
        row.data = new
        row.save(update_fields=["data"])
    return changed
