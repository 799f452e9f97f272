# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The administrator comes in for the first time, and opens the door for Bob, the data protection officer."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.running_house import House

Check = Callable[[Page], None]
PASSWORD = "Lindenbaum-am-Markt-7"
STEP = 30  # seconds; RFC 6238


def code(secret: str, *, used: str = "", fresh: float = 6) -> str:
    """The six digits that an authenticator shows, good for at least `fresh` more seconds; another than `used`, which is good once."""
    left = STEP - time.time() % STEP
    if left < fresh:
        time.sleep(left + 0.1)
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // STEP), "sha1")
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    shown = f"{number % 10**6:06}"
    return code(secret, used=used, fresh=STEP) if shown == used else shown


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06}"


def left(page: Page, address: str) -> None:
    """What was sent has arrived: a page that is left too early cancels it."""
    expect(page).not_to_have_url(re.compile(address))


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/konto/login/")
    page.get_by_label("Benutzername oder E-Mail").fill(name)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Anmelden").click()


def change_password(page: Page, old: str) -> None:
    """What everybody with a one-time password is led to."""
    expect(page).to_have_url(re.compile("/konto/password/change/"))
    page.locator("#id_oldpassword").fill(old)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Passwort ändern").click()
    left(page, "/konto/password/change/")


def set_up_second_factor(page: Page) -> tuple[str, str]:
    """What administrators and data protection officers are led to; returns the secret that the page shows, and the code used."""
    expect(page).to_have_url(re.compile("/konto/2fa/totp/activate/"))
    secret = page.locator("#totp-secret").input_value()
    page.locator("#id_code").fill(used := code(secret))
    page.locator("main").get_by_role("button", name="App verbinden").click()
    left(page, "/konto/2fa/totp/activate/")
    return secret, used


def test_the_administrator_comes_in_for_the_first_time(house: House, page: Page, accessible: Check) -> None:
    sign_in(page, "admin", "not the one that was printed")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert house.password, "it was printed at the first start"
    sign_in(page, "admin", house.password)
    left(page, "/konto/login/")
    page.goto("/konten/")
    accessible(page)
    change_password(page, house.password)
    page.goto("/konten/")
    accessible(page)
    secret, used = set_up_second_factor(page)
    accessible(page)
    page.goto("/konten/")
    expect(page.get_by_role("heading", name="Konten", level=1)).to_be_visible()

    page.locator(".web-account summary").click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.locator("details.web-account")).to_have_count(0)
    page.goto("/konten/")
    expect(page).to_have_url(re.compile("/konto/login/"))

    sign_in(page, "admin", house.password)
    expect(page.get_by_role("alert").first).to_be_visible()
    sign_in(page, "admin", PASSWORD)
    expect(page).to_have_url(re.compile("/konto/2fa/authenticate/"))
    accessible(page)
    page.locator("#id_code").fill(wrong(code(secret)))
    page.locator("main").get_by_role("button", name="Anmelden").click()
    expect(page.locator("#id_code")).to_have_attribute("aria-invalid", "true")
    accessible(page)
    page.goto("/konten/")
    expect(page).to_have_url(re.compile("/konto/2fa/authenticate/"))
    page.locator("#id_code").fill(code(secret, used=used))
    page.locator("main").get_by_role("button", name="Anmelden").click()
    left(page, "/konto/2fa/authenticate/")
    page.goto("/konten/")
    expect(page.get_by_role("heading", name="Konten", level=1)).to_be_visible()


def test_bob_comes_in_with_a_password_that_vera_hands_him_and_verifies_the_chain(
    house: House, browser: Browser, staff_page: Page, accessible: Check
) -> None:
    staff_page.goto("/konten/?q=bob")
    staff_page.get_by_role("link", name="bob", exact=True).click()
    staff_page.get_by_role("button", name="Einmalpasswort ausstellen").click()
    password = staff_page.locator(".accounts-secret").inner_text().strip()
    accessible(staff_page)

    bobs = browser.new_context(base_url=house.address, locale="de-DE")
    bobs.set_default_timeout(15_000)
    page = bobs.new_page()
    sign_in(page, "bob", password)
    left(page, "/konto/login/")
    page.goto("/protokoll/")
    change_password(page, password)
    page.goto("/protokoll/")
    set_up_second_factor(page)
    page.goto("/protokoll/")
    expect(page.get_by_role("cell", name="accounts.one_time_password.issued").first).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Kette prüfen").click()
    expect(page.get_by_text("Die Kette ist unversehrt")).to_be_visible()
    accessible(page)
    refused = page.goto("/konten/")
    assert refused is not None
    assert refused.status == 404, "accounts are not his business"
    bobs.close()
