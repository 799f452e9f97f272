# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie goes on another day, with a code or a file; Alice fills in an application for somebody on the phone."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.cases.models import Case
from allmende.kernel.town import queries as town
from allmende.modules.applications import drafts, queries, saving, service
from allmende.modules.applications.engine.listing import checklist
from allmende.modules.applications.models import Draft, Submission
from allmende.modules.applications.tests.test_form_pages import Browser, typed

RESUME = reverse("application_resume")


@pytest.fixture
def browser(lindental, monkeypatch) -> Browser:
    """A certificate of residence that Charlie began: two questions are answered."""
    monkeypatch.setattr(town, "today", lambda: date(2026, 6, 1))
    found = Browser("meldebescheinigung")
    found.send({"fuer": "mich"})
    found.send({"art": "einfach"})
    return found


def keep(browser: Browser, what: str) -> str:
    return reverse(f"application_{what}", args=[browser.address.split("/")[2]])


def test_with_the_code_charlie_goes_on_at_another_device(browser, client):
    open_question = browser.step
    answer = browser.client.post(keep(browser, "keep"))
    text = unescape(answer.content.decode())
    code = re.search(r'id="code">([A-Z0-9 ]+)<', text)[1]
    until = Draft.objects.get().expires_at
    assert until > timezone.now() + timedelta(days=29)
    assert f"{timezone.localtime(until).day}. " in text
    resumed = client.post(RESUME, {"code": code.lower().replace(" ", "-")}, follow=True)
    assert resumed.redirect_chain[-1][0].endswith(f"/schritt/{open_question}/")


def test_a_wrong_code_says_nothing_and_may_not_be_tried_for_ever(lindental, client):
    for code in ("", "ABCD", "ABCD EFGH JKMN PQRS TUVW", "<script>"):
        answer = client.post(RESUME, {"code": code})
        assert answer.status_code == 422
        assert "web-error-summary" in answer.content.decode()
    codes = {client.post(RESUME, {"code": "ABCD"}).status_code for _try in range(20)}
    assert codes == {422, 429}
    assert client.post(RESUME, {"file": ""}).status_code == 429


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ABCD EFGH JKMN PQRS TUV", "fehlt ein Zeichen"),
        ("ABCD EFGH", "fehlen 12 Zeichen"),
        ("ABCD EFGH JKMN PQRS TUVW X", "ein Zeichen zu viel"),
        ("ABCD EFGH JKMN PQRS TUVW", "gibt es keinen Antrag"),
    ],
)
def test_a_code_that_is_mistyped_is_told_what_is_wrong_with_it(lindental, client, code, told):
    assert told in client.post(RESUME, {"code": code}).content.decode()


def test_with_the_file_charlie_goes_on_and_nothing_stays_with_the_town(browser, client):
    open_question = browser.step
    answer = browser.client.post(keep(browser, "file"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="antrag-meldebescheinigung.txt"'
    assert "einfach" not in answer.content.decode()
    assert RESUME in answer.content.decode()
    browser.client.post(keep(browser, "forget"))
    assert not Draft.objects.exists()
    upload = SimpleUploadedFile("antrag.txt", answer.content)
    resumed = client.post(RESUME, {"file": upload}, follow=True)
    assert resumed.redirect_chain[-1][0].endswith(f"/schritt/{open_question}/")
    assert drafts.load(client.cookies["antrag"].value).answers == {"fuer": "mich", "art": "einfach"}


def sealed(**changes) -> SimpleUploadedFile:
    content = {"flow": "meldebescheinigung", "version": 1, "channel": "form", "answers": {}}
    content |= {"saved_at": timezone.now().isoformat(), **changes}
    return SimpleUploadedFile("antrag.txt", f"Kopf\n\n{saving.SEAL.close(json.dumps(content))}\n".encode())


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (SimpleUploadedFile("antrag.txt", b"gAAAAABnicht von hier"), "keine Datei, die hier gespeichert wurde"),
        (SimpleUploadedFile("antrag.txt", b"\n \n"), "keine Datei, die hier gespeichert wurde"),
        (SimpleUploadedFile("antrag.pdf", b"%PDF-1.7"), "keine Datei, die hier gespeichert wurde"),
        (SimpleUploadedFile("antrag.exe", b"MZ\x90\x00\x03"), "nicht entgegen"),
        (None, "Bitte prüfen Sie eine Angabe"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(lindental, client, upload, told):
    answer = client.post(RESUME, {"file": upload or ""})
    assert answer.status_code == 422
    assert told in unescape(answer.content.decode())
    assert not Draft.objects.exists()


def test_a_file_that_is_too_old_or_whose_flow_was_withdrawn_begins_nothing(lindental, client):
    old = (timezone.now() - timedelta(days=91)).isoformat()
    assert "zu alt" in client.post(RESUME, {"file": sealed(saved_at=old)}).content.decode()
    service.withdraw("meldebescheinigung", reason="Gesetz geändert", actor=None)
    answer = client.post(RESUME, {"file": sealed()}, follow=True)
    assert "nicht mehr so angeboten" in answer.content.decode()
    assert not Draft.objects.exists()


def test_uploads_are_no_part_of_the_file(answered):
    draft = drafts.load(answered("hundesteuer-anmelden", 1))
    content = saving.opened(SimpleUploadedFile("antrag.txt", saving.save(draft).encode()))
    assert "nachweis" in draft.answers
    assert set(content["answers"]) == set(draft.answers) - {"nachweis"}


def test_alice_reads_aloud_and_sends_for_the_caller(lindental, monkeypatch, client):
    flow = queries.flow_of(queries.current("meldebescheinigung"))
    monkeypatch.setattr(town, "today", lambda: flow.tests[0].today)
    alice = make_user("alice", "clerk")
    client.force_login(alice)
    assert reverse("application_start", args=[flow.id]) in client.get(reverse("applications_phone")).content.decode()
    address = client.post(
        reverse("application_start", args=[flow.id]), {"channel": "phone"}, follow=True
    ).redirect_chain[-1][0]
    first = client.get(address).content.decode()
    assert "Bitte vorlesen" in first
    assert flow.steps[flow.start].say["de"] in unescape(first)
    while "/fertig/" not in address:
        step = flow.steps[address.rstrip("/").rpartition("/")[2]]
        page = client.get(address).content.decode()
        sent = {"revision": re.search(r'name="revision" value="(\d+)"', page)[1], **dict.fromkeys(step.confirm, "on")}
        for name in step.slots:
            sent |= typed(name, flow.slots[name], flow.tests[0].given.get(name))
        address = client.post(address, sent, follow=True).redirect_chain[-1][0]
    assert Submission.objects.get().channel == "phone"
    assert Entry.objects.filter(action="applications.application.sent").get().actor_name == "alice"
    assert Case.objects.get().contact_name


def test_nobody_but_a_clerk_takes_an_application_by_phone(browser, client):
    client.post(reverse("application_start", args=["meldebescheinigung"]), {"channel": "phone"})
    assert not Draft.objects.filter(channel="phone").exists()
    client.force_login(make_user("erika", "editor"))
    assert client.get(reverse("applications_phone")).status_code == 404


def test_the_list_to_print_has_every_question_and_says_which_come_in_any_case(lindental, client):
    flow = queries.flow_of(queries.current("hundesteuer-anmelden"))
    listed = checklist(flow, "de")
    assert [question.ask for question in listed] == [step.ask["de"] for step in flow.steps.values() if step.slots]
    always = {question.lines[0].label for question in listed if question.always}
    assert "Rasse" in always
    assert "Nachweis" not in always
    page = unescape(client.get(reverse("application_checklist", args=[flow.id])).content.decode())
    assert all(question.ask in page for question in listed)
