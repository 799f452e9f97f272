# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a citizen and a clerk fill in for a callback."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.modules.assistant import callbacks, rules
from allmende.modules.assistant.callbacks import Wish
from allmende.modules.assistant.engine.phone import NotANumberError
from allmende.modules.assistant.handover import Slot

TOO_LONG = _("Bitte kürzen Sie den Text auf %(limit_value)d Zeichen.")


class CallbackForm(forms.Form):
    """Name, number, time, note, consent. `slots` are the times to choose from, `deleted_on` the day that the consent names."""

    name = forms.CharField(
        label=_("Ihr Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Bitte nennen Sie Ihren Namen."), "max_length": TOO_LONG},
    )
    phone = forms.CharField(
        label=_("Ihre Telefonnummer"),
        help_text=_("Mit Vorwahl, zum Beispiel 0171 2345678; aus dem Ausland mit +."),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={
            "required": _("Bitte nennen Sie die Nummer, unter der wir Sie erreichen."),
            "max_length": TOO_LONG,
        },
    )
    when = forms.ChoiceField(label=_("Wann passt es Ihnen?"), required=False)
    note = forms.CharField(
        label=_("Worum geht es?"),
        help_text=_("Das sieht, wer Sie zurückruft. Schreiben Sie nur, was dafür nötig ist."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Ohne Ihr Einverständnis dürfen wir die Nummer nicht speichern.")}
    )
    ticket = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
    about = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, slots: list[Slot], deleted_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots = {slot.key: slot for slot in slots}
        when = cast(forms.ChoiceField, self.fields["when"])
        when.choices = [("", gettext("egal, in den Öffnungszeiten")), *((slot.key, slot.label) for slot in slots)]
        when.error_messages["invalid_choice"] = _("Diese Zeit ist nicht mehr frei. Bitte wählen Sie eine andere.")
        self.fields["consent"].label = gettext(
            "Ich bin einverstanden, dass die Stadt diese Angaben für den Rückruf speichert. Sie werden am %(day)s gelöscht; "
            "vorher kann ich sie selbst löschen."
        ) % {"day": date_format(deleted_on, "DATE_FORMAT")}

    def clean_phone(self) -> str:
        """The number as it was written; `dial` keeps it in E.164."""
        phone: str = self.cleaned_data["phone"]
        try:
            self.dial = rules.numbering().normalise(phone)
        except NotANumberError as error:
            raise forms.ValidationError(PHONE_PROBLEMS[error.reason], code=error.reason) from None
        return phone

    def clean(self) -> dict[str, Any]:
        """Find the key of the callback. A form that was open for too long gets a new one and must be sent again."""
        super().clean()
        self.key = callbacks.key_of(self.cleaned_data.get("ticket", ""))
        if self.key is None:
            self.data = {**{name: self.data.get(name) for name in self.data}, "ticket": callbacks.ticket()}
            raise forms.ValidationError(
                _("Das Formular war zu lange offen. Ihre Angaben stehen noch da; bitte senden Sie es noch einmal ab.")
            )
        return self.cleaned_data

    def wish(self) -> Wish:
        """What was filled in, once it is valid."""
        given = self.cleaned_data
        return Wish(
            name=given["name"],
            phone=given["phone"],
            dial=self.dial,
            slot=self._slots.get(given["when"]),
            note=given["note"],
            consent=str(self.fields["consent"].label),
        )


PHONE_PROBLEMS = {
    "form": _("Das ist keine vollständige Telefonnummer. Schreiben Sie sie mit Vorwahl, zum Beispiel 0171 2345678."),
    "refused": _("Diese Nummer können wir nicht zurückrufen. Bitte nennen Sie eine Festnetz- oder Mobilnummer."),
}


class OutcomeForm(forms.Form):
    """How a callback went."""

    outcome = forms.CharField(
        label=_("Notiz"),
        help_text=_("Für Ihre Kolleginnen und Kollegen. Sie wird mit dem Rückruf gelöscht."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )
