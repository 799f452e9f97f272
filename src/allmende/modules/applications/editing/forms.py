# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small forms of the editors: a new flow, one from FIM, a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.kernel.web.editing.ids import id_from
from allmende.modules.applications.editing.choices import units

MOST_BYTES = 2_000_000


class NewFlowForm(forms.Form):
    """A flow that does not exist yet: from nothing, or from a data schema of FIM."""

    name = forms.CharField(
        label=_("Name"), max_length=100, required=False, help_text=_("Leer lassen, wenn ein FIM-Datenschema ihn nennt.")
    )
    unit = forms.ChoiceField(label=_("Zuständig"))
    schema = forms.FileField(label=_("FIM-Datenschema"), required=False, help_text=_("XDatenfelder 2 oder 3, als XML."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].choices = units()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """A name or a schema, and not too large."""
        found = super().clean() or {}
        schema = found.get("schema")
        if not schema and not id_from(str(found.get("name") or "")):
            self.add_error("name", _("Nennen Sie einen Namen, oder geben Sie ein Datenschema an."))
        if schema and schema.size > MOST_BYTES:
            self.add_error("schema", _("Die Datei ist größer als 2 MB."))
        return found


class ReasonForm(forms.Form):
    """Why a draft is given back, or a flow withdrawn."""

    reason = forms.CharField(label=_("Grund"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, auto_id: str) -> None:
        super().__init__(auto_id=auto_id)
