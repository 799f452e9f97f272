# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What members of staff can choose and send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.kernel.town import queries as town
from allmende.kernel.web.forms import DateInput
from allmende.modules.assistant.staff import queries, rules
from allmende.modules.assistant.staff.queries import RATINGS, UNSURE, Selection
from allmende.modules.assistant.staff.question_set import MOST_BYTES

RATING_TITLES = dict(
    zip(RATINGS, (_("hilfreich"), _("nicht hilfreich"), _("ohne Bewertung"), _("mit Text")), strict=True)
)
LANGUAGE_TITLES = {"de": _("Deutsch"), "en": _("Englisch")}
ALL = ("", _("alle"))
Choices = list[tuple[str, Any]]


class QuestionFilter(forms.Form):
    """Narrows the list of questions; everything may be left out."""

    filters = True

    since = forms.DateField(label=_("Von"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Bis"), required=False, widget=DateInput)
    status = forms.ChoiceField(label=_("Ergebnis"), required=False)
    language = forms.ChoiceField(label=_("Sprache"), required=False)
    channel = forms.ChoiceField(label=_("Kanal"), required=False)
    rating = forms.ChoiceField(label=_("Bewertung"), required=False, choices=[ALL, *RATING_TITLES.items()])
    changed = forms.TypedChoiceField(
        label=_("Quellen"),
        required=False,
        choices=[ALL, ("yes", _("Wortlaut seitdem geändert"))],
        coerce=bool,
    )
    words = forms.CharField(label=_("Wörter der Frage"), required=False, max_length=100)
    source = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = rules.titles("statuses")
        self._offer("status", [*statuses.items(), (UNSURE, _("unsicher beantwortet"))])
        self._offer("language", [(name, LANGUAGE_TITLES.get(name, name)) for name in queries.languages()])
        channels = rules.titles("channels")
        self._offer("channel", [(name, channels.get(name, name)) for name in queries.channels()])

    def _offer(self, field: str, choices: Choices) -> None:
        self.fields[field].choices = [ALL, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The period runs forward."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("Das Ende liegt vor dem Anfang."))
        return data

    @property
    def selection(self) -> Selection:
        """What was chosen; without a period the last days, and everything from the last days where the form is wrong."""
        if not self.is_valid():
            return queries.recent()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if not {"since", "until"} & set(given):
            usual = queries.recent()
            given |= {"since": usual.since, "until": usual.until}
        return Selection(**given)


class DecisionForm(forms.Form):
    """What is to be done about a group."""

    kind = forms.ChoiceField(label=_("Was fehlt?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(rules.titles("decisions").items())  # type: ignore[attr-defined]


class WordForm(forms.Form):
    """A word for a service."""

    term = forms.CharField(label=_("Wort der Bürgerinnen und Bürger"), max_length=40, min_length=2)
    service = forms.ChoiceField(label=_("Leistung, die gemeint ist"))
    language = forms.ChoiceField(label=_("Sprache des Worts"), choices=list(LANGUAGE_TITLES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = [("", _("bitte wählen")), *((link.id, str(link.name)) for link in town.services())]
        self.fields["service"].choices = services  # type: ignore[attr-defined]


class OverrideForm(forms.Form):
    """Why a word is approved although a gate objects."""

    reason = forms.CharField(
        label=_("Warum wird es trotzdem angenommen?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class QuestionSetForm(forms.Form):
    """A file of questions with the right answers."""

    file = forms.FileField(
        label=_("Datei mit Fragen (JSON Lines)"),
        help_text=_("Eine Frage je Zeile mit id, question, status und services; höchstens 1.000 Zeilen und 2 MB."),
        max_length=100,
    )

    def clean_file(self) -> Any:
        """Not read before it is known to be small."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Die Datei ist größer als 2 MB."))
        return file
