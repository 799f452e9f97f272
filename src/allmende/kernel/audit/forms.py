# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The filter above the log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.kernel.audit import queries
from allmende.kernel.web.forms import DateInput


class FilterForm(forms.Form):
    """Everything is optional; together the fields narrow the list."""

    filters = True

    action = forms.ChoiceField(label=_("Ereignis"), required=False)
    actor = forms.CharField(label=_("Wer"), required=False, max_length=100)
    subject = forms.CharField(label=_("Gegenstand"), required=False, max_length=100)
    since = forms.DateField(label=_("Von"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Bis"), required=False, widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("alle")), *((name, name) for name in queries.actions())]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The period runs forward."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("Das Ende liegt vor dem Anfang."))
        return data
