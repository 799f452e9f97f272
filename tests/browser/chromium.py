# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Chromium of this machine, without a window."""

import shutil

from playwright.sync_api import Browser, Playwright

WHOLE = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"
"""Without the parts that a window needs: it opens a context three times as fast."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright, *names: str) -> Browser | None:
    """The first of these programs that the machine has, or none; by default the shell before the whole browser."""
    path = next((path for name in names or (SHELL, *WHOLE) if (path := shutil.which(name))), None)
    return path and playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
