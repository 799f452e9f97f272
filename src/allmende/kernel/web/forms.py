# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms in KERN markup: label, hint, error and the links between them."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Widget

INPUT_CLASS = "kern-form-input__input"
CLASSES: tuple[tuple[tuple[type[Widget], ...], str], ...] = (
    ((forms.CheckboxInput,), "kern-form-check__checkbox"),
    ((forms.CheckboxSelectMultiple,), "kern-form-check__checkbox"),
    ((forms.RadioSelect,), "kern-form-check__radio"),
    ((forms.SelectMultiple,), f"{INPUT_CLASS} web-select-multiple"),
    ((forms.Select,), "kern-form-input__select"),
    ((forms.HiddenInput,), ""),
    ((Widget,), INPUT_CLASS),
)
"""KERN class of each kind of widget; the first that fits counts."""


class DateInput(forms.DateInput):
    """A date with the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class KernBoundField(BoundField):
    """A field of a form that knows its KERN classes and which texts describe it."""

    @property
    def kind(self) -> str:
        """Its layout: group (several choices), check (one box), select, parts (several inputs) or input."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "group"
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
            return "parts"
        if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
            return "select"
        return "input"

    @property
    def hint_id(self) -> str:
        """Id of the hint, as Django names it in aria-describedby."""
        return f"{self.auto_id}_helptext"

    @property
    def error_id(self) -> str:
        """Id of the error text, as Django names it in aria-describedby."""
        return f"{self.auto_id}_error"

    @property
    def anchor(self) -> str:
        """Where the error summary leads: the input, or the first choice of a group."""
        if self.kind in ("group", "parts"):
            return f"{self.auto_id}_0"
        return str(self.id_for_label or self.auto_id)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Django's attributes plus KERN classes; no placeholders: they vanish while one types, a hint stays."""
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if classes := " ".join(_classes(widget, bool(self.errors), built.get("class", ""))):
            built["class"] = classes
        if "placeholder" in widget.attrs:
            built["placeholder"] = False
        return built


class KernRenderer(TemplatesSetting):
    """Renders every form of the house; `{{ form }}` and `{{ field.as_field_group }}` need nothing more.

    Fields that may stay empty are marked; a form with `filters = True` narrows a list and goes without the mark.
    """

    form_template_name = "web/forms/form.html"
    formset_template_name = "web/forms/formset.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = KernBoundField


def _classes(widget: Widget, wrong: bool, given: str) -> list[str]:
    """What the form's author gave, then the KERN class and its error variant."""
    kern = next(name for kinds, name in CLASSES if isinstance(widget, kinds))
    own = [*str(widget.attrs.get("class", "")).split(), *given.split()]
    if not kern:
        return own
    wrong_class = [f"{kern.split()[0]}--error"] if wrong else []
    return list(dict.fromkeys([*kern.split(), *wrong_class, *own]))
