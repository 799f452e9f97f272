# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a message may lead (SSRF): the town's lists decide, and what a name leads to is judged when it is called."""

import asyncio
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from allmende.kernel.outbound import client
from allmende.kernel.outbound.client import NotReachedError

HEADERS = {"Content-Type": "application/json", "webhook-id": "1"}


class Receiver(ThreadingHTTPServer):
    """A machine that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bytes, dict[str, str]]] = []
        self.status, self.location, self.answer = 204, "", b""
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.told.append((self.path, body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch):
    """Make every name lead to these addresses."""

    def lead(*known: str) -> None:
        async def look_up(_loop, _host, port, **_options):
            kinds = ((socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in known)
            return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in kinds]

        monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)

    return lead


def address(receiver: Receiver, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{receiver.server_port}/haken"


def outcome(url: str) -> str:
    with pytest.raises(NotReachedError) as caught:
        client.post(url, b"{}", HEADERS)
    return caught.value.outcome


def test_it_works(receiver, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    assert client.post(address(receiver), b'{"a": 1}', HEADERS) == 204
    path, body, headers = receiver.told[0]
    assert (path, body, headers["webhook-id"]) == ("/haken", b'{"a": 1}', "1")


def test_nothing_of_the_library_leaves_the_house(receiver, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    client.post(address(receiver), b"{}", HEADERS)
    ours = {"host", "content-type", "content-length", "user-agent", "webhook-id"}
    assert set(receiver.told[0][2]) == {*ours, "accept-encoding"}
    assert receiver.told[0][2]["user-agent"] == "allmende"


def test_a_machine_on_no_list_is_not_called(receiver):
    assert outcome(address(receiver)) == "forbidden_address"
    assert receiver.told == []


def test_a_public_machine_is_called_encrypted_only(settings):
    settings.OUTBOUND_HOSTS = ["fachverfahren.example"]
    assert client.fault("http://fachverfahren.example/haken") == "plain"
    assert client.fault("https://fachverfahren.example/haken") == ""
    assert client.fault("https://fachverfahren.example.evil.example/haken") == "unlisted"
    assert client.fault("https://fachverfahren.example@evil.example/haken") == "credentials"


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:192.168.1.1"])
def test_a_public_name_that_leads_inside_is_not_called(settings, leads_to, inside):
    settings.OUTBOUND_HOSTS = ["fachverfahren.example"]
    leads_to(inside)
    assert outcome("https://fachverfahren.example/haken") == "forbidden_address"


@pytest.mark.parametrize("never", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "0.0.0.0"])
def test_metadata_services_are_not_called_even_for_the_towns_own_machines(settings, leads_to, never):
    settings.OUTBOUND_PRIVATE_HOSTS = ["register.rathaus"]
    leads_to(never)
    assert outcome("http://register.rathaus/haken") == "forbidden_address"


def test_one_bad_address_among_good_ones_makes_the_name_suspect(receiver, settings, leads_to):
    settings.OUTBOUND_PRIVATE_HOSTS = ["register.rathaus"]
    leads_to("127.0.0.1", "169.254.169.254")
    assert outcome(address(receiver, "register.rathaus")) == "forbidden_address"
    assert receiver.told == []


def test_a_redirect_leads_nowhere(receiver, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    receiver.status, receiver.location = 307, "http://169.254.169.254/latest/meta-data/"
    assert client.post(address(receiver), b"{}", HEADERS) == 307
    assert len(receiver.told) == 1


def test_an_answer_that_never_ends_is_cut(receiver, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    receiver.status, receiver.answer = 200, b"x" * 200_000
    assert outcome(address(receiver)) == "too_large"


def test_a_machine_that_is_off_is_unreachable(receiver, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    url = address(receiver)
    receiver.shutdown()
    receiver.server_close()
    assert outcome(url) == "unreachable"
