# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a citizen and a clerk fill in for a live chat."""

import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from allmende.modules.assistant.live import rules

MASKED, EDITED, NOTHING = "masked", "edited", "none"
TOO_LONG = _("Bitte kürzen Sie den Text auf %(limit_value)d Zeichen.")


class HandOverForm(forms.Form):
    """What the person gets to read of the conversation so far, and the consent. `transcript` is it, as it is stored; `language` is
    that of the page; `t` the token of the window on another site, where it was held there.
    """

    shared = forms.ChoiceField(
        label=_("Was soll der Mensch bei der Stadt vorher lesen?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie, was weitergegeben wird.")},
    )
    transcript = forms.CharField(
        label=_("Das bisherige Gespräch"),
        help_text=_(
            "So ist es gespeichert. Was verdeckt wurde, hat die Stadt nicht mehr; Sie können es hier wieder einsetzen oder "
            "streichen. Ihre Änderungen gelten nur bei „in meiner Fassung“."
        ),
        max_length=rules.bound("transcript_length"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": TOO_LONG},
    )
    consent = forms.BooleanField(error_messages={"required": _("Ohne Ihr Einverständnis beginnt kein Gespräch.")})
    about = forms.UUIDField(widget=forms.HiddenInput, required=False)
    t = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, transcript: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored, self._shares = transcript, rules.shares(language)
        self.fields["transcript"].initial = transcript
        choices = dict(self._shares)
        if not transcript:
            del self.fields["transcript"]
            choices = {NOTHING: choices[NOTHING]}
        cast(forms.ChoiceField, self.fields["shared"]).choices = list(choices.items())
        self.fields["shared"].initial = next(iter(choices))
        self.fields["consent"].label = _consent()

    @property
    def words(self) -> str:
        """The words that were agreed to, once the form is valid."""
        return f"{self.fields['consent'].label} {self._shares[self.cleaned_data['shared']]}."

    @property
    def handed_over(self) -> str:
        """The text that the person will read, once the form is valid."""
        written: str = self.cleaned_data.get("transcript", "")
        return {MASKED: self._stored, EDITED: written, NOTHING: ""}[self.cleaned_data["shared"]]


class MessageForm(forms.Form):
    """A message. Its ticket makes one message of a form that is sent twice."""

    text = forms.CharField(
        label=_("Ihre Nachricht"),
        max_length=rules.bound("text_length"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Bitte schreiben Sie etwas."), "max_length": TOO_LONG},
    )
    ticket = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)


class FinishForm(forms.Form):
    """What came of the chat."""

    summary = forms.CharField(
        label=_("Zusammenfassung für den Vorgang"),
        help_text=_("Sie bleibt, wenn der Wortlaut gelöscht ist. Schreiben Sie nur, was dafür nötig ist."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Bitte fassen Sie zusammen, was herauskam."), "max_length": TOO_LONG},
    )
    done = forms.BooleanField(label=_("Der Vorgang ist damit erledigt"), required=False, initial=True)


def _consent() -> str:
    days = settings.CHAT_RETENTION_DAYS
    return ngettext(
        "Ich bin einverstanden, dass die Stadt speichert, was ich hier schreibe und was ich oben zum Weitergeben wähle, und dass "
        "es liest, wer meinen Vorgang bearbeitet. Der Wortlaut wird %(days)d Tag nach dem Ende des Gesprächs gelöscht.",
        "Ich bin einverstanden, dass die Stadt speichert, was ich hier schreibe und was ich oben zum Weitergeben wähle, und dass "
        "es liest, wer meinen Vorgang bearbeitet. Der Wortlaut wird %(days)d Tage nach dem Ende des Gesprächs gelöscht.",
        days,
    ) % {"days": days}
