# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application is sent once: one record, one case, one private link."""

from urllib.parse import unquote

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.kernel.audit.models import Entry
from allmende.kernel.cases.models import Case
from allmende.kernel.cases.service import withdraw
from allmende.kernel.files.models import StoredFile
from allmende.kernel.printing.tests.reading import read
from allmende.modules.applications import drafts, personal, submissions, tidying
from allmende.modules.applications.drafts import ChangedElsewhereError, NoDraftError
from allmende.modules.applications.models import Attachment, Draft, Submission
from allmende.modules.applications.submissions import NotReadyError


def test_it_works(answered):
    token = answered("hundesteuer-anmelden", 1)
    sent = submissions.submit(token)
    case = Case.objects.get()
    assert (case.number, case.unit, case.title) == (sent.number, "finanzen", "Hund zur Hundesteuer anmelden")
    assert (case.contact_name, case.contact_email) == ("Charlie Muster", "charlie@example.org")
    record = Submission.objects.get().record
    assert record["answers"]["hunde"][0]["erstes_jahr"] is True
    assert record["flow"]["hash"] == case.payload["hash"]
    assert [each["name"] for each in record["answers"]["nachweis"]] == ["nachweis-0.pdf"]
    assert Attachment.objects.get().submission_id == sent.submission.pk
    assert not Draft.objects.exists()
    entry = Entry.objects.filter(action="applications.application.sent").get()
    assert entry.subject == f"case:{case.number}"
    assert "Charlie" not in str(entry.detail)


def test_a_second_click_finds_the_first_receipt(answered):
    token = answered("meldebescheinigung")
    first, second = submissions.submit(token), submissions.submit(token)
    assert (second.number, second.link) == (first.number, first.link)
    assert Case.objects.count() == Submission.objects.count() == 1


def test_the_private_link_shows_what_was_sent(answered, settings):
    sent = submissions.submit(answered("sperrmuell"))
    page = Client().get(sent.link.removeprefix(settings.BASE_URL)).content.decode()
    assert "Was sollen wir abholen?" in page
    assert "Gegenstand 1" in page
    assert "Ich habe die Hinweise zum Datenschutz gelesen" in page
    assert sent.submission.record["flow"]["hash"][:12] in page


def test_behind_the_private_link_the_receipt_is_fetched_as_long_as_the_application_is_there(answered, settings):
    sent, browser = submissions.submit(answered("sperrmuell")), Client()
    page = sent.link.removeprefix(settings.BASE_URL)
    address = f"{page}pdf/"
    assert f'href="{address}"' in browser.get(page).content.decode()
    paper = browser.get(address)
    assert paper["Content-Type"] == "application/pdf"
    assert sent.number in unquote(paper["Content-Disposition"])
    assert "Was sollen wir abholen?" in read(paper.content).text.replace("\n", " ")
    sent.submission.delete()
    assert browser.get(address).url == page
    assert address not in browser.get(page).content.decode()


def test_nothing_is_sent_before_everything_is_answered_and_confirmed(lindental, answered):
    token = drafts.begin("meldebescheinigung", "de", "form")
    with pytest.raises(NotReadyError):
        submissions.submit(token)
    token = answered("meldebescheinigung")
    draft = drafts.answer(token, "email", {"email": "charlie@lindental.example"})
    with pytest.raises(NotReadyError):
        submissions.submit(token)
    drafts.confirm(token, draft.flow.confirmations)
    with pytest.raises(ChangedElsewhereError):
        submissions.submit(token, revision=draft.revision - 1)
    assert not Case.objects.exists()
    with pytest.raises(NoDraftError):
        submissions.receipt(token)


def test_a_case_without_its_application_is_never_opened(answered, monkeypatch):
    token = answered("meldebescheinigung")

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(submissions, "note", broken)
    with pytest.raises(RuntimeError):
        submissions.submit(token)
    assert not Case.objects.exists()
    assert drafts.load(token).run.outcome == "submit"


def test_what_was_sent_is_changed_by_nobody(answered):
    submissions.submit(answered("meldebescheinigung"))
    for change in ({"record": {}}, {"language": "en"}, {"draft_key": "x"}):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            Submission.objects.update(**change)


def test_an_application_goes_with_its_case(answered):
    submissions.submit(answered("meldebescheinigung"))
    submissions.submit(answered("sperrmuell"))
    first, second = Case.objects.order_by("number")
    first.delete()
    assert Submission.objects.get().case_id == second.pk
    Case.objects.update(anonymised_at=second.opened_at)
    assert tidying.tidy() == 1
    assert not Submission.objects.exists()


def test_charlie_is_told_what_is_kept_and_it_is_deleted_with_the_case(answered, bob):
    from allmende.kernel.cases.protection import erase, export

    sent = submissions.submit(answered("hundesteuer-anmelden", 1))
    found = export("charlie@example.org", actor=bob)
    assert found["cases"][0]["content"]["answers"]["vorname"] == "Charlie"
    assert [each["number"] for each in found["applications"]] == [sent.number]
    assert found["applications"][0]["files"] == [
        {"name": "nachweis-0.pdf", "media_type": "application/pdf", "bytes": 15}
    ]
    assert personal.find("niemand@example.org") == []
    assert erase("charlie@example.org", reason="Wunsch", actor=bob)["applications"] == 1
    assert not Submission.objects.exists()
    assert not StoredFile.objects.exists()
    assert Case.objects.get().payload == {}


def test_a_citizen_may_withdraw_what_was_sent(answered):
    submissions.submit(answered("meldebescheinigung"))
    withdraw(Case.objects.get())
    assert Case.objects.get().finished
