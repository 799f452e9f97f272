# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters by e-mail: one for each key, tried until the mail server takes or refuses it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from allmende.kernel.jobs.models import Job
from allmende.kernel.messages import delivery, health, letters, queries, rules, service, tasks
from allmende.kernel.messages.models import Message
from allmende.kernel.messages.tests import letterroom
from allmende.kernel.messages.tests.conftest import CHARLIE, VALUES
from allmende.kernel.messages.tests.fakes import MailServer
from allmende.kernel.registry import RegistryError

pytestmark = pytest.mark.django_db


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_it_works(mail_server, letter):
    message = letter()
    assert delivery.attempt(message.pk) == ""
    assert again(message).state == "sent"
    mail = mail_server.received[0]
    assert (mail["To"], mail["Subject"]) == (CHARLIE, "Post von Garten")
    assert mail["Message-ID"] == f"<{message.pk}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_same_key_again_is_the_same_letter(mail_server, letter):
    first, second = letter(key="a"), letter(key="a", to="other@lindental.example")
    assert first.pk == second.pk
    delivery.attempt(first.pk)
    assert letter(key="a").state == "sent"
    assert delivery.attempt(first.pk) == ""
    assert len(mail_server.received) == 1


def test_a_letter_exists_only_if_what_it_tells_has_happened(letter):
    def fail() -> None:
        with transaction.atomic():
            letter()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not Message.objects.exists()
    assert not Job.objects.exists()


def test_what_waits_is_unreadable_and_what_left_is_forgotten(mail_server, letter):
    message = letter()
    assert "geheim" not in str(Message.objects.values().get())
    delivery.attempt(message.pk)
    assert again(message).sealed == ""


def test_a_mail_server_that_is_off_gets_the_letter_later(settings, letter):
    with MailServer() as server:
        port = server.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    message = letter()
    assert delivery.attempt(message.pk) == "unreachable"
    assert (again(message).state, message.attempts) == ("queued", 1)
    assert message.next_at > timezone.now() + timedelta(seconds=rules.WAITS[0] - 5)
    waiting = Job.objects.get(key=f"messages:{message.pk}:1")
    assert waiting.run_after == message.next_at
    with MailServer(port) as server:
        delivery.attempt(message.pk)
        assert [mail["Message-ID"] for mail in server.received] == [f"<{message.pk}@localhost>"]
    assert again(message).state == "sent"


@pytest.mark.parametrize(
    ("refuses", "outcome", "state"),
    [
        ({"RCPT": "550 no such person"}, "refused", "failed"),
        ({"RCPT": "451 come back later"}, "busy", "queued"),
        ({"DATA": "554 no"}, "refused", "failed"),
        ({"DATA": "452 no room"}, "busy", "queued"),
        ({"MAIL": "421 closing"}, "busy", "queued"),
    ],
)
def test_no_is_no_and_not_now_is_later(mail_server, letter, refuses, outcome, state):
    mail_server.refuses = refuses
    message = letter()
    assert delivery.attempt(message.pk) == outcome
    assert again(message).state == state
    assert bool(message.sealed), "it can still be sent again"


def test_after_enough_attempts_a_letter_has_failed(mail_server, letter):
    mail_server.refuses = {"RCPT": "451 come back later"}
    message = letter()
    for _attempt in rules.WAITS:
        delivery.attempt(message.pk)
        assert again(message).state == "queued"
    delivery.attempt(message.pk)
    assert (again(message).state, message.outcome) == ("failed", "busy")


def test_a_letter_is_taken_back_until_its_moment_has_come(letter):
    letter(key="later", after=timezone.now() + timedelta(minutes=1))
    assert service.take_back("later")
    letter(key="now")
    assert not service.take_back("now")
    assert not service.take_back("unknown")


def test_what_is_filled_in_writes_no_header_and_names_no_other_value(mail_server, letter):
    message = letter(values={"name": "Eve\r\nBcc: all@lindental.example", "link": "$name ${name} $$"})
    delivery.attempt(message.pk)
    mail = mail_server.received[0]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Post von Eve Bcc: all@lindental.example"
    assert "$name ${name} $$" in mail.get_payload(decode=True).decode()


def test_a_letter_speaks_the_language_of_its_reader_or_german():
    assert letters.write(letterroom.LETTER, "en", VALUES).text.startswith("Good day Garten")
    assert letters.write(letterroom.LETTER, "fr", VALUES).text.startswith("Guten Tag")
    with pytest.raises(KeyError):
        letters.write(letterroom.LETTER, "de", {"name": "x"})
    with pytest.raises(RegistryError):
        letters.write("nobody.letter", "de", VALUES)


def test_every_letter_of_the_house_is_there_in_both_languages():
    from allmende.kernel.registry import LetterTemplate, registry

    for template in registry().all(LetterTemplate):
        words = letters._words(template.texts)
        assert {"de", "en"} == set(words["subject"]) == set(words["text"]), template.name


def test_after_the_secret_key_was_replaced_the_letter_says_why_it_failed(mail_server, letter, settings):
    message = letter()
    settings.SECRET_KEY = "x" * 60
    assert delivery.attempt(message.pk) == "unreadable"
    assert again(message).state == "failed"


def test_a_letter_given_up_while_it_was_sent_stays_given_up(mail_server, letter, dora, monkeypatch):
    message = letter()

    def meanwhile(row, _content, _enclosed):
        service.give_up(row, actor=dora)
        return "unreachable"

    monkeypatch.setitem(delivery.SENDERS, "email", meanwhile)
    delivery.attempt(message.pk)
    assert (again(message).state, message.attempts) == ("stopped", 0)


class Line:
    """Stands for the progress of a job."""

    def message(self, text: str) -> None:
        self.text = text


def test_a_letter_whose_job_was_lost_is_taken_up_again(letter):
    message = letter()
    Job.objects.all().delete()
    tasks.tidy(Line())
    assert not Job.objects.exists(), "not at once"
    Message.objects.update(next_at=timezone.now() - timedelta(hours=1))
    for _time in range(2):
        tasks.tidy(Line())
    assert Job.objects.get().args == {"message": str(message.pk)}


def test_addresses_are_forgotten_and_the_key_is_not(mail_server, letter):
    message = letter(key="once")
    delivery.attempt(message.pk)
    Message.objects.update(finished_at=timezone.now() - timedelta(days=rules.KEEP_DAYS + 1))
    tasks.tidy(Line())
    assert again(message).recipient == ""
    assert letter(key="once").state == "sent"


def test_health_tells_what_must_be_mended(mail_server, letter):
    assert "Wartend: 0" in health.check()
    message = letter()
    mail_server.refuses = {"RCPT": "550 no such person"}
    delivery.attempt(message.pk)
    assert "abgelehnt: 1" in health.check(), "a wrong address is nobody's fault in the house"
    Message.objects.update(outcome="denied")
    with pytest.raises(health.UnhealthyError, match="Gescheitert: 1"):
        health.check()
    Message.objects.update(state="queued", created_at=timezone.now() - timedelta(hours=3))
    with pytest.raises(health.UnhealthyError, match="nicht versandt: 1"):
        health.check()


def test_a_letter_for_later_is_not_stuck(letter):
    letter(after=timezone.now() + timedelta(days=9))
    Message.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert queries.stuck() == 0
