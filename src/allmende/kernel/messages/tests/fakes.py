# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mail server and a receiver of webhooks: real servers on this machine that keep what they get, and can be told to misbehave."""

import email
import socketserver
import threading
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler
from typing import Any, Self


class Server(socketserver.ThreadingTCPServer):
    """``with MailServer() as server:``. While `answering` is cleared, what arrived is kept but not acknowledged."""

    allow_reuse_address = True
    daemon_threads = True
    handler: type[socketserver.BaseRequestHandler]

    def __init__(self, port: int = 0) -> None:
        self.received: list[Any] = []
        self.answering = threading.Event()
        self.answering.set()
        super().__init__(("127.0.0.1", port), self.handler)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.answering.set()
        self.shutdown()
        self.server_close()


class MailHandler(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs."""

    server: "MailServer"

    def handle(self) -> None:
        self.say("220 mail.lindental.example")
        while line := self.rfile.readline():
            word = line.split()[0].decode().upper() if line.split() else ""
            if word == "DATA" and "DATA" not in self.server.refuses:
                self.take()
            else:
                self.say(self.server.refuses.get(word, "221 bye" if word == "QUIT" else "250 ok"))
            if word == "QUIT":
                return

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.received.append(email.message_from_bytes(b"".join(lines)))
        self.server.answering.wait()
        self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(Server):
    """Takes letters; `refuses` maps a command to another answer, for instance RCPT to "550 no such person"."""

    handler = MailHandler
    received: list[Mail]

    def __init__(self, port: int = 0) -> None:
        self.refuses: dict[str, str] = {}
        super().__init__(port)


class HookHandler(BaseHTTPRequestHandler):
    server: "HookServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.answering.wait()
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


class HookServer(Server):
    """Takes events; `statuses` are the next answers, afterwards 204."""

    handler = HookHandler
    received: list[tuple[dict[str, str], bytes]]

    def __init__(self, port: int = 0) -> None:
        self.statuses: list[int] = []
        super().__init__(port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/haken"
