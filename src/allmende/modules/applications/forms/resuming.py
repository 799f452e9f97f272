# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Going on with an application that was begun: by its code, or by the file that the citizen keeps."""

from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from allmende.modules.applications import drafts, saving, tokens
from allmende.modules.applications.drafts import NoDraftError, NotOfferedError


class CodeForm(forms.Form):
    """The code of a draft, as people type it."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Ihr Code"),
        max_length=60,
        help_text=_("20 Zeichen in Gruppen zu vier. Groß oder klein, mit oder ohne Leerzeichen ist gleich."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """The token. Whether it never was or is no longer is not told."""
        token = tokens.normal(self.cleaned_data["code"])
        if problem := _miscounted(len(token)):
            raise forms.ValidationError(problem)
        try:
            drafts.load(token)
        except NoDraftError:
            raise forms.ValidationError(
                _("Zu diesem Code gibt es keinen Antrag. Prüfen Sie ihn; vielleicht ist seine Frist um.")
            ) from None
        except NotOfferedError:
            raise forms.ValidationError(_("Dieser Antrag wird gerade nicht online angeboten.")) from None
        return token

    def token(self) -> str:
        """The token of the draft."""
        found: str = self.cleaned_data["code"]
        return found


def _miscounted(found: int) -> str:
    """What to say of a code with so many characters; nothing where none is missing or too many."""
    whole = tokens.length()
    told = {"whole": whole, "count": abs(whole - found)}
    if found < whole:
        return (
            ngettext(
                "In Ihrem Code fehlt ein Zeichen: Er hat %(whole)d Buchstaben und Ziffern, ohne I, L, O, 0 und 1.",
                "In Ihrem Code fehlen %(count)d Zeichen: Er hat %(whole)d Buchstaben und Ziffern, ohne I, L, O, 0 und 1.",
                told["count"],
            )
            % told
        )
    if found > whole:
        return (
            ngettext(
                "Ihr Code hat ein Zeichen zu viel. Es sind %(whole)d.",
                "Ihr Code hat %(count)d Zeichen zu viel. Es sind %(whole)d.",
                told["count"],
            )
            % told
        )
    return ""


class FileForm(forms.Form):
    """A saved application. What it holds becomes a draft again."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("Ihre gespeicherte Datei"),
        help_text=_("Sie heißt zum Beispiel antrag-hundesteuer-anmelden.txt."),
        widget=forms.FileInput({"accept": ".txt"}),
    )

    def clean_file(self) -> dict[str, Any]:
        """What the file holds."""
        try:
            return saving.opened(self.cleaned_data["file"])
        except saving.NotSavedHereError as error:
            raise forms.ValidationError(str(error)) from error

    def token(self) -> str:
        """The token of a new draft with what the file holds. Raises NotOfferedError."""
        return saving.resume(self.cleaned_data["file"], (get_language() or "de")[:2])
