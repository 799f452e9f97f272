# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a citizen can send."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Said
from allmende.modules.assistant.schemas import MAX_COMMENT, MAX_QUESTION

BACK, SKIP, SEND = "back", "skip", "send"
"""The buttons of a dialog beside the one that goes on."""


class QuestionForm(forms.Form):
    """A question, or the choice of a service that was offered."""

    q = forms.CharField(
        label=_("Ihre Frage"),
        max_length=MAX_QUESTION,
        error_messages={
            "required": _("Bitte schreiben Sie Ihre Frage in das Feld."),
            "max_length": _("Die Frage ist zu lang. Bitte kürzen Sie sie auf %(limit_value)d Zeichen."),
        },
    )
    service = forms.SlugField(max_length=100, required=False, widget=forms.HiddenInput)
    about = forms.UUIDField(required=False, widget=forms.HiddenInput)


class OpinionForm(forms.Form):
    """A thumb and, if wanted, a sentence."""

    helpful = forms.TypedChoiceField(choices=[("1", _("Ja")), ("0", _("Nein"))], coerce=lambda value: value == "1")
    comment = forms.CharField(label=_("Was hat gefehlt?"), max_length=MAX_COMMENT, required=False)


class SwitchForm(forms.Form):
    """Why something is switched, and what citizens read meanwhile."""

    reason = forms.CharField(
        label=_("Grund"),
        help_text=_("Für Kolleginnen und Kollegen; steht unten im Verlauf."),
        max_length=300,
        error_messages={"required": _("Bitte nennen Sie den Grund.")},
    )
    message_de = forms.CharField(label=_("Hinweis für Bürgerinnen und Bürger"), max_length=300, required=False)
    message_en = forms.CharField(label=_("Hinweis auf Englisch"), max_length=300, required=False)


class TurnForm(forms.Form):
    """One turn inside a dialog: a sentence or a choice, and which button sent it."""

    q = forms.CharField(
        max_length=MAX_QUESTION,
        required=False,
        error_messages={"max_length": _("Bitte kürzen Sie den Text auf %(limit_value)d Zeichen.")},
    )
    do = forms.CharField(max_length=10, required=False)
    revision = forms.IntegerField(required=False)

    def said(self) -> Said:
        """The turn, once the form is valid. What was typed counts before what was chosen."""
        given, picked = self.cleaned_data, cast(QueryDict, self.data)
        revision = given["revision"]
        if given["do"] == BACK:
            return Said(back=True, revision=revision)
        if given["do"] == SEND:
            return Said(confirmed=tuple(picked.getlist("confirm")), revision=revision)
        if given["do"] == SKIP:
            return Said(revision=revision)
        chosen = () if given["q"] else tuple(picked.getlist("choice"))
        return Said(text=given["q"], chosen=chosen, revision=revision)
