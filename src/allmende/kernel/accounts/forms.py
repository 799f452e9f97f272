# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people fill in about accounts."""

import logging
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from allmende.kernel.accounts import factors, queries
from allmende.kernel.accounts.models import UNIT, USERNAME, User
from allmende.kernel.accounts.roles import ROLE_TITLES
from allmende.kernel.accounts.sealing import SealError
from allmende.kernel.registry import Right, registry

log = logging.getLogger(__name__)

ROLE_CHOICES = [(role.value, text) for role, text in ROLE_TITLES.items()]
STATES = [("", _("alle")), ("active", _("aktive")), ("closed", _("geschlossene"))]
LONGEST_LOGIN = 254  # an e-mail address
NUMBER_PAD = {"inputmode": "numeric"}
LIFETIMES = [("30", _("30 Tage")), ("90", _("90 Tage")), ("365", _("ein Jahr"))]


class UnitInput(forms.TextInput):
    """Free text that offers the units already in use."""

    template_name = "accounts/unit_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the list of known units."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["units"] = queries.known_units()
        context["widget"]["attrs"]["list"] = f"{name}-units"
        return context


class SearchForm(forms.Form):
    """The filter above the list of accounts."""

    filters = True

    q = forms.CharField(label=_("Name oder E-Mail-Adresse"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Rolle"), required=False, choices=[("", _("alle")), *ROLE_CHOICES])
    state = forms.ChoiceField(label=_("Status"), required=False, choices=STATES)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person is called and where letters go."""

    class Meta:
        model = User
        fields = ["display_name", "email"]
        help_texts = {
            "display_name": _("So sehen andere die Person, zum Beispiel „Alice Adler“."),
            "email": _("Für ein vergessenes Passwort. Sie können das Feld leer lassen."),
        }


class RoleForm(forms.Form):
    """A role, for one unit or for none."""

    role = forms.ChoiceField(label=_("Rolle"), choices=ROLE_CHOICES)
    unit = forms.CharField(
        label=_("Organisationseinheit"),
        required=False,
        max_length=64,
        validators=[UNIT],
        widget=UnitInput,
        help_text=_("Die Kennung, zum Beispiel „buergerbuero“. Leer, wenn die Rolle an keine Einheit gebunden ist."),
    )


class NewUserForm(RoleForm):
    """A new account with its first role."""

    field_order = ["username", "display_name", "email", "role", "unit"]
    username = forms.CharField(
        label=_("Benutzername"),
        max_length=64,
        validators=[USERNAME],
        help_text=_("Kleinbuchstaben und Ziffern, zum Beispiel „alice.adler“."),
    )
    display_name = forms.CharField(label=_("Anzeigename"), required=False, max_length=120)
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        required=False,
        help_text=_("Für ein vergessenes Passwort. Sie können das Feld leer lassen."),
    )

    def clean_username(self) -> str:
        """Free names only."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username=name).exists():
            raise forms.ValidationError(_("Diesen Benutzernamen gibt es schon."))
        return name

    def clean_email(self) -> str:
        """Addresses that nobody else has."""
        email: str = self.cleaned_data["email"]
        if email and queries.email_is_taken(email):
            raise forms.ValidationError(_("Diese E-Mail-Adresse gehört schon zu einem anderen Konto."))
        return email


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """User name or e-mail address, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["login"]
        name.max_length = LONGEST_LOGIN
        name.validators.append(MaxLengthValidator(LONGEST_LOGIN))
        # password managers look for this; django-allauth says "email" where both are accepted
        name.widget.attrs |= {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= NUMBER_PAD


class _OnceOnly:
    """A code of the second factor counts once."""

    user: User
    authenticator: Any
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= NUMBER_PAD

    def clean_code(self) -> str:
        """The code, used up by this. Raises ValidationError for a wrong or used one, and for a factor that cannot be read."""
        try:
            return self._once()
        except SealError:
            log.exception("The second factor of an account cannot be read.")
            raise forms.ValidationError(
                _("Der zweite Faktor dieses Kontos ist nicht mehr lesbar. Die Systemverwaltung kann ihn zurücksetzen."),
                code="unreadable",
            ) from None

    def _once(self) -> str:
        used = factors.used_up(self.user, self.cleaned_data["code"])
        if used is None:
            code: str = super().clean_code()  # type: ignore[misc]
            if factors.use(self.authenticator, code):
                return code
            used = self.authenticator
        else:
            check_rate_limit(self.user)  # a used code is a wrong one, and guessing is counted
        self._emit_authentication_failed(used)  # type: ignore[attr-defined]
        raise get_adapter().validation_error("incorrect_code")


class AuthenticateForm(_OnceOnly, allauth_forms.AuthenticateForm):  # type: ignore[misc]
    """The code at the login."""


class ReauthenticateForm(_OnceOnly, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """The code before a sensitive step."""


class TokenForm(forms.Form):
    """A token for programs; it can have only rights that the person has."""

    name = forms.CharField(
        label=_("Bezeichnung"),
        max_length=80,
        help_text=_("Wofür das Token da ist, zum Beispiel „Abgleich mit dem Zuständigkeitsfinder“."),
    )
    rights = forms.MultipleChoiceField(label=_("Rechte"), widget=forms.CheckboxSelectMultiple)
    days = forms.ChoiceField(label=_("Gültig für"), choices=LIFETIMES, initial="90")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = user.rights
        choices = [
            (right.name, f"{right.title} ({right.name})") for right in registry().all(Right) if right.name in held
        ]
        self.fields["rights"].choices = choices  # type: ignore[attr-defined]
