# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands in the server's log: lines for whoever runs the house, who may read no citizen's case there."""

import logging
import re

SECRET_PATHS = re.compile(r"(/(?:vorgang|umfrage|rueckruf)/)[^/\s?#'\"]+")
"""Addresses whose next part is the right to see what they lead to: parameters `token` and `link` of the URL configuration."""


class PrivateLinks(logging.Filter):
    """Leaves out the secret part of private links."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line, never drop it."""
        record.msg, record.args = SECRET_PATHS.sub(r"\1…", record.getMessage()), ()
        return True
