# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie writes who he is. The house answers him and forgets it: no table, no session, no cache, no log, no audit holds it."""

import json
import logging

import pytest

pytestmark = pytest.mark.django_db

IBAN = "DE89370400440532013000"
SECRETS = {
    "IBAN": (IBAN, "DE89 3704 0044 0532 0130 00"),
    "name": ("Karoline Wüstenfeld", "Wüstenfeld"),
    "phone": ("0171 2345678", "+49 171 2345678"),
    "e-mail": ("karoline.wuestenfeld@posteo.example",),
    "address": ("Marktplatz 17",),
    "birth date": ("24.12.1987",),
    "tax id": ("86095742719",),
}
QUESTION = (
    "Guten Tag, mein Name ist Karoline Wüstenfeld, geboren am 24.12.1987, ich wohne Marktplatz 17. Meine IBAN ist "
    f"{IBAN} bzw. DE89 3704 0044 0532 0130 00, meine Steuer-ID 86095742719. Sie erreichen mich unter 0171 2345678 oder "
    "+49 171 2345678 und karoline.wuestenfeld@posteo.example. Was kostet die Hundesteuer?"
)
NEEDLES = tuple(needle for needles in SECRETS.values() for needle in needles)


@pytest.fixture
def logged(caplog):
    """Everything that was logged, down to the last detail: messages, arguments and traces."""
    caplog.set_level(logging.DEBUG)
    for name in ("allmende", "django", "django.request", "ninja", "axes", "allauth", "django-q"):
        caplog.set_level(logging.DEBUG, logger=name)

    def text() -> str:
        return caplog.text + "".join(f"{record.__dict__}" for record in caplog.records)

    return text


def ask_on_the_page(client) -> str:
    answer = client.post("/fragen/", {"q": QUESTION}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def ask_with_htmx(client) -> str:
    return client.post("/fragen/", {"q": QUESTION}, headers={"hx-request": "true"}).content.decode()


def ask_the_api(client) -> str:
    answer = client.post("/api/v1/assistant/answers", {"question": QUESTION}, "application/json")
    assert answer.status_code == 201
    return json.dumps(answer.json(), ensure_ascii=False)


def ask_on_the_command_line(_client) -> str:
    from click.testing import CliRunner

    from allmende.modules.assistant.cli import ask

    result = CliRunner().invoke(ask, [QUESTION, "--json"])
    assert result.exit_code == 0, result.output
    return result.output


def comment(client) -> str:
    from allmende.modules.assistant.models import Answer

    client.post("/fragen/", {"q": "Was kostet die Hundesteuer?"})
    answer = Answer.objects.get()
    assert client.post(f"/fragen/{answer.pk}/bewertung/", {"helpful": "0", "comment": QUESTION}).status_code == 302
    return client.get("/fragen/").content.decode()


CHANNELS = [ask_on_the_page, ask_with_htmx, ask_the_api, ask_on_the_command_line, comment]


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.__name__)
def test_nothing_personal_stays_anywhere(channel, town, client, traces, logged, no_way_out):
    shown = channel(client)
    assert traces(*NEEDLES) == []
    assert [needle for needle in NEEDLES if needle in logged()] == []
    assert [needle for needle in NEEDLES if needle in shown] == [], "what is shown again was kept"
    assert not no_way_out
    assert traces("[IBAN]"), "the masked text was never stored; this test would prove nothing"


def test_a_search_that_breaks_tells_the_log_nothing_personal(town, client, monkeypatch, traces, logged):
    """Errors are logged with their trace: it holds lines of code, not what Charlie wrote."""
    from allmende.modules.assistant import composing

    def breaks(*_args, **_kwargs):
        raise RuntimeError("the index is gone")

    monkeypatch.setattr(composing, "search", breaks)
    client.raise_request_exception = False
    page = client.post("/fragen/", {"q": QUESTION})
    api = client.post("/api/v1/assistant/answers", {"question": QUESTION}, "application/json")
    assert {page.status_code, api.status_code} == {500}
    for response in (page, api):
        assert "the index is gone" not in response.content.decode()
        assert "Traceback" not in response.content.decode()
    assert "the index is gone" in logged()
    assert [needle for needle in NEEDLES if needle in logged()] == []
    assert traces(*NEEDLES) == []


def test_an_invalid_question_tells_the_log_nothing_personal(town, client, traces, logged):
    client.raise_request_exception = False
    for body in (
        json.dumps({"question": QUESTION, "language": "xx"}),
        json.dumps({"question": QUESTION})[:-2],
        json.dumps({"frage": QUESTION}),
    ):
        assert client.post("/api/v1/assistant/answers", body, content_type="application/json").status_code in (400, 422)
    client.post("/fragen/", {"q": QUESTION * 10})
    client.get("/fragen/", {"q": QUESTION})
    client.get("/leistungen/", {"amt": QUESTION})
    client.get(f"/leistungen/{IBAN}/")
    assert traces(*NEEDLES) == []
    leaked = [needle for needle in NEEDLES if needle in logged()]
    assert leaked in ([], [IBAN]), "an address that was called may stand in the log, nothing else"


def test_a_conversation_that_is_deleted_leaves_nothing(town, client, traces):
    client.post("/fragen/", {"q": "Wie melde ich meinen Waldpinguin an?"})
    assert traces("Waldpinguin")
    client.post("/fragen/neu/")
    assert traces("Waldpinguin") == []


def test_a_conversation_is_deleted_when_its_time_is_over(town, client, traces, settings):
    from datetime import timedelta

    from django.utils import timezone

    from allmende.modules.assistant import service
    from allmende.modules.assistant.models import Conversation

    client.post("/fragen/", {"q": "Wie melde ich meinen Waldpinguin an?"})
    assert service.delete_expired() == 0
    Conversation.objects.update(started_at=timezone.now() - timedelta(days=settings.ANSWER_RETENTION_DAYS + 1))
    assert service.delete_expired() == 1
    assert traces("Waldpinguin") == []


def test_a_question_leads_to_nobody(town, person, client):
    """Neither who asked nor from where is stored beside a question, also for people who are signed in."""
    from django.apps import apps

    alice = person("alice")
    alice.browser(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Browser-von-Alice").post(
        "/fragen/", {"q": "Was kostet die Hundesteuer?"}
    )
    columns = {
        field.name for model in apps.get_app_config("assistant").get_models() for field in model._meta.get_fields()
    }
    assert not columns & {"user", "owner", "asker", "ip", "address", "user_agent", "session"}
    rows = str([list(model.objects.values()) for model in apps.get_app_config("assistant").get_models()])
    assert "203.0.113.77" not in rows
    assert "Browser-von-Alice" not in rows


def test_the_search_for_traces_finds_one_wherever_it_is(client, person, traces):
    """Planted in a text, in JSON with umlauts, in a session and in the cache."""
    from django.core.cache import cache

    from allmende.kernel.audit.service import record

    charlie = person("charlie")
    type(charlie.user).objects.filter(pk=charlie.user.pk).update(display_name="Karoline Wüstenfeld")
    record("town.service.published", actor=None, detail={"name": "Frau Wüstenfeld"})
    session = client.session
    session["question"] = f"Meine IBAN: {IBAN}"
    session.save()
    cache.set("x", "0171 2345678")
    found = " ".join(traces(*NEEDLES))
    for place in ("accounts_user.display_name", "audit_entry.detail", "session", "cache"):
        assert place in found
