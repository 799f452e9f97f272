# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people confirm before an application is sent."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from allmende.modules.applications.drafts import Opened
from allmende.modules.applications.engine.model import Step


class ConfirmForm(forms.Form):
    """A box for each confirmation of a review."""

    use_required_attribute = False

    def __init__(self, draft: Opened, step: Step, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name in step.confirm:
            self.fields[name] = forms.BooleanField(
                label=draft.flow.confirmations[name][draft.language],
                initial=name in draft.confirmed,
                error_messages={"required": _("Bitte bestätigen Sie das, bevor Sie weitergehen.")},
            )
