# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the administrator fills in for a webhook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.kernel.messages.models import Webhook
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


class WebhookForm(forms.Form):
    """A machine that is told things."""

    title = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Kennung"), max_length=50, help_text=_("Unter diesem Namen sprechen andere Teile des Systems ihn an.")
    )
    url = forms.CharField(
        label=_("Adresse"), max_length=500, help_text=_("Zum Beispiel https://fachverfahren.example/haken")
    )

    def clean_slug(self) -> str:
        """A name that is still free."""
        slug = str(self.cleaned_data["slug"])
        if Webhook.objects.filter(pk=slug).exists():
            raise forms.ValidationError(_("Diese Kennung ist schon vergeben."))
        return slug

    def clean_url(self) -> str:
        """Only machines that the house may call."""
        url = str(self.cleaned_data["url"]).strip()
        if fault := client.fault(url):
            raise forms.ValidationError(FAULTS[fault])
        return url
