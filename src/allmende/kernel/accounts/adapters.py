# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How this house answers the questions that django-allauth leaves open."""

import logging
import re
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.kernel.accounts import queries, sealing, service
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.oidc.claims import roles_from_claims
from allmende.kernel.web.addresses import client_address, limited_address

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; nobody registers by himself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 (allauth calls it so)
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by; a forged X-Forwarded-For changes nothing."""
        return limited_address(request)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Turn away closed accounts and one-time passwords that were not used in time."""
        if user.is_active and user.one_time_password_expired:
            messages.error(
                request, _("Das Einmalpasswort ist abgelaufen. Bitten Sie die Systemverwaltung um ein neues.")
            )
            return redirect("account_login")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def clean_password(self, password: str, user: User | None = None) -> str:
        """A new password passes Django's validators and is not the one-time password again."""
        cleaned: str = super().clean_password(password, user)
        if user and user.must_change_password and user.check_password(password):
            raise ValidationError(
                _("Das ist das Einmalpasswort. Wählen Sie ein neues Passwort."), code="one_time_password"
            )
        return cleaned

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether a sensitive step needs the password again: not within a quarter of an hour after the login itself."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(entry["at"]) for entry in records), default=0.0)
        if time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 (allauth calls it so)
        """Back to the own profile."""
        return reverse("accounts_profile")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor of those who must have one stays, and its secret is unreadable in the database."""

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The stored secret. Raises SealError when no known key opens it."""
        return sealing.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person may give up this factor."""
        return not authenticator.user.needs_mfa

    def get_totp_label(self, user: User) -> str:
        """The name in the authenticator app."""
        return user.username


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People from the town's identity provider get accounts of their own; none is ever linked by an e-mail address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Whoever the town's identity provider vouches for gets an account."""
        return True

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:  # noqa: ARG002
        """Never: an e-mail address is no proof of who somebody is here."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse what would collide with an account of this house; keep the roles of known people current."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        if sociallogin.is_existing:
            self._synchronise(sociallogin)
            return
        email = sociallogin.user.email
        if email and queries.email_is_taken(email):
            raise ImmediateHttpResponse(render(request, "accounts/oidc_account_exists.html", status=409))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Name and e-mail address as the identity provider has them, the user name in the form this house allows."""
        user: User = super().populate_user(request, sociallogin, data)
        user.username = re.sub(r"[^a-z0-9._@+-]", "", (data.get("username") or "").lower()).lstrip("._@+-")[:48]
        user.display_name = str(data.get("name") or "")[:120]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Save the new account and give it its roles."""
        user: User = super().save_user(request, sociallogin, form)
        service.oidc_user_arrived(user)
        self._synchronise(sociallogin)
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_kwargs: Any
    ) -> None:
        """Note why a login through the identity provider was refused; what it sent is not logged."""
        log.warning(
            "Login through %s refused: %s %s", getattr(provider, "sub_id", provider), error, type(exception).__name__
        )
        service.oidc_login_refused(type(exception).__name__ if exception else str(error), client_address(request))

    def _synchronise(self, sociallogin: SocialLogin) -> None:
        wanted = roles_from_claims(sociallogin.account.extra_data)
        if wanted is not None:
            service.synchronise_roles(sociallogin.user, wanted)
