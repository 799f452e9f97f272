# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Walk a flow of the demo town in a browser, page by page, with the answers of one of its own tests."""

import io
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from PIL import Image
from playwright.sync_api import Page

FLOWS = Path(__file__).resolve().parents[1] / "demo/lindental/flows"
HERE = ZoneInfo("Europe/Berlin")
MAIN_BUTTON = ".applications-form > .kern-btn--primary"
BEGIN, DONE = "begin", "done"
"""The pages before the first step and after the last one; a flow's own steps have their ids."""
WRONG = "wrong"
"""Behind the id of a step: its page after nothing was filled in, where that is a mistake."""


@dataclass(frozen=True)
class Way:
    """One test of a flow: its answers, and the steps they lead along. Days lie as far from today as they did from the test's day."""

    flow: Mapping[str, Any]
    name: str
    given: Mapping[str, Any]
    path: tuple[str, ...]

    @property
    def steps(self) -> dict[str, Any]:
        return {step["id"]: step for step in self.flow["steps"]}

    @property
    def pages(self) -> list[str]:
        """The steps of the path that have a page of their own, and the pages around them."""
        shown = [step for step in self.path if not self._is_said(self.steps[step])]
        sent = self.steps[self.path[-1]].get("action") == "submit"
        return [BEGIN, *shown[:-1], DONE] if sent else [BEGIN, *shown]

    def _is_said(self, step: Mapping[str, Any]) -> bool:
        return not step.keys() & {"collect", "review", "action"}


def ways() -> Iterator[Way]:
    """Every test of every flow."""
    for path in sorted(FLOWS.glob("*.yaml")):
        flow = yaml.safe_load(path.read_text(encoding="utf-8"))
        for test in flow["tests"]:
            later = datetime.now(HERE).date() - test["today"]
            yield Way(flow, test["name"], _moved(test["given"], later), tuple(test["path"]))


def _moved(value: Any, later: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(inner, later) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, later) for inner in value]
    return value + later if isinstance(value, date) else value


def walk(page: Page, way: Way, mistaken: Container[str] = ()) -> Iterator[str]:
    """Each page's step, before it is answered: whoever reads this may look at the page, but must leave it as it is.

    The steps of `mistaken` are sent empty first.
    """
    page.goto(f"/antraege/{way.flow['id']}/")
    yield BEGIN
    press(page, "main form .kern-btn--primary")
    while "/schritt/" in page.url:
        name = step_of(page)
        yield name
        step = way.steps[name]
        if "action" in step:
            return
        if name in mistaken and _is_wrong_when_empty(page, name):
            yield f"{name} {WRONG}"
        answer(page, way, step)
        press(page, MAIN_BUTTON)
        if step_of(page) == name:
            raise AssertionError(f"{way.flow['id']}, {way.name}: {page.locator('main').inner_text()}")
    yield DONE


def _is_wrong_when_empty(page: Page, name: str) -> bool:
    """Send a question empty; where it may be, come back to it."""
    address = page.url
    press(page, MAIN_BUTTON)
    if step_of(page) == name:
        return True
    page.goto(address)
    return False


def step_of(page: Page) -> str:
    """The last part of the page's address: in a draft the id of its step."""
    return urlsplit(page.url).path.rstrip("/").rpartition("/")[2]


def press(page: Page, button: str) -> None:
    """Press it and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(button).first.click()


def answer(page: Page, way: Way, step: Mapping[str, Any]) -> None:
    """Fill in the fields of a page; at the end confirm everything."""
    if "review" in step:
        for box in page.locator(".applications-form [type=checkbox]").all():
            box.check()
        return
    collected = step["collect"]
    for slot in [collected] if isinstance(collected, str) else collected:
        if way.given.get(slot) is not None:
            _fill(page, slot, way.given[slot])


def _fill(page: Page, name: str, value: Any) -> None:
    """One field, by what kind of answer it takes."""
    match value:
        case dict():
            _fill_parts(page, name, value)
        case date():
            _fill_parts(page, name, {part: getattr(value, part) for part in ("day", "month", "year")})
        case [{"media_type": _}, *_]:
            page.locator(f"[name='{name}']").set_input_files([_upload(file) for file in value])  # type: ignore[misc]
        case [{}, *_]:
            _fill_group(page, name, value)
        case list():
            for option in value:
                page.locator(f"[name='{name}'][value='{option}']").check()
        case _:
            _fill_one(page, name, value)


def _fill_parts(page: Page, name: str, parts: Mapping[str, Any]) -> None:
    """Those that the page has: an address in town has neither postcode nor place."""
    for part, value in parts.items():
        field = page.locator(f"[name='{name}_{part}']")
        if field.count():
            field.fill(_german(value))


def _fill_group(page: Page, name: str, items: list[Mapping[str, Any]]) -> None:
    for number, item in enumerate(items):
        if not page.locator(f"#{name}-{number}").count():
            press(page, f"[name=do][value='add:{name}']")
        for inner, value in item.items():
            if value is not None:
                _fill(page, f"{name}-{number}-{inner}", value)


def _fill_one(page: Page, name: str, value: Any) -> None:
    text = str(value).lower() if isinstance(value, bool) else _german(value)
    field = page.locator(f"[name='{name}']").first
    if field.get_attribute("type") == "radio":
        page.locator(f"[name='{name}'][value='{text}']").check()
    elif field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(text)
    else:
        field.fill(text)


def _german(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _upload(file: Mapping[str, Any]) -> dict[str, Any]:
    """A file of that name and kind."""
    content = io.BytesIO(b"%PDF-1.7\n%%EOF\n")
    if file["media_type"].startswith("image/"):
        content = io.BytesIO()
        Image.new("RGB", (8, 8)).save(content, file["media_type"].rpartition("/")[2])
    return {"name": file["name"], "mimeType": file["media_type"], "buffer": content.getvalue()}
