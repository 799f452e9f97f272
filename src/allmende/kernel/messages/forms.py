# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the administrator fills in for a destination."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.kernel.messages import packages, rules
from allmende.kernel.messages.channels.webhook import new_secret
from allmende.kernel.messages.models import Destination
from allmende.kernel.outbound import client

FAULTS = {
    "unreadable": _("Diese Adresse ist nicht lesbar."),
    "scheme": _("Die Adresse beginnt mit https:// oder, im eigenen Netz, mit http://."),
    "host": _("In der Adresse fehlt der Rechner."),
    "credentials": _("Benutzername und Kennwort gehören nicht in die Adresse."),
    "extra": _("Die Adresse darf kein ? und kein # enthalten."),
    "plain": _("Rechner außerhalb des eigenen Netzes werden nur mit https:// angerufen."),
    "unlisted": _(
        "Dieser Rechner steht nicht auf der Liste der erlaubten. Sie steht in ALLMENDE_OUTBOUND_HOSTS und "
        "ALLMENDE_OUTBOUND_PRIVATE_HOSTS."
    ),
}
"""By the words of `outbound.client.fault`."""


class ServingForm(forms.Form):
    """What may change about a destination: its name, and which applications go there."""

    title = forms.CharField(label=_("Name"), max_length=120)
    serves = forms.CharField(
        label=_("Welche Anträge dorthin gehen"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kennungen von Abläufen oder Ämtern, jede in einer Zeile. Ohne sie geht kein Antrag von selbst."),
    )

    def clean_serves(self) -> list[str]:
        """Ids, each once."""
        found = list(dict.fromkeys(str(self.cleaned_data["serves"]).split()))
        if wrong := [each for each in found if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,49}", each)]:
            raise forms.ValidationError(_("„%(id)s“ ist keine Kennung."), params={"id": wrong[0]})
        return found


class DestinationForm(ServingForm):
    """What every destination has; the kinds below add what is theirs."""

    slug = forms.SlugField(
        label=_("Kennung"), max_length=50, help_text=_("Unter diesem Namen sprechen andere Teile des Systems es an.")
    )
    address = forms.CharField(label=_("Adresse"), max_length=500)
    secret = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "serves"), "serves"])

    def clean_slug(self) -> str:
        """A name that is still free."""
        slug = str(self.cleaned_data["slug"])
        if Destination.objects.filter(pk=slug).exists():
            raise forms.ValidationError(_("Diese Kennung ist schon vergeben."))
        return slug

    @property
    def values(self) -> dict[str, Any]:
        """What `service.add_destination` takes."""
        common = ("title", "slug", "address", "serves")
        own = {
            name: str(value)
            for name, value in self.cleaned_data.items()
            if name not in common and name != "client_secret"
        }
        return {name: self.cleaned_data[name] for name in common} | {"options": own, "secret": self.secret}


class MailboxForm(DestinationForm):
    """A mailbox of the town."""

    address = forms.EmailField(
        label=_("E-Mail-Adresse"),
        max_length=320,
        help_text=_("Ein Postfach im eigenen Haus: E-Mails sind unterwegs nicht verschlüsselt."),
    )


class FolderForm(DestinationForm):
    """A folder below the one for packages."""

    address = forms.RegexField(
        r"\A[a-z0-9][a-z0-9_-]*\Z",
        label=_("Ordner"),
        max_length=100,
        help_text=_("Unterhalb von ALLMENDE_PACKAGE_FOLDER, zum Beispiel steueramt."),
        error_messages={"invalid": _("Der Name besteht aus kleinen Buchstaben, Ziffern, - und _.")},
    )


class WebhookForm(DestinationForm):
    """A machine that is told things; it gets a secret of ours."""

    address = forms.CharField(
        label=_("Adresse"), max_length=500, help_text=_("Zum Beispiel https://fachverfahren.example/haken")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = new_secret()

    def clean_address(self) -> str:
        """Only machines that the house may call."""
        return _callable(self.cleaned_data["address"])


class FitConnectForm(DestinationForm):
    """An authority behind FIT-Connect."""

    FORMATS = ((packages.JSON, "JSON"), (packages.XML, "XML"))
    address = forms.CharField(label=_("Adresse der Submission API"), max_length=500)
    token_url = forms.CharField(label=_("Adresse für Zugangstoken"), max_length=500)
    client_id = forms.CharField(label=_("Client-ID"), max_length=200)
    client_secret = forms.CharField(label=_("Client-Secret"), max_length=500, widget=forms.PasswordInput())
    destination = forms.UUIDField(label=_("ID des Zustellpunkts"))
    schema_uri = forms.CharField(
        label=_("Fachdatenschema"), max_length=300, help_text=_("Die URI, die der Zustellpunkt für seine Daten nennt.")
    )
    format = forms.ChoiceField(label=_("Format der Daten"), choices=FORMATS)
    leika = forms.RegexField(
        r"\A\d{14}\Z",
        label=_("Leistungsschlüssel"),
        required=False,
        help_text=_("Für Anträge, die selbst keinen nennen; 14 Ziffern."),
    )

    def clean_address(self) -> str:
        """Only machines that the house may call."""
        return _callable(self.cleaned_data["address"])

    def clean_token_url(self) -> str:
        """The same for the other address."""
        return _callable(self.cleaned_data["token_url"])

    def clean_client_secret(self) -> str:
        """It is kept sealed, not among the options."""
        self.secret = str(self.cleaned_data["client_secret"])
        return ""


FORMS: dict[str, type[DestinationForm]] = {
    rules.EMAIL: MailboxForm,
    rules.DIRECTORY: FolderForm,
    rules.WEBHOOK: WebhookForm,
    rules.FITCONNECT: FitConnectForm,
}


def _callable(text: str) -> str:
    url = text.strip()
    if fault := client.fault(url):
        raise forms.ValidationError(FAULTS[fault])
    return url
