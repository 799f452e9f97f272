# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie gets his receipt by e-mail and on paper, the office's program gets a package: each once."""

from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.cases.models import Case
from allmende.kernel.jobs.models import Job
from allmende.kernel.messages import service as messages
from allmende.kernel.messages.models import Enclosure, Message
from allmende.kernel.messages.sealing import unseal
from allmende.kernel.printing.tests.reading import is_accessible, read
from allmende.modules.applications import delivering, submissions, tasks
from allmende.modules.applications.models import Attachment
from allmende.modules.applications.views.holding import COOKIE, key_of
from allmende.modules.applications.views.keeping import PRINTING


def work_off() -> None:
    """Do what was ordered, twice, as after a power cut between the work and its note."""
    for _attempt in range(2):
        for job in Job.objects.filter(target=delivering.TARGET):
            tasks.deliver(None, **job.args)


def test_the_receipt_is_written_once_with_the_paper_and_the_link(answered):
    sent = submissions.submit(answered("meldebescheinigung", email="charlie@example.org"))
    assert sent.link not in str(Job.objects.get(target=delivering.TARGET).args)
    assert not Message.objects.exists()
    work_off()
    letter = Message.objects.get(kind="applications.receipt")
    assert (letter.recipient, letter.about) == ("charlie@example.org", sent.number)
    assert sent.link in unseal(letter.sealed)["text"]
    assert Enclosure.objects.get().name == f"Eingangsbestätigung_{sent.number}.pdf"


def test_what_is_sensitive_is_not_put_on_a_postcard(answered):
    submissions.submit(answered("hundesteuer-anmelden", 1))
    work_off()
    assert Message.objects.get(kind="applications.receipt").recipient == "charlie@example.org"
    assert not Enclosure.objects.exists()


def test_without_an_address_and_a_program_there_is_nothing_to_do(answered):
    submissions.submit(answered("meldebescheinigung", email=None))
    assert not Job.objects.filter(target=delivering.TARGET).exists()


def test_a_program_that_serves_the_office_gets_the_application_with_its_files(answered):
    dora = make_user("dora", "administrator")
    messages.add_destination(
        "steuer",
        kind="email",
        title="Steuerprogramm",
        address="steuer@lindental.example",
        serves=["finanzen"],
        actor=dora,
    )
    messages.add_destination(
        "bau", kind="email", title="Bauprogramm", address="bau@lindental.example", serves=["bauen"], actor=dora
    )
    sent = submissions.submit(answered("hundesteuer-anmelden", 1))
    work_off()
    package = Message.objects.exclude(kind="applications.receipt").get()
    assert package.recipient == "steuer@lindental.example"
    kept = sorted(Enclosure.objects.filter(message=package).values_list("name", flat=True))
    assert kept == ["01-nachweis-0.pdf", f"{sent.number}.json", f"{sent.number}.pdf", f"{sent.number}.xml"]


def test_an_application_that_was_erased_meanwhile_is_not_sent(answered):
    submissions.submit(answered("meldebescheinigung", email="charlie@example.org"))
    Case.objects.get().delete()
    work_off()
    assert not Message.objects.exists()


def test_the_receipt_is_read_out_by_a_screen_reader(answered):
    token = answered("meldebescheinigung")
    sent = submissions.submit(token)
    client = Client()
    client.cookies[COOKIE] = token
    answer = client.get(reverse("application_receipt", args=[key_of(token)]))
    assert answer.headers["Content-Type"] == "application/pdf"
    printed = read(answer.content)
    assert is_accessible(printed)
    assert sent.number in printed.text
    stranger = Client().get(reverse("application_receipt", args=[key_of(token)]))
    assert stranger.status_code == 302


def test_whoever_fetches_the_receipt_too_often_is_told_to_wait(answered, rf):
    token = answered("meldebescheinigung")
    submissions.submit(token)
    while PRINTING.allow_request(rf.get("/")):
        pass
    client = Client()
    client.cookies[COOKIE] = token
    page = client.get(reverse("application_receipt", args=[key_of(token)]), follow=True).content.decode()
    assert "Bitte warten Sie eine Minute" in page


def test_alice_opens_the_file_of_her_case_and_anton_of_another_office_does_not(answered, client):
    submissions.submit(answered("hundesteuer-anmelden", 1))
    alice = make_user("alice", "clerk", units=["finanzen"])
    anton = make_user("anton", "clerk", units=["bauen"])
    file_id = Attachment.objects.get().file_id
    client.force_login(alice)
    page = client.get(reverse("cases_detail", args=[Case.objects.get().pk])).content.decode()
    address = reverse("application_upload", args=[file_id])
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    client.force_login(anton)
    assert client.get(address).status_code == 404


def test_the_citizens_page_shows_no_link_that_is_not_hers(answered, client, settings):
    sent = submissions.submit(answered("hundesteuer-anmelden", 1))
    page = client.get(sent.link.removeprefix(settings.BASE_URL)).content.decode()
    assert "nachweis-0.pdf" in page
    assert "/antraege/datei/" not in page
