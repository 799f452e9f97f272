# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small forms of the list and of a review."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.town import rules
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.web.forms import DateInput


class FilterForm(forms.Form):
    """Narrows the list of texts."""

    filters = True

    q = forms.CharField(label=gettext_lazy("Name oder Kennung"), max_length=100, required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Zuständig"), required=False)
    old = forms.BooleanField(label=gettext_lazy("nur alte Freigaben"), required=False)

    def __init__(self, data: Any, units: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        language_states = [(state, rules.state_title(state)) for state in rules.states()]
        self.fields["status"].choices = [("", _("alle")), *language_states]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("alle")), *units]  # type: ignore[attr-defined]
        self.fields["q"].widget.input_type = "search"
        bound = _("{kind} nach {days} Tagen")
        bounds = rules.editing()["old_after_days"].items()
        self.fields["old"].help_text = ", ".join(
            bound.format(kind=KINDS[kind].title, days=days) for kind, days in bounds
        )

    @cached_property
    def given(self) -> dict[str, Any]:
        """What was asked for; nothing of a field with nonsense in it."""
        self.is_valid()
        return {field: value for field, value in self.cleaned_data.items() if value}


class ReasonForm(forms.Form):
    """Why a draft is given back, or a text withdrawn."""

    comment = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, label: str, auto_id: str) -> None:
        super().__init__(auto_id=auto_id)
        self.fields["comment"].label = label


class AmendmentForm(forms.Form):
    """From when a new version of a statute holds."""

    valid_from = forms.DateField(
        label=gettext_lazy("Ab wann gilt die neue Fassung?"),
        widget=DateInput(),
        help_text=gettext_lazy("Die jetzige Fassung gilt dann bis zum Tag davor und bleibt nachlesbar."),
    )
