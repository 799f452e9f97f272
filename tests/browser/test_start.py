# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house is stopped and started again: nothing is lost, nothing is left running."""

import signal

import pytest
from playwright.sync_api import Page, expect

from tests.running_house import House, wait_for


def accounts(page: Page) -> str:
    page.goto("/konten/")
    return page.get_by_role("status").filter(has_text="Konten").inner_text()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_second_start_finds_everything_again(house: House, staff_page: Page, how: signal.Signals) -> None:
    page = staff_page
    page.goto("/fragen/")
    turns = page.locator(".ask-turn")
    before = turns.count()
    page.get_by_label("Ihre Frage").fill("Ummelden")
    page.get_by_role("button", name="Frage stellen").click()
    expect(turns).to_have_count(before + 1)
    people = accounts(page)
    page.goto("/fragen/")
    said = turns.all_inner_texts()
    assert len(house.processes()) >= 2, "web server and worker"

    page.goto("about:blank")
    house.stop(how)
    wait_for(lambda: not house.processes(), 10)
    assert house.process.returncode == 0, "".join(house.printed)
    assert "Traceback" not in (last_words := "".join(house.printed)), last_words

    house.start()
    house.wait_until_loaded()
    assert accounts(page) == people, "the same accounts, and Vera is still signed in"
    page.goto("/fragen/")
    assert turns.all_inner_texts() == said, "the same conversation, once"
    assert not any("password" in line for line in house.printed), "no second administrator"
    page.goto("/gesundheit/")
    expect(page.get_by_text("Alles arbeitet")).to_be_visible(timeout=30_000)
