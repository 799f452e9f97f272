# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that changes an account. Each function is one transaction and leaves one line in the audit."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.accounts import factors, queries
from allmende.kernel.accounts.models import ApiToken, RoleAssignment, Source, User
from allmende.kernel.audit.service import record
from allmende.kernel.registry import Role

ONE_TIME_PASSWORD_DAYS = 7
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
TOKEN_PREFIX = "allmende_"  # noqa: S105 (how a token starts, so that scanners recognise a leaked one)
MAX_TOKEN_DAYS = 365


class AccountsError(Exception):
    """A change that is refused; the message is for people."""


def subject(user: User) -> str:
    """How the audit names an account."""
    return f"user:{user.username}"


def one_time_password() -> str:
    """Five groups of four characters, 99 random bits."""
    groups = ("".join(secrets.choice(ONE_TIME_ALPHABET) for _n in range(4)) for _g in range(5))
    return "-".join(groups)


@transaction.atomic
def create_user(
    username: str,
    *,
    password: str | None = None,
    email: str = "",
    display_name: str = "",
    roles: Iterable[Role] = (),
    units: Iterable[str] = (),
    actor: User | None = None,
) -> User:
    """Make an account. Without a password nobody can sign in with it until an administrator issues a one-time password.

    Every role is held for every unit, or without a unit if none is given.
    Raises AccountsError when the name or the e-mail address is taken, ValidationError when one is malformed.
    """
    user = User(username=username.strip().lower(), email=email.strip(), display_name=display_name.strip())
    user.set_password(password)
    user.full_clean(exclude=["password"], validate_unique=False)
    if user.email and queries.email_is_taken(user.email):
        raise AccountsError(_("Diese E-Mail-Adresse gehört schon zu einem anderen Konto. Es wurde nichts gespeichert."))
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise AccountsError(_("Diesen Benutzernamen gibt es schon. Es wurde nichts gespeichert.")) from None
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    pairs = [(Role(role), unit) for role in roles for unit in (tuple(units) or ("",))]
    for role, unit in pairs:
        _assign(user, role, unit, actor=actor, source=Source.HOUSE)
    record(
        "accounts.user.created",
        actor=actor,
        subject=subject(user),
        detail={"roles": sorted(f"{role}:{unit}" if unit else str(role) for role, unit in pairs)},
    )
    return user


@transaction.atomic
def update_user(user: User, *, display_name: str, email: str, actor: User | None) -> None:
    """Change what a person is called and where letters go. Raises AccountsError when the e-mail address is taken."""
    email = email.strip()
    changed = [name for name, new in (("display_name", display_name), ("email", email)) if getattr(user, name) != new]
    if "email" in changed:
        _replace_email(user, email)
    user.display_name, user.email = display_name.strip(), email
    user.full_clean(exclude=["password"], validate_unique=False)
    user.save(update_fields=["display_name", "email"])
    record("accounts.user.changed", actor=actor, subject=subject(user), detail={"fields": changed})


def _replace_email(user: User, email: str) -> None:
    if email and queries.email_is_taken(email) and email.lower() != user.email.lower():
        raise AccountsError(_("Diese E-Mail-Adresse gehört schon zu einem anderen Konto. Es wurde nichts gespeichert."))
    EmailAddress.objects.filter(user=user).delete()
    if email:
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)


@transaction.atomic
def issue_one_time_password(user: User, *, actor: User | None) -> str:
    """Replace the password by a random one that must be changed at the next login, within seven days.

    Returned once and kept nowhere in clear. All sessions of the person end.
    """
    password = one_time_password()
    user.set_password(password)
    user.one_time_password_until = timezone.now() + timedelta(days=ONE_TIME_PASSWORD_DAYS)
    user.save(update_fields=["password", "one_time_password_until"])
    record("accounts.one_time_password.issued", actor=actor, subject=subject(user))
    return password


@transaction.atomic
def password_was_changed(user: User, *, how: str) -> None:
    """A person chose a password: it is no one-time password any more. `how` is ``changed``, ``reset`` or ``set``."""
    user.one_time_password_until = None
    User.objects.filter(pk=user.pk).update(one_time_password_until=None)
    record("accounts.password.changed", actor=user, subject=subject(user), detail={"how": how})


@transaction.atomic
def grant(user: User, role: Role, unit: str = "", *, actor: User | None) -> None:
    """Give a role, for one unit or without one; twice changes nothing. Raises ValidationError for a malformed unit."""
    if _assign(user, role, unit, actor=actor, source=Source.HOUSE):
        record("accounts.role.granted", actor=actor, subject=subject(user), detail={"role": str(role), "unit": unit})


def _assign(user: User, role: Role, unit: str, *, actor: User | None, source: Source) -> bool:
    assignment = RoleAssignment(user=user, role=role, unit=unit.strip(), source=source, granted_by=actor)
    assignment.full_clean(exclude=["user", "granted_by"], validate_unique=False, validate_constraints=False)
    _found, created = RoleAssignment.objects.get_or_create(
        user=user, role=role, unit=assignment.unit, defaults={"source": source, "granted_by": actor}
    )
    user.forget_roles()
    return created


@transaction.atomic
def withdraw(assignment: RoleAssignment, *, actor: User | None) -> None:
    """Take a role back, from the person's next request on. Raises AccountsError for the last administrator."""
    user = assignment.user
    if assignment.role == Role.ADMINISTRATOR:
        _refuse_last_administrator(user)
    assignment.delete()
    user.forget_roles()
    detail = {"role": assignment.role, "unit": assignment.unit}
    record("accounts.role.withdrawn", actor=actor, subject=subject(user), detail=detail)


def _refuse_last_administrator(user: User) -> None:
    others = queries.administrators().exclude(pk=user.pk)
    if not others.exists() and queries.administrators().filter(pk=user.pk).exists():
        raise AccountsError(
            _("Das ist das letzte Konto der Systemverwaltung. Geben Sie die Rolle zuerst einer anderen Person.")
        )


@transaction.atomic
def synchronise_roles(user: User, wanted: Iterable[tuple[Role, str]]) -> None:
    """Make the roles that came from the identity provider equal to `wanted`; roles granted here stay as they are."""
    wanted = set(wanted)
    held = {(Role(a.role), a.unit): a for a in user.assignments.filter(source=Source.OIDC)}
    withdrawn = sorted(set(held) - wanted)
    granted = sorted(pair for pair in wanted - set(held) if _assign(user, *pair, actor=None, source=Source.OIDC))
    for pair in withdrawn:
        held[pair].delete()
    user.forget_roles()
    if granted or withdrawn:
        record(
            "accounts.role.synchronised",
            actor=None,
            subject=subject(user),
            detail={
                "granted": [":".join(pair) for pair in granted],
                "withdrawn": [":".join(pair) for pair in withdrawn],
            },
        )


@transaction.atomic
def set_active(user: User, active: bool, *, actor: User | None) -> None:
    """Close or open an account. A closed one ends its sessions and tokens at once.

    Raises AccountsError for the last administrator.
    """
    if not active:
        _refuse_last_administrator(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    user.forget_roles()
    action = "accounts.user.activated" if active else "accounts.user.deactivated"
    record(action, actor=actor, subject=subject(user))


@transaction.atomic
def reset_mfa(user: User, *, actor: User | None) -> None:
    """Remove the second factor and its recovery codes, for somebody who lost the device."""
    Authenticator.objects.filter(user=user).delete()
    record("accounts.mfa.reset", actor=actor, subject=subject(user))


@transaction.atomic
def seal_second_factors() -> int:
    """Seal all second factors with the secret key of today; returns how many were sealed with an earlier one.

    Raises SealError, and changes nothing, when one of them was sealed with a key that is not known any more.
    """
    count = factors.seal_all()
    record("accounts.mfa.sealed", actor=None, detail={"count": count})
    return count


@transaction.atomic
def ensure_administrator() -> tuple[str, str | None]:
    """The first start: make an administrator if no account ever held the role.

    Returns the name and, only when the account was made now, its one-time password.
    """
    existing = User.objects.filter(assignments__role=Role.ADMINISTRATOR).order_by("-is_active", "pk").first()
    if existing:
        return existing.username, None
    name = next(n for n in _names("admin") if not User.objects.filter(username=n).exists())
    user = create_user(name, display_name=_("Systemverwaltung"), roles=[Role.ADMINISTRATOR])
    return user.username, issue_one_time_password(user, actor=None)


def _names(base: str) -> Iterable[str]:
    yield base
    for number in range(2, 1000):
        yield f"{base}{number}"


@transaction.atomic
def create_token(user: User, *, name: str, rights: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """Make a token for programs and return it with its clear text, which is kept nowhere.

    Raises AccountsError when the person does not hold a right, or for a lifetime outside 1 to 365 days.
    """
    wanted = sorted(set(rights))
    if not wanted or not set(wanted) <= user.rights:
        raise AccountsError(_("Ein Token darf nur Rechte haben, die Sie selbst haben. Es wurde keines angelegt."))
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise AccountsError(_("Ein Token gilt mindestens einen Tag und höchstens ein Jahr. Es wurde keines angelegt."))
    plain = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        digest=queries.digest(plain),
        rights=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record(
        "accounts.api_key.created", actor=user, subject=f"api-key:{token.pk}", detail={"rights": wanted, "days": days}
    )
    return token, plain


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User) -> None:
    """End a token at once. Revoking it twice changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record("accounts.api_key.revoked", actor=actor, subject=f"api-key:{token.pk}")


def note_use(token: ApiToken) -> None:
    """Remember when a token was last used, to the minute: a busy program must not cost a write each time."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


@transaction.atomic
def oidc_user_arrived(user: User) -> None:
    """Somebody signed in through the identity provider for the first time: a citizen, whatever the claims add."""
    _assign(user, Role.CITIZEN, "", actor=None, source=Source.OIDC)
    record("accounts.user.arrived", actor=user, subject=subject(user), detail={"source": "oidc"})


def oidc_login_refused(reason: str, address: str) -> None:
    """A login through the identity provider did not hold. `reason` is the kind of error, not its text."""
    record("accounts.oidc.refused", actor=None, detail={"reason": reason, "address": address})


@transaction.atomic
def create_user_with_one_time_password(
    username: str, *, email: str, display_name: str, role: Role, unit: str, actor: User
) -> tuple[User, str]:
    """What the administration's form does: an account with its first role, and the password to hand over."""
    units = [unit] if unit else []
    user = create_user(username, email=email, display_name=display_name, roles=[role], units=units, actor=actor)
    return user, issue_one_time_password(user, actor=actor)
