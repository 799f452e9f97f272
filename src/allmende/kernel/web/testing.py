# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms on pages for the tests of any room."""

from html.parser import HTMLParser


class FormOnPage(HTMLParser):
    """`values` are what a browser would send of a form on a page, as it was opened: name → values."""

    def __init__(self, html: str, form_id: str = "text-form") -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._id, self._inside, self._area, self._select = form_id, False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A field begins, or the form."""
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = given.get("id", "") == self._id
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
            self.values[name] = [""]
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        """A field ends, or the form."""
        if tag == "textarea" and self._area:
            values = self.values[self._area]
            values[0] = values[0].removeprefix("\n")  # a line end after <textarea> is not part of the text
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        """The text of a large field."""
        if self._area:
            self.values[self._area][0] += data
