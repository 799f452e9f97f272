# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms hold everything, lose nothing, and say what is wrong at the right field."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.test import Client
from django.utils import translation
from pydantic import BaseModel

from allmende.kernel.town import formats
from allmende.kernel.town.demo import _read_markdown, _read_yaml
from allmende.kernel.town.editing import layouts
from allmende.kernel.town.editing.kinds import KINDS, Editable
from allmende.kernel.town.editing.limits import attributes
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.rules import NAME_MODULE, module_codes
from allmende.kernel.town.tests.editing.conftest import DOG_ID, FORM, opened, published
from allmende.kernel.web.editing import entries
from allmende.kernel.web.editing.ids import id_from
from allmende.kernel.web.editing.layout import Field, Rows, parts
from allmende.kernel.web.testing import FormOnPage

pytestmark = pytest.mark.one_database

LANGUAGES = ("de", "en")
ELSEWHERE = {"id", "status", "language"}
"""The id is asked for once, the state is a matter of steps, and pages are German."""


def places(shape: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every place in which a record of this shape can hold something."""
    for name, field in shape.model_fields.items():
        yield from _places(field.annotation, f"{prefix}{name}", name)


def _places(annotation: Any, path: str, name: str) -> Iterator[str]:
    shapes = [
        found
        for found in (annotation, *get_args(annotation))
        if isinstance(found, type) and issubclass(found, BaseModel)
    ]
    if name == "text" and annotation == dict[str, formats.Translated]:
        modules = (module for module, code in module_codes().items() if code != NAME_MODULE)
        yield from (f"{path}.{module}.{language}" for module in modules for language in LANGUAGES)
    elif name == "synonyms" and "dict" in str(annotation):
        yield from (f"{path}.{language}" for language in LANGUAGES)
    elif shapes:
        rows = "tuple" in str(annotation)
        yield from places(shapes[0], f"{path}.*." if rows else f"{path}.")
    else:
        yield path


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_of_a_shape_has_its_place_in_the_form(kind: Editable):
    in_form = set()
    for part in parts(kind.layout):
        if isinstance(part, Field):
            in_form.add(part.path)
        else:
            in_form |= {f"{part.path}.*.{field.path}" if field.path else part.path for field in part.fields}
    assert in_form == {place for place in places(kind.shape) if place.partition(".")[0] not in ELSEWHERE}


def demo_records(folder: Path) -> Iterator[tuple[Editable, dict[str, Any]]]:
    for file in sorted(folder.glob("services/*.yaml")):
        yield KINDS["service"], _read_yaml(folder, str(file.relative_to(folder)))
    for kind in ("statute", "page"):
        for file in sorted(folder.glob(f"{kind}s/*.md")):
            yield KINDS[kind], _read_markdown(folder, str(file.relative_to(folder)))
    for unit in _read_yaml(folder, "town.yaml")["units"]:
        yield KINDS["unit"], unit


@pytest.mark.parametrize("language", LANGUAGES)
def test_opening_any_text_of_lindental_and_saving_it_changes_nothing(demo_folder: Path, language: str):
    count = 0
    with translation.override(language):
        for kind, record in demo_records(demo_folder):
            shape = formats.read(kind.shape, record, "")
            filled = entries.entries_of(kind.layout, shape.plain())
            sent = entries.received(kind.layout, filled)
            again = formats.read(kind.shape, entries.data_of(kind.layout, sent, {"id": shape.id}), "")
            assert again == shape, shape.id
            count += 1
    assert count > 100


def test_what_the_form_does_not_show_stays():
    layout = KINDS["service"].layout
    base = {"id": "hund", "synonyms": {"de": ["Hund"], "tr": ["köpek"]}, "status": "draft"}
    filled = entries.entries_of(layout, base)
    filled["synonyms-de"] = "Hund\nWelpe"
    assert entries.data_of(layout, filled, base)["synonyms"] == {"de": ["Hund", "Welpe"], "tr": ["köpek"]}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("96", "96"), ("96,5", "96.5"), ("1.234,50 €", "1234.50"), ("€1,234.50", "1234.50"), ("viel", "viel"), ("", "")],
)
def test_amounts_are_read_as_people_write_them(typed: str, amount: str):
    field = next(
        field
        for rows in parts(layouts.SERVICE)
        if isinstance(rows, Rows) and rows.path == "fees"
        for field in rows.fields
        if field.path == "amount"
    )
    assert entries.value_of(field, [typed]) == amount


def test_a_date_may_be_written_as_germans_do():
    field = Field("approved_on", "", layouts.Input.DATE)
    assert entries.value_of(field, ["1.5.2026"]) == "2026-05-01"
    assert entries.value_of(field, ["morgen"]) == "morgen"


def test_the_browser_learns_the_bounds_from_the_shapes():
    assert attributes(formats.ServiceShape, "online")["maxlength"] == "200"
    assert attributes(formats.UnitShape, "opening_hours.*.nth_of_month") == {"min": "1", "max": "5"}
    assert attributes(formats.UnitShape, "address.postcode")["pattern"] == r"\d{5}"
    assert attributes(formats.StatuteShape, "title") == {"maxlength": "300"}


def test_an_id_is_made_of_the_name():
    assert id_from("Übermittlungssperre: Straße & Öl (neu)") == "uebermittlungssperre-strasse-oel-neu"
    assert len(id_from("Ein sehr langer Name " * 10)) <= 50


# --- in the browser, without scripts


@pytest.mark.usefixtures("lindental")
def test_a_new_row_comes_with_everything_that_was_typed(erikas: Client):
    fields = opened(erikas)
    fields["name-de"] = ["Hund\tanmelden, noch ohne Sinn"]
    fields["approved_on"] = ["demnächst"]
    html = erikas.post(FORM, {**fields, "rows": "add:fees"}).content.decode()
    assert 'name="fees-2-label-de"' in html
    focused = next(tag for tag in html.split("<") if "autofocus" in tag)
    assert 'name="fees-2-label-de"' in focused
    assert "noch ohne Sinn" in html
    assert 'value="demnächst"' in html
    assert "web-error-summary" not in html, "adding a row judges nothing"
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("lindental")
def test_rows_go_away_and_change_places(erikas: Client):
    fields = {**opened(erikas), "fees-2-label-de": ["Zweiter Hund"], "fees-2-amount": ["192,00"]}
    up = erikas.post(FORM, {**fields, "rows": "up:fees:2"}).content.decode()
    assert up.index("Zweiter Hund") < up.index("Erster Hund")
    gone = erikas.post(FORM, {**fields, "rows": "remove:fees:1"}).content.decode()
    assert "Zweiter Hund" in gone
    assert "Erster Hund" not in gone
    assert 'name="fees-2-' not in gone


@pytest.mark.usefixtures("lindental")
@pytest.mark.parametrize("wish", ["add:teapots", "remove:fees:99", "up:fees:1", "up:fees:x", "nonsense", "remove:fees"])
def test_a_senseless_wish_changes_no_row(erikas: Client, wish: str):
    fields = opened(erikas)
    answer = erikas.post(FORM, {**fields, "rows": wish})
    assert answer.status_code == 200
    assert FormOnPage(answer.content.decode()).values.keys() == fields.keys()


@pytest.mark.usefixtures("lindental")
def test_empty_rows_are_forgotten_and_problems_find_the_right_row(erikas: Client):
    fields = opened(erikas)
    fields |= {"fees-2-label-de": [""], "fees-3-label-de": ["Mahnung"], "fees-3-amount": ["viel"]}
    answer = erikas.post(FORM, fields)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#id_fees-2-amount"' in html
    assert "Gebühr 2: Betrag in Euro – Erwartet wird ein Betrag wie 96,00." in html
    assert 'value="viel"' in html


@pytest.mark.usefixtures("lindental")
@pytest.mark.parametrize(
    ("change", "anchor", "sentence"),
    [
        ({"name-de": [""], "name-en": [""]}, "id_name-de", "Diese Angabe fehlt."),
        ({"name-de": [""]}, "id_name-de", "Diese Angabe fehlt."),
        ({"text-short-de": [""], "text-short-en": [""]}, "id_text-short-de", "Der Kurztext"),
        ({"approved_on": [""]}, "id_approved_on", "Diese Angabe fehlt."),
        ({"approved_on": ["gestern"]}, "id_approved_on", "Erwartet wird ein Datum"),
        ({"unit": ["mars"]}, "id_unit", "Das Amt „mars“ gibt es nicht."),
        ({"online": ["www.stadt.example"]}, "id_online", "die mit https:// oder http:// beginnt"),
        ({"leika": ["99102013060000\n123"]}, "id_leika", "Zeile 2: Ein LeiKa-Schlüssel hat 14 Ziffern"),
        ({"synonyms-de": ["Hund\n" + "x" * 200]}, "id_synonyms-de", "Zeile 2: Der Text ist zu lang"),
        ({"valid_from": ["2027-01-01"], "valid_to": ["2026-01-01"]}, "id_valid_to", "vor ihrem Beginn"),
        ({"fees-1-label-de": [""], "fees-1-label-en": [""]}, "id_fees-1-label-de", "Diese Angabe fehlt."),
        ({"fees-1-statute": [""]}, "id_fees-1-section", "fehlt die Satzung"),
        ({"deadlines-1-section": ["§ 99"]}, "id_deadlines-1-section", "§ 99 gibt es in der Satzung"),
        ({"related-1": ["katze"]}, "id_related-1", "Die Leistung „katze“ gibt es nicht."),
        ({"processing_time-de": [""]}, "id_processing_time-de", "Diese Angabe fehlt."),
    ],
)
def test_a_problem_stands_at_its_field_and_in_the_summary(
    erikas: Client, change: dict[str, list[str]], anchor: str, sentence: str
):
    answer = erikas.post(FORM, opened(erikas) | change)
    html = answer.content.decode()
    assert answer.status_code == 400
    summary = html.partition("web-error-summary__list")[2].partition("</ul>")[0]
    assert f'href="#{anchor}"' in summary
    assert sentence in summary
    assert f'id="{anchor}_error"' in html
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("lindental")
def test_without_fees_the_hint_is_asked_for(erikas: Client):
    fields = {name: value for name, value in opened(erikas).items() if not name.startswith("fees-")}
    html = erikas.post(FORM, fields).content.decode()
    assert 'href="#id_free-de"' in html
    assert "zum Beispiel „gebührenfrei“" in html


@pytest.mark.usefixtures("lindental")
def test_a_changed_fee_becomes_a_draft_and_stays_unpublished(erikas: Client):
    answer = erikas.post(
        FORM, {**opened(erikas), "fees-1-amount": ["102,00"], "comment": ["Beschluss"], "do": "submit"}
    )
    assert answer.status_code == 302
    draft = Draft.objects.get()
    assert (draft.status, draft.comment) == ("review", "Beschluss")
    assert draft.data["fees"][0]["amount"] == "102.00"
    assert published()["fees"][0]["amount"] == "96.00"
    assert draft.data | {"fees": []} == published() | {"fees": []}, "nothing else has changed"


@pytest.mark.usefixtures("lindental")
def test_saving_without_a_change_makes_no_draft(erikas: Client):
    erikas.post(FORM, opened(erikas))
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("lindental")
def test_a_new_service_gets_its_id_from_its_name(erikas: Client):
    address = "/redaktion/leistungen/neu/"
    fields = opened(erikas, address)
    fields |= {
        "name-de": ["Fahrrad codieren"],
        "unit": ["finanzen"],
        "approved_on": ["2026-11-20"],
        "text-short-de": ["Wir codieren."],
        "free-de": ["kostenlos"],
    }
    answer = erikas.post(address, fields)
    assert answer.status_code == 302
    assert answer["Location"] == "/redaktion/leistungen/fahrrad-codieren/"
    assert Draft.objects.get().base == 0
    again = erikas.post(address, {**fields, "name-de": ["Hund"], "id": [DOG_ID]})
    assert again.status_code == 400
    assert f"Die Kennung „{DOG_ID}“ gibt es schon." in again.content.decode()


@pytest.mark.usefixtures("lindental")
@pytest.mark.parametrize("address", ["ortsrecht/hundesteuersatzung", "seiten/energie", "aemter/finanzen"])
def test_the_other_kinds_can_be_opened_and_saved(erikas: Client, address: str):
    fields = opened(erikas, f"/redaktion/{address}/bearbeiten/")
    assert erikas.post(f"/redaktion/{address}/bearbeiten/", fields).status_code == 302
    assert not Draft.objects.exists(), "nothing was changed"


@pytest.mark.usefixtures("lindental")
def test_opening_hours_are_changed_in_the_browser(erikas: Client):
    address = "/redaktion/aemter/finanzen/bearbeiten/"
    fields = opened(erikas, address)
    assert fields["opening_hours-1-days"] == ["mo", "tu", "we", "th", "fr"]
    assert erikas.post(address, {**fields, "opening_hours-1-closes": ["07:00"]}).status_code == 400
    erikas.post(address, {**fields, "opening_hours-1-closes": ["13:00"], "opening_hours-1-days": ["mo", "tu"]})
    hours = Draft.objects.get().data["opening_hours"][0]
    assert (hours["days"], hours["closes"]) == (["mo", "tu"], "13:00:00")


@pytest.mark.usefixtures("lindental")
def test_the_form_in_english(erikas: Client):
    erikas.cookies["django_language"] = "en"
    fields = opened(erikas)
    assert fields["fees-1-amount"] == ["96.00"]
    html = erikas.post(FORM, {**fields, "approved_on": [""]}).content.decode()
    assert "Professionally approved on – This is missing." in html
