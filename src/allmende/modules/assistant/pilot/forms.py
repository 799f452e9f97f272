# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is sent in the pilot study."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.modules.assistant.pilot import queries, rules
from allmende.modules.assistant.pilot.models import SurveyRound


class SetForm(forms.Form):
    """A question set as a file."""

    file = forms.FileField(
        label=_("Datei mit Fragen"),
        help_text=_("JSON Lines: zuerst der Kopf, dann eine Frage in jeder Zeile. Höchstens 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".jsonl"}),
    )

    def clean_file(self) -> Any:
        """Larger files are not read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > rules.number("most_bytes"):
            raise forms.ValidationError(_("Die Datei ist größer als 2 MB."))
        return file


class AcceptForm(forms.Form):
    """Why a run is accepted."""

    note = forms.CharField(
        label=_("Anmerkung"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class AssumptionsForm(forms.Form):
    """Value and origin of each assumption of the relief."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for known in queries.assumptions():
            bounds = rules.assumptions()[known.name]
            self.fields[known.name] = forms.FloatField(
                label=f"{known.title} ({known.unit})",
                min_value=bounds["least"],
                max_value=bounds["most"],
                initial=known.value,
                localize=True,
            )
            self.fields[f"{known.name}_source"] = forms.CharField(
                label=gettext("Woher der Wert kommt: {title}").format(title=known.title),
                max_length=300,
                initial=known.source,
            )

    def clean(self) -> dict[str, Any]:
        """The lower share lies below the upper one."""
        data: dict[str, Any] = super().clean() or {}
        low, high = data.get("uptake_low"), data.get("uptake_high")
        if low is not None and high is not None and low > high:
            self.add_error("uptake_high", _("Der höchste Anteil liegt unter dem niedrigsten."))
        return data

    @property
    def values(self) -> dict[str, tuple[float, str]]:
        """Name → value and origin."""
        data = self.cleaned_data
        return {name: (data[name], data[f"{name}_source"]) for name in rules.assumptions()}


class RoundForm(forms.Form):
    """A round of the survey."""

    phase = forms.ChoiceField(label=_("Zeitpunkt"))
    note = forms.CharField(label=_("Anmerkung"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = list(rules.phases().items())  # type: ignore[attr-defined]


class LinksForm(forms.Form):
    """How many links are wanted."""

    count = forms.IntegerField(label=_("Wie viele Links"), min_value=1, initial=10)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id="links-%s")

    def clean_count(self) -> int:
        """No more than the rules allow."""
        count: int = self.cleaned_data["count"]
        if count > rules.most_links():
            raise forms.ValidationError(gettext("Höchstens {most} auf einmal.").format(most=rules.most_links()))
        return count


class AnswersForm(forms.Form):
    """The questions of a round; each is answered."""

    def __init__(self, row: SurveyRound, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in row.questions:
            choices = [(str(number), rules.said(choice)) for number, choice in enumerate(question["choices"])]
            self.fields[question["name"]] = forms.ChoiceField(
                label=rules.said(question["text"]), choices=choices, widget=forms.RadioSelect
            )

    @property
    def choices(self) -> dict[str, int]:
        """Question → chosen answer, counted from 0."""
        return {name: int(choice) for name, choice in self.cleaned_data.items()}
