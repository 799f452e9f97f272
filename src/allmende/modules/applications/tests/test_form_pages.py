# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie fills in applications as pages, one question each, without JavaScript."""

import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from allmende.kernel.cases.models import Case
from allmende.kernel.town import queries as town
from allmende.modules.applications import queries, service, tokens
from allmende.modules.applications.engine.fields.base import Field
from allmende.modules.applications.engine.fields.choices import BooleanField
from allmende.modules.applications.engine.fields.dates import DateField, PeriodField
from allmende.modules.applications.engine.fields.places import AddressField, FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.models import Draft, Upload
from allmende.modules.applications.tests.conftest import LINDENTAL, PDF
from allmende.modules.applications.uploads import PHOTO, PROOF
from allmende.modules.applications.views.holding import COOKIE
from allmende.modules.applications.views.question import UPLOADING

pytestmark = pytest.mark.one_database


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(out, "JPEG")
    return out.getvalue()


JPEG = picture()


def typed(name: str, slot: Slot, plain: Any) -> dict[str, Any]:
    """What a browser sends for an answer."""
    if isinstance(slot.field, GroupField):
        sent = {f"{name}-count": str(len(plain))}
        for number, item in enumerate(plain):
            for inner in slot.field.slots.values():
                sent |= typed(f"{name}-{number}-{inner.name}", inner, item.get(inner.name))
        return sent
    write = next(write for kind, write in WRITING if isinstance(slot.field, kind))
    return {} if plain is None else write(name, plain)


def uploads_for(name: str, references: list[dict[str, Any]]) -> dict[str, Any]:
    """As many files of the same kinds."""
    jpeg = [reference["media_type"] == "image/jpeg" for reference in references]
    return {name: [SimpleUploadedFile("foto.jpg", JPEG) if each else SimpleUploadedFile("a.pdf", PDF) for each in jpeg]}


def day_parts(name: str, day: Any) -> dict[str, Any]:
    year, month, number = str(day).split("-")
    return {f"{name}_year": year, f"{name}_month": month, f"{name}_day": number}


def written_day(day: Any) -> str:
    return ".".join(reversed(str(day).split("-")))


WRITING = (
    (DateField, day_parts),
    (PeriodField, lambda name, ends: {f"{name}_{end}": written_day(ends[end]) for end in ("from", "to")}),
    (AddressField, lambda name, parts: {f"{name}_{part}": text for part, text in parts.items()}),
    (FileField, uploads_for),
    (BooleanField, lambda name, yes: {name: str(yes).lower()}),
    (Field, lambda name, plain: {name: plain}),
)


class Browser:
    """Charlie's browser with an application open in it. A page is fetched when somebody looks at it."""

    def __init__(self, flow: str) -> None:
        self.client = Client()
        self.arrive(self.client.post(reverse("application_start", args=[flow])))

    def arrive(self, answer: HttpResponse) -> None:
        """Go where an answer leads."""
        self.answer = answer
        while self.answer.status_code == 302:
            self.address = self.answer.url
            self.answer = None if "/schritt/" in self.address else self.client.get(self.address)
            if self.answer is None:
                return

    def open(self, address: str) -> None:
        self.address = address
        self.arrive(self.client.get(address))

    @property
    def page(self) -> HttpResponse:
        if self.answer is None:
            self.answer = self.client.get(self.address)
        return self.answer

    @property
    def text(self) -> str:
        return unescape(self.page.content.decode())

    @property
    def step(self) -> str:
        return self.address.partition("?")[0].rstrip("/").rpartition("/")[2]

    @property
    def errors(self) -> str:
        return " ".join(re.findall(r"web-error-summary__list.*?</ul>", self.text, re.DOTALL))

    def send(self, data: dict[str, Any], look: bool = True) -> None:
        revision = {"revision": re.search(r'name="revision" value="(\d+)"', self.text)[1]} if look else {}
        self.arrive(self.client.post(self.address, {**revision, **data}))

    def walk(self, flow: Flow, given: dict[str, Any], look: bool = True) -> None:
        """Answer question by question, up to where the form ends; with `look` at every page on the way."""
        while (step := flow.steps.get(self.step)) and step.stops:
            sent = dict.fromkeys(step.confirm, "on")
            for name in step.slots:
                if name in given:
                    sent |= typed(name, flow.slots[name], given[name])
            if look:
                assert (
                    f'<h1 class="kern-heading-large">{step.ask.get("de", "Prüfen Sie Ihre Angaben")}</h1>' in self.text
                )
            before = self.address
            self.send(sent, look=look or step.kind == "review")
            assert self.address != before, self.errors

    def walk_to(self, step: str, flow: Flow, given: dict[str, Any]) -> None:
        """Answer up to this question."""
        while self.step != step:
            sent = {}
            for name in flow.steps[self.step].slots:
                sent |= typed(name, flow.slots[name], given[name]) if name in given else {}
            self.send(sent, look=False)


@pytest.fixture
def answered_in(lindental, today):
    """A browser in which the first test of a flow is filled in, up to the review."""

    def fill(name: str) -> Browser:
        flow = flow_of(name)
        today(flow.tests[0].today)
        browser = Browser(name)
        browser.walk_to("pruefen", flow, dict(flow.tests[0].given))
        return browser

    return fill


@pytest.fixture
def today(monkeypatch):
    def stand_still(day: date) -> None:
        monkeypatch.setattr(town, "today", lambda: day)

    return stand_still


def flow_of(name: str) -> Flow:
    version = queries.current(name)
    assert version is not None
    return queries.flow_of(version)


@pytest.mark.parametrize("name", [path.stem for path in sorted((LINDENTAL / "flows").glob("*.yaml"))])
def test_a_flow_is_walked_as_pages_through_all_its_own_tests(lindental, today, name):
    flow = flow_of(name)
    for number, test in enumerate(flow.tests):
        today(test.today)
        browser = Browser(name)
        browser.walk(flow, dict(test.given), look=number == 0)
        if flow.steps[test.path[-1]].action == "submit":
            sent = Case.objects.latest("opened_at").number
            assert sent in browser.text, test.name
            assert "Ihr Antrag ist angekommen" in browser.text
        else:
            assert browser.step == test.path[-1], test.name
            assert "Es wurde nichts gesendet." in browser.text
    submitted = [test for test in flow.tests if flow.steps[test.path[-1]].action == "submit"]
    assert Case.objects.count() == len(submitted)


def test_what_is_wrong_is_named_all_at_once_and_linked_and_nothing_typed_is_lost(lindental, today):
    today(date(2026, 6, 1))
    browser = Browser("sperrmuell")
    browser.send({"gewerbe": "false"})
    flow = flow_of("sperrmuell")
    group = flow.slots["gegenstaende"].field
    first = next(iter(group.slots))
    browser.send({"gegenstaende-count": "2", f"gegenstaende-0-{first}": "<script>alert(1)</script>"})
    assert browser.page.status_code == 422
    assert browser.errors.count(f'href="#id_gegenstaende-1-{first}') == 1
    assert browser.errors.count("<li>") == 2 * len(group.slots) - 1
    assert "<script>alert(1)" not in browser.page.content.decode()
    assert 'value="<script>alert(1)</script>"' in browser.text
    assert "<title>Fehler:" in browser.text
    for anchor in re.findall(r'href="#(id_[^"]+)"', browser.errors):
        assert f'id="{anchor}"' in browser.text


def test_dogs_are_added_and_taken_away_without_losing_the_others(lindental, today):
    flow, test = flow_of("hundesteuer-anmelden"), flow_of("hundesteuer-anmelden").tests[2]
    today(test.today)
    browser = Browser(flow.id)
    given = {
        name: plain for name, plain in test.given.items() if name in ("gewerblich", "vorname", "nachname", "anschrift")
    }
    browser.walk_to("hunde", flow, given)
    assert "Hund 1" in browser.text
    assert "entfernen" not in browser.text
    assert "Nur bei „Herkunft: von einer anderen Person oder aus einer Zucht“." in browser.text
    assert "Nur bei „Gefährlicher Hund: Nein“." in browser.text
    assert "Nur bei „Befreiung oder Ermäßigung: Nein, keine davon“ und „Herkunft: aus dem Tierheim" in browser.text
    two = typed("hunde", flow.slots["hunde"], test.given["hunde"])
    browser.send(two | {"do": "add:hunde"})
    assert browser.page.status_code == 200
    assert "Hund 3" in browser.text
    assert not browser.errors
    browser.send(two | {"hunde-count": "3", "hunde-2-rasse": "Pudel", "do": "remove:hunde:0"})
    assert "Hund 3" not in browser.text
    assert f'value="{test.given["hunde"][1]["rasse"]}"' in browser.text
    assert 'name="hunde-1-rasse" value="Pudel"' in browser.text
    assert f'value="{test.given["hunde"][0]["rasse"]}"' not in browser.text
    browser.send(two | {"do": "remove:hunde:99"})
    browser.send(two)
    assert browser.step != "hunde"


def test_a_file_stays_when_something_else_is_wrong_and_goes_without_its_tick(lindental, today):
    flow, test = flow_of("hundesteuer-anmelden"), flow_of("hundesteuer-anmelden").tests[1]
    today(test.today)
    browser = Browser(flow.id)
    browser.walk_to("nachweis", flow, dict(test.given))
    page = b"<html><body>x</body></html>"
    good, bad = SimpleUploadedFile("vertrag.pdf", PDF), SimpleUploadedFile("bild.pdf", page)
    browser.send({"nachweis": [good, bad]})
    assert browser.page.status_code == 422
    assert "bild.pdf" in browser.errors
    kept = re.search(r'name="nachweis-keep" value="([^"]+)"', browser.text)[1]
    assert "vertrag.pdf (15" in browser.text
    browser.send({"nachweis-keep": [kept, "00000000-0000-0000-0000-000000000000"]})
    assert browser.step == "email"
    browser.open(browser.address.replace("email", "nachweis"))
    assert "vertrag.pdf (15" in browser.text
    browser.send({})
    assert "Nachweis" in browser.errors


def test_photos_of_a_tree_are_told_apart_from_what_proves_something(lindental, today):
    flow = flow_of("baumfaellung")
    test = next(test for test in flow.tests if "fotos" in test.given)
    today(test.today)
    browser = Browser(flow.id)
    browser.walk_to("fotos", flow, dict(test.given))
    assert browser.text.count("Gesichter und Kennzeichen in Bildern verdecken wir.") == 1
    photos = [SimpleUploadedFile(name, JPEG) for name in ("a.jpg", "b.jpg")]
    browser.send({"fotos": photos, "skizze": [SimpleUploadedFile("plan.pdf", PDF)]})
    token = browser.client.cookies[COOKIE].value
    kept = [tokens.open_with(token, row.sealed) for row in Upload.objects.all()]
    assert {(each["name"], each["purpose"]) for each in kept} == {
        ("a.jpg", PHOTO),
        ("b.jpg", PHOTO),
        ("plan.pdf", PROOF),
    }


def at_the_evidence(today, name: str = "hundesteuer-abmelden", step: str = "nachweis") -> Browser:
    """Charlie's dog died, and he is asked for the evidence, up to two files; or another flow at another step."""
    flow = flow_of(name)
    test = next(test for test in flow.tests if step in test.given)
    today(test.today)
    browser = Browser(flow.id)
    browser.walk_to(step, flow, dict(test.given))
    return browser


def test_what_a_field_does_not_take_is_never_kept_and_stands_in_nobodys_way(lindental, today):
    browser = at_the_evidence(today)
    for size in (12_000_000, 27_000_000):
        browser.send({"nachweis": [SimpleUploadedFile("scan.pdf", PDF + b"x" * size)]})
        assert browser.page.status_code == 422
        assert "„scan.pdf“ ist zu groß. Möglich sind 10 MB." in browser.errors
        assert browser.errors.count("<li>") == 1
        assert "behalten" not in browser.text
    browser.send({"nachweis": [SimpleUploadedFile("notiz.txt", b"Hallo")]})
    assert (
        "„notiz.txt“ hat eine Art von Datei, die wir hier nicht annehmen. Möglich sind PDF, JPEG, PNG."
        in browser.errors
    )
    assert not Upload.objects.exists()
    browser.send({"nachweis": [SimpleUploadedFile("gut.pdf", PDF)]})
    assert browser.step != "nachweis"


def test_more_files_than_a_field_takes_are_refused_by_name(lindental, today):
    browser = at_the_evidence(today)
    browser.send({"nachweis": [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(3)]})
    assert "„2.pdf“ wurde nicht gespeichert: Möglich sind hier 2 Dateien." in browser.errors
    assert browser.text.count("behalten") == Upload.objects.count() == 2
    kept = re.findall(r'name="nachweis-keep" value="([^"]+)"', browser.text)
    browser.send({"nachweis-keep": kept[:1], "nachweis": [SimpleUploadedFile("2.pdf", PDF)]})
    assert browser.step != "nachweis"


def test_where_one_file_is_asked_for_a_second_one_takes_its_place(lindental, today):
    browser = at_the_evidence(today, "baumfaellung", "zustimmung")
    page = browser.address
    browser.send({"zustimmung": [SimpleUploadedFile("alt.pdf", PDF)]})
    browser.open(page)
    kept = re.findall(r'name="zustimmung-keep" value="([^"]+)"', browser.text)
    browser.send({"zustimmung-keep": kept, "zustimmung": [SimpleUploadedFile("neu.pdf", PDF)]})
    assert browser.address != page
    browser.open(page)
    assert re.findall(r"(\w+)\.pdf \(", browser.text) == ["neu"]


def test_whoever_uploads_without_end_is_stopped_and_loses_nothing_typed(lindental, today, rf):
    browser = at_the_evidence(today)
    while UPLOADING.allow_request(rf.get("/")):
        pass
    browser.send({"nachweis": [SimpleUploadedFile("gut.pdf", PDF)]})
    assert browser.page.status_code == 429
    assert "in kurzer Zeit sehr viele Dateien" in browser.errors
    assert not Upload.objects.exists()


def test_an_answer_is_changed_from_the_review_which_comes_back_at_once(answered_in):
    browser = answered_in("meldebescheinigung")
    assert browser.step == "pruefen"
    change = re.search(r'href="([^"]+/schritt/email/\?aendern)"', browser.text)[1]
    browser.open(change)
    browser.send({"email": "charlie@lindental.example"})
    assert browser.step == "pruefen"
    assert "charlie@lindental.example" in browser.text
    browser.send({})
    assert browser.errors.count("Bitte bestätigen Sie das") == 2
    browser.send({"wahrheit": "on", "datenschutz": "on"})
    assert "Ihr Antrag ist angekommen" in browser.text


def test_a_second_window_is_told_what_the_first_one_answered(answered_in):
    browser = answered_in("meldebescheinigung")
    browser.open(browser.address.replace("pruefen", "email"))
    seen = re.search(r'name="revision" value="(\d+)"', browser.text)[1]
    browser.send({"email": "eins@lindental.example"})
    browser.open(browser.address.replace("pruefen", "email"))
    browser.send({"email": "zwei@lindental.example", "revision": seen})
    assert browser.page.status_code == 409
    assert "eins@lindental.example" in browser.text
    assert 'value="zwei@lindental.example"' in browser.text
    browser.send({"email": "zwei@lindental.example"})
    assert "zwei@lindental.example" in browser.text


def test_a_second_click_and_a_refresh_show_the_same_receipt(answered_in):
    browser = answered_in("meldebescheinigung")
    review = browser.address
    confirmed = {"wahrheit": "on", "datenschutz": "on", "revision": browser.page.context["revision"]}
    for _click in range(2):
        browser.client.post(review, confirmed)
    browser.open(review)
    assert browser.step == "fertig"
    assert Case.objects.get().number in browser.text
    assert Case.objects.get().number in browser.client.get(browser.address).content.decode()


def test_only_the_browser_with_the_cookie_sees_the_draft(lindental):
    browser = Browser("meldebescheinigung")
    morsel = browser.client.cookies[COOKIE]
    assert morsel["httponly"]
    assert (morsel["samesite"], morsel["path"], morsel["max-age"]) == (
        "Lax",
        browser.address.partition("schritt")[0],
        "",
    )
    assert morsel.value not in browser.text
    assert "no-store" in browser.page.headers["Cache-Control"]
    stranger = Client().get(browser.address)
    assert stranger.url == reverse("application_resume")
    browser.open(browser.address.replace("/fuer/", "/pruefen/"))
    assert browser.step == "fuer"


def test_whoever_cancels_leaves_nothing(answered_in):
    browser = answered_in("meldebescheinigung")
    browser.open(reverse("application_forget", args=[browser.address.split("/")[2]]))
    assert browser.page.status_code == 405
    assert Draft.objects.exists()
    browser.arrive(browser.client.post(browser.address))
    assert "nichts mehr von diesem Antrag" in browser.text
    assert not Draft.objects.exists()
    assert not browser.client.cookies[COOKIE].value


def test_a_service_with_a_flow_leads_to_it(lindental, client):
    address = reverse("application_start", args=["meldebescheinigung"])
    page = client.get(reverse("service", args=["meldebescheinigung"])).content.decode()
    assert re.search(rf'href="http[^"]+{address}"><span class="kern-label">Online beantragen', page)
    assert address in client.get(reverse("applications")).content.decode()
    start = unescape(client.get(address).content.decode())
    assert "Wer den Antrag bekommt" in start
    assert "§ 18 BMG" in start
    service.withdraw("meldebescheinigung", reason="Gesetz geändert", actor=None)
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("service", args=["meldebescheinigung"])).content.decode()


def test_a_withdrawn_flow_is_not_sent(answered_in):
    browser = answered_in("meldebescheinigung")
    service.withdraw("meldebescheinigung", reason="Gesetz geändert", actor=None)
    browser.send({"wahrheit": "on", "datenschutz": "on"}, look=False)
    assert "gerade nicht online angeboten" in browser.text
    assert not Case.objects.exists()
