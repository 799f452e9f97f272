# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the tests see of a page beyond its words: complaints of the browser, barriers, other hosts, its weight."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Frame, Locator, Page

AXE = Path(__file__).resolve().parents[2] / "build/test/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Record:
    """What happened while a page was open."""

    complaints: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


def listen(page: Page) -> Record:
    """Note from now on what the browser complains about and whom it calls. Answers such as 404 are noted apart."""
    record = Record()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            about_answer = message.text.startswith("Failed to load resource")
            (record.answers if about_answer else record.complaints).append(f"{message.text} {message.location['url']}")

    page.on("pageerror", lambda error: record.complaints.append(f"Script error: {error}"))
    page.on("console", heard)
    page.on("request", lambda request: record.hosts.add(urlsplit(request.url).netloc))
    return record


def follow(link: Locator) -> None:
    """Click it and wait for the page it leads to: who looks at once would look at the page before, or at none."""
    with link.page.expect_navigation():
        link.click()


def violations(page: Page | Frame) -> list[str]:
    """What axe finds against WCAG 2.2 AA, as readable lines. The script is handed to the browser past the page's CSP."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """tags => axe.run(document, {
            runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: {assets: ['media']},
        })""",
        WCAG,
    )
    return [
        f"{rule['id']}: {rule['help']} – {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


class ScriptsOff:
    """A page in a browser with JavaScript off. It is on only while axe looks at what came to rest without."""

    def __init__(self, page: Page) -> None:
        self.page, self._wire = page, page.context.new_cdp_session(page)
        self._switch(off=True)

    def violations(self, loaded_again: bool = False) -> list[str]:
        """What axe finds, as `violations` says it; `loaded_again`: after the page was loaded once more, with its scripts."""
        self._switch(off=False)
        try:
            if loaded_again:
                self.page.reload()
            return violations(self.page)
        finally:
            self._switch(off=True)

    def _switch(self, off: bool) -> None:
        self._wire.send("Emulation.setScriptExecutionDisabled", {"value": off})


def hangs_over(page: Page | Frame, width: int) -> list[str]:
    """What makes the page wider than the screen; empty when nothing has to be scrolled sideways."""
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    return page.evaluate(
        """width => [...document.querySelectorAll("main *, header *, footer *")]
            .filter(element => element.getBoundingClientRect().right > width + 1)
            .map(element => element.outerHTML.slice(0, 120))""",
        width,
    ) or ["the page itself"]


def weigh(page: Page, address: str) -> int:
    """Bytes that a first visit of `address` transfers, headers and fonts included."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    return round(sum(sizes))
