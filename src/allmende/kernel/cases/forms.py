# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people fill in: filters and steps of the staff, letters of citizens, wishes about personal data."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allmende.kernel.accounts.models import User
from allmende.kernel.cases import access, kinds, queries, rules
from allmende.kernel.cases.engine.workflow import STAFF
from allmende.kernel.cases.models import Case

WHOSE = [
    ("", _("Alle, die ich sehen darf")),
    (queries.MINE, _("Meine")),
    (queries.UNIT, _("Mein Amt")),
    (queries.NOBODY, _("Nicht zugewiesen")),
]
NOBODY, AS_IT_IS = "nobody", "as_it_is"
TOO_LONG = {"max_length": _("Bitte kürzen Sie den Text auf %(limit_value)d Zeichen.")}


class FilterForm(forms.Form):
    """What the inbox shows."""

    filters = True
    text = forms.CharField(label=_("Suchen"), required=False, max_length=100)
    whose = forms.ChoiceField(label=_("Wessen"), required=False, choices=WHOSE)
    state = forms.ChoiceField(label=_("Stand"), required=False)
    kind = forms.ChoiceField(label=_("Art"), required=False)
    overdue = forms.BooleanField(label=_("Nur überfällige"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (queries.OPEN, _("Alle offenen")),
            (queries.FINISHED, _("Alle abgeschlossenen")),
            *states(),
        ]
        self.fields["kind"].choices = [("", _("Alle"))] + [(kind.name, kind.title) for kind in kinds.kinds()]  # type: ignore[attr-defined]

    def wanted(self) -> queries.Filter:
        """The filter; what cannot be read is left out."""
        given = self.cleaned_data if self.is_valid() else {}
        given = {**given, "state": given.get("state") or queries.OPEN}
        return queries.Filter(**{name: value for name, value in given.items() if name in self.fields})


def states() -> list[tuple[str, str]]:
    """Every state of every kind with its title, each once."""
    flows = [kind.flow for kind in kinds.kinds()] or [kinds.kind("").flow]
    language = rules.language()
    return list({name: state.title_in(language) for flow in flows for name, state in flow.states.items()}.items())


class StepForm(forms.Form):
    """A step with a case, as it was when the person saw it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = "step"

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        self.case = case
        initial = {"revision": case.revision, "ticket": uuid.uuid4()}
        super().__init__(data, initial=initial, auto_id=f"{self.name}_%s", **kwargs)


class TextForm(StepForm):
    """A step that is written."""

    text = forms.CharField(
        label=_("Text"),
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Bitte schreiben Sie etwas."), **TOO_LONG},
    )


class NoteForm(TextForm):
    """A note for colleagues. It changes nothing that others see, so it does not matter who was faster."""

    revision = None  # type: ignore[assignment]
    name = "note"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Notiz für Kolleginnen und Kollegen")
        self.fields["text"].help_text = _("Bürgerinnen und Bürger sehen sie nicht, können aber Auskunft verlangen.")


class AnswerForm(TextForm):
    """A letter to the citizen, and what becomes of the case."""

    name = "answer"
    ticket = forms.UUIDField(widget=forms.HiddenInput)
    then = forms.ChoiceField(label=_("Danach"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flow = kinds.kind(self.case.kind).flow
        further = [(state.name, state.title_in(rules.language())) for state in flow.next(self.case.state, STAFF)]
        self.fields["text"].label = _("Antwort an die Bürgerin oder den Bürger")
        self.fields["then"].choices = [(AS_IT_IS, _("Stand nicht ändern")), *further]  # type: ignore[attr-defined]

    def clean_then(self) -> str:
        """The state to go to; empty for none."""
        then = str(self.cleaned_data["then"])
        return "" if then == AS_IT_IS else then


class MoveForm(StepForm):
    """Another state."""

    name = "move"
    to = forms.CharField(max_length=40)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who works on cases, or nobody, which is a choice of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)

    def clean(self, value: Any) -> User | None:
        """The person; None for nobody."""
        person: User | None = None if value == NOBODY else super().clean(value)
        return person


class AssignForm(StepForm):
    """Whose case it is."""

    name = "assign"
    to = PersonField(label=_("Zuweisen an"))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["to"], people)

    def clean_to(self) -> User | None:
        """Somebody who may see the case."""
        to: User | None = self.cleaned_data["to"]
        if to is not None and not access.visible(to).filter(pk=self.case.pk).exists():
            raise forms.ValidationError(_("Diese Person darf den Vorgang nicht sehen."))
        return to


class HandOverForm(StepForm):
    """Another unit."""

    name = "hand_over"
    unit = forms.ChoiceField(label=_("Abgeben an"))

    def __init__(self, *args: Any, units: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(unit, name) for unit, name in units.items() if unit != self.case.unit]
        self.fields["unit"].choices = others  # type: ignore[attr-defined]


class BulkForm(forms.Form):
    """Several cases for one person."""

    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(), error_messages={"required": _("Bitte wählen Sie mindestens einen Vorgang aus.")}
    )
    to = PersonField(label=_("Ausgewählte zuweisen an"))

    def __init__(self, data: Any = None, *, people: list[User], visible: QuerySet[Case]) -> None:
        super().__init__(data, auto_id="bulk_%s")
        offer(self.fields["to"], people)
        self.fields["cases"].queryset = visible  # type: ignore[attr-defined]


def offer(field: Any, people: list[User]) -> None:
    """Let the field choose among these people, who were read once for the whole page."""
    field.queryset = User.objects.filter(pk__in=[person.pk for person in people])
    field.choices = [(NOBODY, _("niemandem")), *((str(person.pk), str(person)) for person in people)]


class SaveFilterForm(forms.Form):
    """A name for a view."""

    name = forms.CharField(
        label=_("Diese Ansicht merken als"),
        max_length=60,
        error_messages={"required": _("Bitte geben Sie einen Namen ein.")},
    )
    query = forms.CharField(widget=forms.HiddenInput, max_length=500, required=False)


class ReplyForm(TextForm):
    """What a citizen writes back."""

    name = "reply"
    revision = None  # type: ignore[assignment]
    ticket = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Ihre Nachricht an uns")


class PersonForm(forms.Form):
    """Whom it is about."""

    contact = forms.CharField(
        label=_("E-Mail-Adresse, Telefonnummer oder Nummer eines Vorgangs"),
        max_length=254,
        error_messages={"required": _("Bitte geben Sie eine E-Mail-Adresse oder eine Nummer ein.")},
    )


class EraseForm(PersonForm):
    """Whom it is about, and why it is deleted."""

    contact = forms.CharField(widget=forms.HiddenInput, max_length=254)
    reason = forms.CharField(
        label=_("Grund der Löschung"),
        max_length=300,
        help_text=_(
            "Er steht im Löschprotokoll. Nennen Sie keinen Namen, zum Beispiel: Antrag nach Art. 17 DSGVO vom 3. Mai."
        ),
        error_messages={"required": _("Bitte nennen Sie einen Grund.")},
    )
