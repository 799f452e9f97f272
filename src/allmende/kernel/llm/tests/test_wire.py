# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a call may lead (SSRF), and what the key may reach."""

import asyncio
import logging
import socket
from dataclasses import replace

import pytest

from allmende.kernel.audit.models import Entry
from allmende.kernel.llm import client, queries, rules, sealing, service, writing
from allmende.kernel.llm.models import Call, Provider
from allmende.kernel.llm.testing import answer, failure
from allmende.kernel.llm.tests.conftest import KEY, OPTIONS, QUESTION
from allmende.kernel.outbound import transport

httpx2 = transport.httpx2
pytestmark = pytest.mark.django_db


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch):
    """Where names lead, and which addresses were connected to."""
    known: dict[str, list[str]] = {}
    connected: list[tuple[str, int]] = []
    connect = socket.socket.connect

    async def look_up(_loop, host, port, **_options):
        if host not in known:
            raise OSError
        kinds = ((socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in known[host])
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in kinds]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)

    def note(sock, address):
        connected.append(address[:2])
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    return known, connected


def test_a_name_is_resolved_once_and_that_very_address_is_called(fake, add, names):
    known, _connected = names
    known["modell.lindental.example"] = ["127.0.0.1"]
    port = fake.url.split(":")[2].split("/")[0]
    add(fake, url=f"http://modell.lindental.example:{port}/v1")
    assert service.chat(QUESTION, **OPTIONS).text
    assert f"host: modell.lindental.example:{port}" in fake.received[0].headers.lower()


@pytest.mark.parametrize(
    ("location", "url", "leads_to"),
    [
        ("house", "http://modell.example/v1", ["169.254.169.254"]),
        ("house", "http://modell.example/v1", ["127.0.0.1", "169.254.169.254"]),
        ("house", "http://modell.example/v1", ["9.9.9.9"]),
        ("house", "https://modell.example/v1", ["fd00:ec2::254"]),
        ("eu", "https://modell.example/v1", ["127.0.0.1"]),
        ("eu", "https://modell.example/v1", ["10.0.0.7"]),
        ("eu", "https://modell.example/v1", ["::ffff:192.168.1.1"]),
        ("other", "https://modell.example/v1", ["9.9.9.9", "192.168.1.1"]),
        ("eu", "http://modell.example/v1", ["9.9.9.9"]),
    ],
)
def test_a_name_that_leads_where_it_may_not_is_not_called(fake, add, names, location, url, leads_to):
    known, connected = names
    known["modell.example"] = leads_to
    add(fake, url=url, location=location)
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **{**OPTIONS, "data_class": "public"})
    assert Call.objects.get().outcome == "forbidden_address"
    assert connected == []


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[::ffff:169.254.169.254]", "100.100.100.200", "0.0.0.0", "[fe80::1]"]
)
def test_an_address_in_numbers_is_judged_alike(fake, add, names, host):
    _known, connected = names
    add(fake, url=f"http://{host}/v1")
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **OPTIONS)
    assert Call.objects.get().outcome == "forbidden_address"
    assert connected == []


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "nirgends.example"])
def test_a_name_nobody_knows_is_unreachable(fake, add, names, host):
    add(fake, url=f"http://{host}/v1")
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **OPTIONS)
    assert Call.objects.get().outcome == "unreachable"


def test_a_second_address_is_tried_when_the_first_is_dead(fake, add, names):
    known, _connected = names
    known["modell.example"] = ["127.0.0.9", "127.0.0.1"]
    port = fake.url.split(":")[2].split("/")[0]
    add(fake, url=f"http://modell.example:{port}/v1")
    assert service.chat(QUESTION, **OPTIONS).text


def test_proxies_of_the_environment_are_not_used(fake, add, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    add(fake)
    assert service.chat(QUESTION, **OPTIONS).text


def test_variables_of_the_library_change_nothing(fake, other, add, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", other.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-lindental")
    add(fake)
    service.chat(QUESTION, **OPTIONS)
    assert other.connections == 0
    assert "sk-from" not in fake.received[0].headers
    assert "org-lindental" not in fake.received[0].headers


def test_a_redirect_takes_neither_text_nor_key_elsewhere(fake, other, add):
    add(fake)
    fake.behave(failure(302, Location=f"{other.url}/chat/completions"))
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **OPTIONS)
    assert Call.objects.get().outcome == "redirected"
    assert other.connections == 0


def test_certificates_are_checked(fake, add, impatient):
    """The fake speaks no TLS at all and never ends the handshake: an encrypted address never falls back to plain text."""
    impatient(connect=0.5)
    port = fake.url.split(":")[2].split("/")[0]
    add(fake, url=f"https://127.0.0.1:{port}/v1")
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **OPTIONS)
    assert transport._tls().check_hostname
    assert transport._tls().verify_mode.name == "CERT_REQUIRED"
    assert not fake.received


def test_the_connection_is_checked_against_the_name_not_the_address(monkeypatch):
    seen: list[httpx2.Request] = []

    async def send(_self, request):
        seen.append(request)
        return httpx2.Response(200, headers={"content-type": "application/json"}, stream=httpx2.ByteStream(b"{}"))

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", send)

    async def resolve(_host, _port):
        return [__import__("ipaddress").ip_address("9.9.9.9")]

    monkeypatch.setattr(transport, "_resolve", resolve)
    wire = transport.GuardedTransport(client.policy("eu", with_key=True))
    asyncio.run(wire.handle_async_request(httpx2.Request("POST", "https://ki.example/v1", content=b"{}")))
    assert seen[0].url.host == "9.9.9.9"
    assert seen[0].extensions["sni_hostname"] == "ki.example"
    assert seen[0].headers["host"] == "ki.example"


# --- the key


def everything_stored() -> str:
    return "".join(str(list(model.objects.values())) for model in (Provider, Call, Entry))


def test_the_key_is_nowhere_in_clear_text(fake, add, caplog):
    caplog.set_level(logging.DEBUG)
    row = add(fake)
    fake.behave(failure(401, f"Incorrect API key provided: {KEY}"))
    with pytest.raises(service.Unavailable) as caught:
        service.chat(QUESTION, **OPTIONS)
    writing.change_provider(row, {"name": "Neu"}, key=KEY, forget_key=False, actor=None)
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert KEY in fake.received[0].headers
    for place in (everything_stored(), logged, str(caught.value), repr(caught.value), repr(queries.endpoints())):
        assert KEY not in place
    details = [entry.detail for entry in Entry.objects.filter(action__startswith="llm.")]
    assert details[0].get("with_key") or details[-1].get("with_key")
    assert any(detail.get("key_state") == "replaced" for detail in details)


def test_a_sealed_key_is_another_one_each_time_and_bound_to_the_secret_key(settings):
    first, second = sealing.seal(KEY), sealing.seal(KEY)
    assert first != second
    assert KEY not in first
    assert sealing.unseal(first) == sealing.unseal(second) == KEY
    assert sealing.seal("") == sealing.unseal("") == ""
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "x" * 60
    with pytest.raises(sealing.SealError):
        sealing.unseal(first)
    assert sealing.renewed(first) == first, "what cannot be opened is kept: the old key may come back"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sealing.unseal(first) == KEY
    renewed = sealing.renewed(first)
    settings.SECRET_KEY_FALLBACKS = []
    assert sealing.unseal(renewed) == KEY
    assert sealing.renewed(renewed) == renewed
    with pytest.raises(sealing.SealError):
        sealing.unseal(first[:-10] + "AAAAAAAAAA")


def test_after_the_secret_key_was_replaced_a_provider_is_not_called_without_its_key(fake, add, settings):
    from allmende.kernel.llm import health

    add(fake)
    settings.SECRET_KEY = "y" * 60
    assert queries.available() == ()
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **OPTIONS)
    assert fake.connections == 0
    with pytest.raises(health.UnhealthyError, match="Schlüssel nicht lesbar"):
        health.check()


def test_at_night_keys_are_sealed_with_the_secret_key_of_today(fake, add, settings):
    row = add(fake)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "z" * 60
    writing.tidy()
    settings.SECRET_KEY_FALLBACKS = []
    row.refresh_from_db()
    assert sealing.unseal(row.sealed_key) == KEY


def test_a_key_does_not_follow_to_another_address(fake, other, add):
    row = add(fake)
    assert writing.change_provider(row, {"url": other.url}, key="", forget_key=False, actor=None)
    service.chat(QUESTION, **OPTIONS)
    assert KEY not in other.bytes_received.decode()
    row.refresh_from_db()
    assert row.sealed_key == ""
    assert not writing.change_provider(row, {"url": fake.url}, key="sk-neu", forget_key=False, actor=None)
    service.chat(QUESTION, **OPTIONS)
    assert "sk-neu" in fake.received[-1].headers


def test_a_key_is_kept_replaced_or_forgotten(fake, add):
    row = add(fake)
    writing.change_provider(row, {"name": "Neu"}, key="", forget_key=False, actor=None)
    row.refresh_from_db()
    assert sealing.unseal(row.sealed_key) == KEY
    writing.change_provider(row, {}, key="", forget_key=True, actor=None)
    row.refresh_from_db()
    assert row.sealed_key == ""


def test_a_changed_provider_is_called_with_what_is_valid_now(transactional_db, fake, add):
    row = add(fake)

    async def twice() -> None:
        await service.achat(QUESTION, **OPTIONS)
        await asyncio.to_thread(writing.change_provider, row, {}, key="sk-neu", forget_key=False, actor=None)
        await service.achat(QUESTION, **OPTIONS)

    asyncio.run(twice())
    assert KEY in fake.received[0].headers
    assert "sk-neu" in fake.received[1].headers


def test_the_loggers_of_the_libraries_stay_silent(monkeypatch):
    assert client.AGENT == "allmende"
    for name in ("openai", "openai._base_client", "httpx2", "httpcore2", "httpcore2.http11"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


def test_limits_and_places_are_data():
    assert {place.reach for place in rules.LOCATIONS.values()} == {"any", "public"}
    for item in rules.CLASSES.values():
        assert set(item.handling) == set(rules.LOCATIONS)
        assert set(item.handling.values()) <= set(rules.HANDLINGS)
    for place in rules.LOCATIONS.values():
        assert set(place.classes) <= set(rules.CLASSES)
    assert all(outcome.error in {"", *service_errors()} for outcome in rules.OUTCOMES.values())
    assert replace(rules.LIMITS).answer_bytes < 10_000_000


def service_errors() -> set[str]:
    from allmende.kernel.llm.errors import ERRORS

    return set(ERRORS)


def test_an_answer_that_is_no_error_of_ours_is_not_shown(fake, add):
    add(fake)
    fake.behave(answer({"error": {"message": "<script>alert(1)</script>"}}, 500))
    with pytest.raises(service.Unavailable) as caught:
        service.chat(QUESTION, **OPTIONS)
    assert "script" not in str(caught.value)
