# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The snippet that another site copies, and what to know about its colours."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from allmende.modules.assistant.engine import contrast

COLOUR = "#053660"
LABEL = _("Fragen an die Stadt")
SNIPPET = """<script src="{house}{script}"
        data-color="{color}" data-position="{position}"
        data-language="{language}" data-label="{label}" async></script>
<noscript><a href="{house}{page}">{label}</a></noscript>"""


class ColourInput(forms.TextInput):
    """The browser's own choice of a colour."""

    input_type = "color"


class RecipeForm(forms.Form):
    """How the window looks."""

    filters = True
    label = forms.CharField(label=_("Beschriftung"), max_length=40, initial=LABEL)
    color = forms.CharField(
        label=_("Farbe"),
        initial=COLOUR,
        widget=ColourInput,
        validators=[RegexValidator(contrast.HEX, _("Bitte wählen Sie eine Farbe."))],
    )
    position = forms.ChoiceField(
        label=_("Platz"), choices=[("right", _("unten rechts")), ("left", _("unten links"))], initial="right"
    )
    language = forms.ChoiceField(
        label=_("Sprache"), choices=[("de", _("Deutsch")), ("en", _("Englisch"))], initial="de"
    )


@dataclass(frozen=True)
class Recipe:
    """The snippet and the colours it leads to; `ratio` is their contrast, `white` whether the text is white as wished."""

    snippet: str
    color: str
    position: str
    language: str
    label: str
    ratio: float
    white: bool


def recipe_of(form: RecipeForm) -> Recipe:
    """The recipe of a form; where a field is wrong or left out, its usual value."""
    given = form.cleaned_data if form.is_bound and (form.is_valid() or form.errors) else {}
    chosen = {name: str(given.get(name) or field.initial) for name, field in form.fields.items()}
    text = contrast.text_on(chosen["color"])
    addresses = {"house": settings.BASE_URL, "script": reverse("widget_script"), "page": reverse("ask")}
    return Recipe(
        snippet=SNIPPET.format(**{name: escape(value) for name, value in (addresses | chosen).items()}),
        ratio=contrast.ratio(text, chosen["color"]),
        white=text == contrast.WHITE,
        **chosen,
    )
