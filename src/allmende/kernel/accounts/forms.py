# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people fill in about accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.kernel.accounts import queries
from allmende.kernel.accounts.models import UNIT, USERNAME, User
from allmende.kernel.accounts.roles import ROLE_TITLES
from allmende.kernel.registry import Right, registry

ROLE_CHOICES = [(role.value, text) for role, text in ROLE_TITLES.items()]
STATES = [("", _("alle")), ("active", _("aktive")), ("closed", _("geschlossene"))]
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
