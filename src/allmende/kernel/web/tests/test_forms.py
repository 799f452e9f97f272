# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A form in KERN markup: everything that describes a field is tied to it."""

import re

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from allmende.kernel.web.forms import DateInput


class Registration(forms.Form):
    name = forms.CharField(
        label="Name", help_text="Wie im Ausweis", widget=forms.TextInput(attrs={"placeholder": "Name", "class": "own"})
    )
    secret = forms.CharField(label="Passwort", widget=forms.PasswordInput, required=False)
    born = forms.DateField(label="Geburtstag", widget=DateInput)
    unit = forms.ChoiceField(label="Amt", choices=[("a", "Bürgeramt")])
    way = forms.ChoiceField(
        label="Weg", widget=forms.RadioSelect, choices=[("a", "Post"), ("b", "E-Mail")], help_text="Eine Antwort"
    )
    needs = forms.MultipleChoiceField(label="Bedarf", widget=forms.CheckboxSelectMultiple, choices=[("a", "Strom")])
    paper = forms.FileField(label="Unterlage")
    sure = forms.BooleanField(label="Geprüft")
    hidden = forms.CharField(widget=forms.HiddenInput, initial="x")


def tag(html: str, name: str) -> str:
    found = re.search(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', html)
    assert found
    return found.group()


def test_every_kind_of_field_has_its_kern_class() -> None:
    html = str(Registration())
    assert 'class="kern-form-input__input own"' in tag(html, "name")
    assert 'type="date"' in tag(html, "born")
    assert "kern-form-input__select" in tag(html, "unit")
    assert "kern-form-check__radio" in tag(html, "way")
    assert "kern-form-check__checkbox" in tag(html, "needs")
    assert "kern-form-check__checkbox" in tag(html, "sure")
    assert "class" not in tag(html, "hidden")


def test_a_hint_belongs_to_its_field_and_placeholders_are_gone() -> None:
    html = str(Registration())
    assert 'aria-describedby="id_name_helptext"' in tag(html, "name")
    assert 'id="id_name_helptext"' in html
    assert "placeholder" not in html
    assert re.search(r'<fieldset[^>]*aria-describedby="id_way_helptext"', html)


def test_only_what_may_stay_empty_is_marked() -> None:
    assert str(Registration()).count("freiwillig") == 1


def test_a_form_that_filters_a_list_goes_without_the_mark() -> None:
    form = Registration()
    form.filters = True
    assert "freiwillig" not in str(form)


def test_errors_are_named_tied_and_linked() -> None:
    form = Registration({}, {})
    html = str(form)
    assert 'aria-invalid="true"' in tag(html, "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in tag(html, "name")
    assert "kern-form-input__input--error" in tag(html, "name")
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == ["id_name", "id_born", "id_unit", "id_way_0", "id_needs_0", "id_paper", "id_sure"]
    assert all(f'id="{target}"' in html for target in targets)


def test_a_good_form_shows_no_summary() -> None:
    data = {
        "name": "Charlie",
        "born": "2001-02-03",
        "unit": "a",
        "way": "b",
        "needs": ["a"],
        "sure": "on",
        "hidden": "x",
    }
    form = Registration(data, {"paper": SimpleUploadedFile("a.pdf", b"x")})
    assert form.is_valid()
    assert "web-error-summary" not in str(form)
    assert 'value="2001-02-03"' in str(form)


def test_what_a_person_typed_stays_text() -> None:
    assert "<b>" not in str(Registration({"name": '"><b>'}))
