# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the administration fills in."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from allmende.kernel.llm import queries, rules
from allmende.kernel.llm.models import Provider
from allmende.kernel.outbound.engine import addresses
from allmende.kernel.outbound.rules import NEVER

FAULTS = {
    "unreadable": _("Diese Adresse lässt sich nicht lesen."),
    "scheme": _("Die Adresse beginnt mit https://, im eigenen Haus auch mit http://."),
    "host": _("In der Adresse fehlt der Name des Servers."),
    "credentials": _("Ein Benutzername oder Passwort gehört nicht in die Adresse. Tragen Sie den Schlüssel unten ein."),
    "extra": _("Die Adresse endet nach dem Pfad; „?“ und „#“ gehören nicht hinein."),
    "plain": _("Außerhalb des Hauses wird nur verschlüsselt übertragen. Die Adresse beginnt dort mit https://."),
    "forbidden": _("An diese Adresse darf von hier nicht gesendet werden."),
}
"""By the words of `engine.addresses.fault`, and one of our own."""


def _choices(items: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (name, format_lazy("{title}: {help}", title=_(item.title), help=_(item.help))) for name, item in items.items()
    ]


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    """A provider. The key goes in and never comes out."""

    classes = forms.MultipleChoiceField(
        label=_("Zugelassene Daten"),
        widget=forms.CheckboxSelectMultiple,
        choices=_choices(rules.CLASSES),
        help_text=_(
            "Was dieser Anbieter höchstens erhalten darf. Alles andere wird hier abgelehnt und nie übermittelt."
        ),
    )
    location = forms.ChoiceField(
        label=_("Ort der Verarbeitung"), widget=forms.RadioSelect, choices=_choices(rules.LOCATIONS)
    )
    key = forms.CharField(
        label=_("Schlüssel"),
        required=False,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        help_text=_("Wird verschlüsselt gespeichert und nie wieder angezeigt. Leer lassen, um ihn nicht zu ändern."),
    )
    forget_key = forms.BooleanField(label=_("Gespeicherten Schlüssel löschen"), required=False)
    timeout = forms.IntegerField(
        label=_("Längste Wartezeit in Sekunden"),
        min_value=1,
        max_value=int(rules.LIMITS.total),
        initial=120,
        help_text=_("Für eine ganze Antwort. Danach ist der nächste Anbieter an der Reihe."),
    )
    position = forms.IntegerField(
        label=_("Reihenfolge"),
        min_value=1,
        max_value=1000,
        initial=10,
        help_text=_("Der Anbieter mit der kleinsten Zahl wird zuerst gefragt, die anderen, wenn er nicht antwortet."),
    )

    class Meta:
        model = Provider
        fields = [
            "name",
            "url",
            "location",
            "classes",
            "chat_model",
            "embeddings_model",
            "key",
            "forget_key",
            "timeout",
            "daily_tokens",
            "position",
        ]
        help_texts = {
            "name": _("Zum Beispiel „Rechenzentrum der Region“."),
            "url": _("Bis zum Pfad der OpenAI-Schnittstelle, zum Beispiel https://ki.lindental.example/v1"),
            "chat_model": _("So, wie der Anbieter es nennt. Leer, wenn er keine Texte schreiben soll."),
            "embeddings_model": _("Macht Texte vergleichbar. Leer, wenn er das nicht tun soll."),
            "daily_tokens": _("Höchstens so viele Token je Tag, gelesene und geschriebene. Leer: unbegrenzt."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.sealed_key:
            del self.fields["forget_key"]
            self.fields["key"].help_text = _("Wird verschlüsselt gespeichert und nie wieder angezeigt.")

    def clean_url(self) -> str:
        """Without the slash at the end, so that one address has one form."""
        return str(self.cleaned_data["url"]).strip().rstrip("/")

    def clean_key(self) -> str:
        """Something that may stand in a header."""
        key = str(self.cleaned_data["key"]).strip()
        if not key.isascii() or any(mark <= " " or mark == "\x7f" for mark in key):
            raise forms.ValidationError(
                _("Ein Schlüssel besteht aus Buchstaben, Ziffern und Zeichen ohne Leerstellen.")
            )
        return key

    def clean(self) -> dict[str, Any]:
        """The address against the location, the classes against the house's rules, at least one model."""
        data: dict[str, Any] = super().clean() or {}
        location = rules.LOCATIONS.get(data.get("location", ""))
        if location is None:
            return data
        if fault := _fault(data.get("url", ""), location):
            self.add_error("url", FAULTS[fault])
        for name in data.get("classes", []):
            if rules.handling(name, data["location"]) == rules.REFUSED:
                text = _("„%(data)s“ darf an Anbieter an diesem Ort nie gehen: %(place)s.")
                titles = {"data": _(rules.CLASSES[name].title), "place": _(location.title)}
                self.add_error("classes", forms.ValidationError(text, params=titles))
        if not (data.get("chat_model") or data.get("embeddings_model")):
            self.add_error("chat_model", _("Nennen Sie mindestens ein Modell, hier oder im nächsten Feld."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """The provider's fields, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "forget_key")}


def _fault(url: str, location: rules.Location) -> str:
    """What is wrong with the address, as a word of FAULTS; a name is looked up when it is called, a number now."""
    if not url:
        return ""
    if fault := addresses.fault(url, plain_http=location.plain_http):
        return fault
    encrypted = url.startswith("https:")
    direct = addresses.literal(addresses.host(url))
    allowed = direct is None or addresses.may_be_called(direct, encrypted=encrypted, reach=location.reach, never=NEVER)
    return "" if allowed else "forbidden"


class OverrideForm(forms.Form):
    """Why a model goes into operation although a gate objects."""

    reason = forms.CharField(
        label=_("Warum geht er trotzdem in Betrieb?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class QuotasForm(forms.Form):
    """Calls and tokens a day, for each role."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role, quota in queries.quotas().items():
            self.fields[f"{role}-calls"] = forms.IntegerField(
                label=_("Anfragen je Tag"), min_value=0, max_value=10**9, initial=quota.calls
            )
            self.fields[f"{role}-tokens"] = forms.IntegerField(
                label=_("Token je Tag"), min_value=0, max_value=10**12, initial=quota.tokens
            )

    @property
    def changed(self) -> dict[str, rules.Quota]:
        """The roles whose quota is another one now."""
        data = self.cleaned_data
        roles = {name.rpartition("-")[0] for name in self.changed_data}
        return {role: rules.Quota(calls=data[f"{role}-calls"], tokens=data[f"{role}-tokens"]) for role in sorted(roles)}
