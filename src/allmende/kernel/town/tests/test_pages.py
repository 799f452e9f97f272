# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.town import service
from allmende.kernel.town.tests.conftest import DOG, OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def page(client: Client, address: str, language: str = "de", status: int = 200) -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == status
    return response.content.decode()


def test_charlie_finds_a_service_by_its_letter(lindental: None, client: Client):
    html = page(client, "/leistungen/")
    assert 'href="#H"' in html
    assert 'href="/leistungen/hundesteuer-anmelden/"' in html


def test_charlie_sees_the_services_of_one_office(lindental: None, client: Client):
    service.put_unit({**OFFICE, "id": "leer", "name": {"de": "Leeres Amt"}})
    assert "hundesteuer-anmelden" in page(client, "/leistungen/?amt=finanzen")
    html = page(client, "/leistungen/?amt=leer")
    assert "hundesteuer-anmelden" not in html
    assert "Hier gibt es noch keine Leistungen" in html


def test_the_page_of_a_service_says_everything(lindental: None, client: Client):
    html = page(client, "/leistungen/hundesteuer-anmelden/")
    for words in (
        "Hund anmelden",
        "96 € je Jahr",
        "/ortsrecht/hundesteuersatzung/#p5",
        "/ortsrecht/hundesteuersatzung/#p10",
        "Personalausweis",
        "<strong>zwei Wochen</strong>",
        "https://service.lindental.example/hund",
        'href="tel:06990009300"',
        "Fachlich freigegeben am 12. März 2026.",
        "Hund abmelden",
    ):
        assert words in html, words


def test_in_english_german_texts_are_marked_and_explained(lindental: None, client: Client):
    html = page(client, "/leistungen/hundesteuer-anmelden/", "en")
    assert "Register a dog" in html
    assert "Parts of this page are available in German only" in html
    assert '<div class="web-prose" lang="de"><ol>' in html
    assert "€96 per year" in html


def test_a_complete_english_page_has_no_such_note(lindental: None, client: Client, dog: dict[str, Any]):
    del dog["text"]["procedure"]
    del dog["text"]["legal_basis"]
    service.put_service(dog)
    assert "German only" not in page(client, "/leistungen/hundesteuer-anmelden/", "en")


def test_script_in_a_text_is_only_text(lindental: None, client: Client, dog: dict[str, Any]):
    dog["text"]["full"]["de"] = "<script>alert(1)</script> [x](javascript:alert(1))"
    dog["name"]["de"] = "<b>Hund</b>"
    service.put_service(dog)
    html = page(client, "/leistungen/hundesteuer-anmelden/")
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert "<b>Hund" not in html


@pytest.mark.parametrize(
    "address", ["/leistungen/katze/", "/aemter/mars/", "/ortsrecht/mondsatzung/", "/seiten/nichts/", "/leistungen/%00/"]
)
def test_what_is_not_there_is_a_404(lindental: None, client: Client, address: str):
    page(client, address, status=404)


def test_a_withdrawn_service_is_a_404(lindental: None, client: Client):
    service.withdraw_service("hundesteuer-anmelden")
    page(client, "/leistungen/hundesteuer-anmelden/", status=404)


def test_a_statute_has_an_anchor_for_every_section(lindental: None, client: Client):
    html = page(client, "/ortsrecht/hundesteuersatzung/")
    assert 'id="p5"' in html
    assert 'id="p10"' in html
    assert "<table>" in html
    assert "gilt nicht mehr" not in html


@pytest.mark.parametrize("day", ["2020-05-01", "1.5.2020"])
def test_as_of_a_day_the_older_version_is_shown_and_marked(lindental: None, client: Client, day: str):
    html = page(client, f"/ortsrecht/hundesteuersatzung/?stichtag={day}")
    assert "72 €" in html
    assert "Diese Fassung gilt nicht mehr" in html
    assert 'href="/ortsrecht/hundesteuersatzung/"' in html


@pytest.mark.parametrize(
    ("day", "words"),
    [("1900-01-01", "Am 1. Januar 1900 galt keine Fassung"), ("gestern", "Das Datum war nicht zu lesen")],
)
def test_a_day_without_version_is_explained(lindental: None, client: Client, day: str, words: str):
    html = page(client, f"/ortsrecht/hundesteuersatzung/?stichtag={day}")
    assert words in html
    assert "96 €" in html


def test_an_office_shows_where_when_and_for_what(lindental: None, client: Client):
    html = page(client, "/aemter/finanzen/")
    assert "2. Obergeschoss" in html
    assert "8:00–12:00" in html
    assert "/leistungen/hundesteuer-anmelden/" in html
    assert "/aemter/finanzen/" in page(client, "/aemter/")


@pytest.mark.parametrize("address", ["/leistungen/", "/aemter/", "/ortsrecht/"])
def test_an_empty_town_says_so(db: None, client: Client, address: str):
    assert "web-empty" in page(client, address)


def test_a_page_of_the_web_site_is_shown(lindental: None, client: Client):
    assert "Erste Worte." in page(client, "/seiten/energie/")


def test_a_service_page_asks_the_database_a_fixed_number_of_times(
    lindental: None, client: Client, django_assert_max_num_queries: Any
):
    for number in range(6):
        service.put_service({**DOG, "id": f"hund-{number}", "related": ["hundesteuer-anmelden"]})
    with django_assert_max_num_queries(14):
        page(client, "/leistungen/hund-3/")
    with django_assert_max_num_queries(8):
        page(client, "/leistungen/")


def test_nothing_can_be_posted(lindental: None, client: Client):
    assert client.post("/leistungen/").status_code == 405
