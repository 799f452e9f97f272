# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Markdown from anybody becomes text and links, never a program."""

import pytest

from allmende.kernel.web.markdown import render

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[klick](javascript:alert(1))",
    "[klick](data:text/html;base64,PHNjcmlwdD4=)",
    "[klick](vbscript:x)",
    '<a href="#" onclick="x()">a</a>',
    "<svg/onload=alert(1)>",
    "![](https://tracker.example/pixel.gif)",
    "<iframe src=//evil.example></iframe>",
    "[a]: javascript:alert(1)\n[a]",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_active_comes_through(text: str) -> None:
    from html.parser import HTMLParser

    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, dict(attrs)))

    Reader().feed(render(text))
    assert not {tag for tag, _ in seen} & {"script", "img", "svg", "iframe", "style"}
    for _tag, attributes in seen:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert (attributes.get("href") or "https:").split(":")[0] in {"https", "http", "mailto", "tel", "#"}


def test_ordinary_text_keeps_its_form() -> None:
    html = render("# Ausweis\n\n- **37 Euro**\n\n[Antrag](https://lindental.example/a)\n\n|A|B|\n|-|-|\n|1|2|")
    assert "<h2>Ausweis</h2>" in html
    assert "<strong>37 Euro</strong>" in html
    assert 'href="https://lindental.example/a"' in html
    assert "<table>" in html
