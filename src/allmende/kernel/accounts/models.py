# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who signs in, what they are here, and the keys with which their programs speak to the API."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.kernel.accounts.roles import MFA_ROLES, ROLE_TITLES, rights_of
from allmende.kernel.registry import Role

USERNAME = RegexValidator(
    r"\A[a-z0-9][a-z0-9._@+-]{0,63}\Z",
    _("Kleinbuchstaben, Ziffern und . _ @ + - sind erlaubt; das erste Zeichen ist ein Buchstabe oder eine Ziffer."),
)
UNIT = RegexValidator(r"\A[a-z0-9][a-z0-9_-]{0,63}\Z", _("Die Kennung besteht aus Kleinbuchstaben, Ziffern, _ und -."))


class UserManager(BaseUserManager["User"]):
    """Looks users up by their name, whatever its casing."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of that name. Raises User.DoesNotExist."""
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person with an account. Rights come from roles alone: there is no superuser."""

    username = models.CharField(_("Benutzername"), max_length=64, unique=True, validators=[USERNAME])
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    display_name = models.CharField(_("Anzeigename"), max_length=120, blank=True)
    is_active = models.BooleanField(_("aktiv"), default=True)
    one_time_password_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]
        indexes = [models.Index(Lower("email"), name="accounts_user_email")]

    def __str__(self) -> str:
        return self.display_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Names are kept in small letters, so that nobody can pass for somebody else by casing."""
        self.username = self.username.lower()
        super().save(*args, **kwargs)

    @cached_property
    def _held(self) -> tuple[tuple[Role, str], ...]:
        if not (self.is_active and self.pk):
            return ()
        pairs = self.assignments.values_list("role", "unit")
        return tuple((Role(role), unit) for role, unit in pairs if role in set(Role))

    @property
    def roles(self) -> frozenset[Role]:
        """The roles the person holds; none once deactivated. One query for each instance, also for rights and units."""
        return frozenset(role for role, _unit in self._held)

    @property
    def rights(self) -> frozenset[str]:
        """Names of the rights that the roles carry."""
        return rights_of(self.roles)

    @property
    def units(self) -> frozenset[str]:
        """Ids of the organisational units the person works for, in whichever role."""
        return frozenset(unit for _role, unit in self._held if unit)

    def units_for(self, right: str) -> frozenset[str]:
        """Ids of the units in which the person holds this right; a role without a unit adds none."""
        return frozenset(unit for role, unit in self._held if unit and right in rights_of({role}))

    def has_right(self, right: str) -> bool:
        """Whether one of the roles carries the right, e.g. ``"audit.read"``."""
        return right in self.rights

    def forget_roles(self) -> None:
        """Read the roles afresh at the next question, after an assignment changed."""
        self.__dict__.pop("_held", None)

    @property
    def must_change_password(self) -> bool:
        """Whether the current password is a one-time password."""
        return self.one_time_password_until is not None

    @property
    def one_time_password_expired(self) -> bool:
        """Whether a one-time password was not used in time."""
        return self.one_time_password_until is not None and self.one_time_password_until < timezone.now()

    @property
    def needs_mfa(self) -> bool:
        """Whether the roles demand a second factor."""
        return bool(self.roles & MFA_ROLES)


class Source(models.TextChoices):
    """Where an assignment comes from: the house's own administration, or the town's identity provider at each login."""

    HOUSE = "house", _("hier vergeben")
    OIDC = "oidc", _("aus der Stadtanmeldung")


class RoleAssignment(models.Model):
    """A person holds a role, for one organisational unit or (unit empty) without one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(
        _("Rolle"), max_length=40, choices=[(role.value, text) for role, text in ROLE_TITLES.items()]
    )
    unit = models.CharField(_("Organisationseinheit"), max_length=64, blank=True, default="", validators=[UNIT])
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.HOUSE)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="granted_assignments"
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["role", "unit"]
        constraints = [models.UniqueConstraint(fields=["user", "role", "unit"], name="accounts_role_once")]

    def __str__(self) -> str:
        return f"{self.role}:{self.unit}" if self.unit else self.role


class ApiToken(models.Model):
    """A key for programs. Only its SHA-256 is kept: 256 random bits need no slow hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("Bezeichnung"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    rights = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, now: datetime | None = None) -> bool:
        """Whether the token is neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > (now or timezone.now())
