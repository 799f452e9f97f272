# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever reads the server's log gets no citizen's private link out of it."""

import logging
import re

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

SECRET = re.compile(r"<str:(?:token|link)>")
TOKEN = "wk_SQKy-8f3Lr2Zq5TnVb7Xc1Md4Gh6Jp9"


def said(message: str, *args: object) -> str:
    """The line as the console shows it."""
    handler = settings.LOGGING["handlers"]["console"]
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)
    for name in handler["filters"]:
        assert import_string(settings.LOGGING["filters"][name]["()"])().filter(record)
    return record.getMessage()


def test_no_private_link_stands_in_the_log(routes_configured):
    private = [path for path in map(str, routes_configured.values()) if SECRET.search(path)]
    assert len(private) >= 5
    for path in private:
        line = said("%s: %s", "Unprocessable Entity", "/" + SECRET.sub(TOKEN, path))
        assert TOKEN not in line, path
        assert line.startswith("Unprocessable Entity: /")


@pytest.mark.parametrize("line", ["Not Found: /leistungen/hundesteuer-anmelden/", "100 % done at /vorgaenge/7/"])
def test_other_lines_stay_as_they_are(line):
    assert said(line) == line
