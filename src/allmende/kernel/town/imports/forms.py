# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What editors fill in for an import."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from allmende.kernel.town.imports import bylaws, queries, rules
from allmende.kernel.town.imports.models import Import
from allmende.kernel.town.rules import DRAFT, statute_kind_choices
from allmende.kernel.web.forms import DateInput

Choices = Iterable[tuple[str, str]]
FORMS = [
    ("xzufi", _("XZuFi 2.2: eine XML-Datei oder ein ZIP mit index.txt")),
    ("csv", _("CSV: eine Zeile je Leistung")),
    ("json", _("JSON: eine Liste von Leistungen")),
]
DOCUMENTS = [(bylaws.STATUTE, _("Satzung, Verordnung oder Ordnung")), (bylaws.PAGE, _("Seite"))]
NAME = RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Kleinbuchstaben, Ziffern und Bindestriche, zum Beispiel „amt24“."))
KEY = RegexValidator(r"^\d{2,12}$", _("Zwei bis zwölf Ziffern, zum Beispiel 145220300300."))
ID = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Kleinbuchstaben, Ziffern und einzelne Bindestriche dazwischen."))


class UploadForm(forms.Form):
    """A delivery of services, and how it is to be taken in."""

    form = forms.ChoiceField(label=_("Format"), choices=FORMS, initial="xzufi", widget=forms.RadioSelect)
    file = forms.FileField(label=_("Datei"))
    source = forms.CharField(
        label=_("Quelle"),
        max_length=60,
        validators=[NAME],
        help_text=_(
            "Ein kurzer Name, zum Beispiel „amt24“. Unter ihm erkennt das System die Einträge beim nächsten Mal wieder."
        ),
    )
    unit = forms.ChoiceField(
        label=_("Zuständig, wenn die Quelle kein bekanntes Amt nennt"),
        required=False,
        help_text=_("Ohne diese Angabe kommen solche Leistungen in die Quarantäne."),
    )
    arrival = forms.ChoiceField(label=_("So kommen neue Leistungen an"), widget=forms.RadioSelect)
    area = forms.CharField(
        label=_("Regionalschlüssel der Stadt"),
        required=False,
        max_length=12,
        validators=[KEY],
        help_text=_("Dann wird übergangen, was nur anderswo gilt."),
    )

    def __init__(self, *args: Any, units: Choices, may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("keines")), *units]  # type: ignore[attr-defined]
        allowed = Import.Arrival.choices if may_publish else [(DRAFT, Import.Arrival.DRAFT.label)]
        self.fields["arrival"].choices = allowed  # type: ignore[attr-defined]
        self.fields["arrival"].initial = allowed[0][0]


class QuarantineForm(forms.Form):
    """The filter above the quarantine."""

    filters = True

    q = forms.CharField(label=_("Name, Kennung oder Datei"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Grund"), required=False)
    source = forms.ChoiceField(label=_("Quelle"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(name, rules.states()[name].title) for name in queries.shown_states()]
        self.fields["state"].choices = [("", _("alle offenen")), *states]  # type: ignore[attr-defined]
        self.fields["source"].choices = [("", _("alle")), *((name, name) for name in queries.sources())]  # type: ignore[attr-defined]


class RetryForm(forms.Form):
    """A unit that is responsible for one record, whatever its source says."""

    unit = forms.ChoiceField(label=_("Zuständiges Amt"), required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("wie bisher")), *units]  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A document that is to be read."""

    what = forms.ChoiceField(
        label=_("Das ist eine"), choices=DOCUMENTS, initial=bylaws.STATUTE, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Datei"),
        help_text=_("PDF, DOCX, ODT, HTML, Markdown oder Text. Ein Scan ohne Text lässt sich nicht lesen."),
    )


class WordingForm(forms.Form):
    """What was recognised, to be looked at, mended and kept."""

    what = forms.ChoiceField(choices=DOCUMENTS, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Titel"), max_length=300)
    record_id = forms.CharField(
        label=_("Kennung"),
        max_length=50,
        required=False,
        validators=[ID],
        help_text=_("Steht in der Adresse der Seite. Leer: wird aus dem Titel gebildet."),
    )
    unit = forms.ChoiceField(label=_("Zuständig"))
    kind = forms.ChoiceField(label=_("Art"), choices=statute_kind_choices)
    valid_from = forms.DateField(label=_("Gilt ab"), widget=DateInput)
    valid_to = forms.DateField(label=_("Gilt bis"), required=False, widget=DateInput)
    adopted_on = forms.DateField(label=_("Beschlossen am"), required=False, widget=DateInput)
    promulgated_on = forms.DateField(label=_("Bekannt gemacht am"), required=False, widget=DateInput)
    replaces = forms.ChoiceField(label=_("Ersetzt die Fassung"), required=False)
    source = forms.URLField(label=_("Amtliche Fundstelle"), required=False, max_length=200, assume_scheme="https")
    text = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 24, "lang": "de", "spellcheck": "true"}),
        help_text=_("Paragrafen beginnen mit „## § 1 Überschrift“, Absätze mit „(1)“."),
    )
    document = forms.CharField(widget=forms.HiddenInput, max_length=200)

    ONLY_STATUTES = ("kind", "valid_from", "valid_to", "adopted_on", "promulgated_on", "replaces")

    def __init__(self, *args: Any, what: str, units: Choices, statutes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("bitte wählen")), *units]  # type: ignore[attr-defined]
        self.fields["replaces"].choices = [("", _("keine")), *statutes]  # type: ignore[attr-defined]
        if what == bylaws.PAGE:
            for name in self.ONLY_STATUTES:
                del self.fields[name]
            self.fields["unit"].required = False
            self.fields["source"].label = _("Ursprung")
            self.fields["text"].help_text = _("Markdown; Überschriften beginnen mit „##“.")
