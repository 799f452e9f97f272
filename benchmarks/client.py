# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A citizen without a browser: the page /fragen over plain HTTP."""

import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


ADDRESSES = (f"10.{high}.{low}.1" for high in range(256) for low in range(256))


class Citizen:
    """One visitor with cookies of his own, and another address for each question: the house slows down a single one."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = TOKEN.findall(self.get("/fragen/"))[0]

    def get(self, path: str) -> str:
        with self.opener.open(f"{self.address}{path}", timeout=60) as answer:
            return str(answer.read().decode())

    def ask(self, question: str) -> float:
        """Ask with htmx as the page does; returns the seconds until the answer was there."""
        body = urllib.parse.urlencode({"q": question, "csrfmiddlewaretoken": self.token}).encode()
        request = urllib.request.Request(
            f"{self.address}/fragen/", body, {"HX-Request": "true", "X-Forwarded-For": next(ADDRESSES)}
        )
        began = time.perf_counter()
        with self.opener.open(request, timeout=60) as answer:
            text = answer.read().decode()
        if "ask-answer" not in text:
            raise RuntimeError(f"no answer to {question!r}")
        return time.perf_counter() - began


def ask(address: str, question: str) -> float:
    """One question by a new visitor."""
    return Citizen(address).ask(question)


def first_byte(address: str, path: str) -> float:
    """Seconds until the first byte of a page."""
    began = time.perf_counter()
    with urllib.request.urlopen(f"{address}{path}", timeout=60) as answer:
        answer.read(1)
    return time.perf_counter() - began
