# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The window on a page of somebody else, who has a strict policy and keeps other sites' cookies away."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Page, Route, expect

from tests.browser.looking import follow, hangs_over, listen, violations
from tests.running_house import House, free_port

Check = Callable[[Page], None]
HOST = "#allmende-widget"
PAGE = """<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Stadtwerke</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Stadtwerke Lindental</h1><p><a id="link" href="#link">Ein Verweis</a></p></main>{content}</body></html>"""
POLICY = (
    "default-src 'none'; img-src data:; script-src {house}; frame-src {house}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class Site:
    """Another site: its pages carry the script with the attributes named in the address, and the strictest policy it allows."""

    def __init__(self, port: int, house: str) -> None:
        self.origin = f"http://localhost:{port}"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wishes = parse_qs(urlsplit(self.path).query)
                attributes = " ".join(f'data-{name}="{values[0]}"' for name, values in wishes.items())
                content = f'<script src="{house}/widget.js" {attributes} async></script>'
                if self.path.startswith("/rahmen/"):
                    content = f'<iframe src="{house}{self.path.removeprefix("/rahmen")}" title="Rahmen"></iframe>'
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", POLICY.format(house=house))
                self.end_headers()
                self.wfile.write(PAGE.format(content=content).encode())

            def log_message(self, *_args: Any) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=site.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def browser(whole_browser: Browser) -> Browser:
    """What a browser stores for a frame, only the whole one decides as citizens' browsers do."""
    return whole_browser


@pytest.fixture(scope="module")
def stadtwerke(house: House, foreign_port: int) -> Iterator[Site]:
    """A site that the administrator has named."""
    site = Site(foreign_port, house.address)
    yield site
    site.close()


@pytest.fixture(scope="module")
def stranger(house: House) -> Iterator[Site]:
    """A site that nobody has named."""
    site = Site(free_port(), house.address)
    yield site
    site.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15_000)
    yield made
    made.close()


def open_window(page: Page, site: Site, wishes: str = "", label: str = "Fragen an die Stadt") -> FrameLocator:
    page.goto(f"{site.origin}/{wishes}")
    page.get_by_role("button", name=label).click()
    window = page.frame_locator(f"{HOST} iframe")
    expect(window.get_by_label("Ihre Frage").first).to_be_visible()
    return window


def frame_of(page: Page) -> Frame:
    return next(frame for frame in page.frames if frame is not page.main_frame)


def late(route: Route) -> None:
    threading.Event().wait(1)
    route.continue_()


def ask(window: FrameLocator, question: str) -> None:
    window.get_by_label("Ihre Frage").fill(question)
    window.get_by_role("button", name="Frage stellen").click()


def test_charlie_asks_on_a_foreign_page_with_a_strict_policy(visitor: BrowserContext, stadtwerke: Site) -> None:
    page = visitor.new_page()
    record = listen(page)
    window = open_window(page, stadtwerke)
    assert violations(page) == []
    assert violations(frame_of(page)) == []
    text = window.locator("main").inner_text()
    assert text.index("Hier antwortet ein KI-System") < text.index("Ihre Frage")
    ask(window, "Was kostet ein Hund?")
    expect(window.get_by_text("96 € je Jahr").first).to_be_visible()
    ask(window, "Ummelden")
    window.locator(".ask-option").first.click()
    expect(window.locator(".ask-turn")).to_have_count(3)
    assert violations(frame_of(page)) == []
    assert visitor.cookies() == [], "neither the site's nor the town's"
    assert record.complaints == []
    assert record.hosts == {urlsplit(stadtwerke.origin).netloc, urlsplit(frame_of(page).url).netloc}


def test_where_the_browser_stores_nothing_for_frames_a_conversation_lasts_as_long_as_the_page(
    visitor: BrowserContext, stadtwerke: Site
) -> None:
    """This browser keeps cookies and storage from frames of other sites, as private windows do."""
    page = visitor.new_page()
    record = listen(page)
    window = open_window(page, stadtwerke)
    ask(window, "Hilfe, es brennt!")
    expect(window.locator(".ask-turn")).to_have_count(1)
    page.get_by_role("button", name="Schließen").click()
    page.get_by_role("button", name="Fragen an die Stadt").click()
    expect(window.locator(".ask-turn")).to_have_count(1)
    ask(window, "Hilfe, es brennt!")
    expect(window.locator(".ask-turn")).to_have_count(2)
    expect(open_window(page, stadtwerke).locator(".ask-turn")).to_have_count(0)
    assert record.complaints == []


def test_where_the_browser_has_storage_for_the_frame_the_conversation_goes_on_on_the_next_page(
    staff_page: Page,
) -> None:
    page, where = staff_page, "/assistent/einbinden/"

    def opened(page: Page) -> FrameLocator:
        page.goto(where)
        page.get_by_role("button", name="Fragen an die Stadt").click()
        window = page.frame_locator(f"{HOST} iframe")
        expect(window.get_by_label("Ihre Frage")).to_be_visible()
        return window

    window = opened(page)
    ask(window, "Hilfe, es brennt!")
    expect(window.locator(".ask-turn")).to_have_count(1)
    again = opened(page)
    expect(again.locator(".ask-turn")).to_have_count(1)
    again.get_by_text("Gespräch löschen und neu beginnen").click()
    again.get_by_role("button", name="Ja, jetzt löschen").click()
    expect(again.locator(".ask-turn")).to_have_count(0)
    expect(opened(page).locator(".ask-turn")).to_have_count(0)
    page.route(re.compile("widget_frame"), late)  # nobody writes into a page that is about to be replaced
    ask(opened(page), "Hilfe, es brennt!")
    expect(page.frame_locator(f"{HOST} iframe").locator(".ask-turn")).to_have_count(1)
    other = page.context.new_page()
    expect(opened(other).locator(".ask-turn")).to_have_count(0)


def test_only_the_keyboard_is_needed_and_the_page_behind_waits(visitor: BrowserContext, stadtwerke: Site) -> None:
    page = visitor.new_page()
    page.goto(stadtwerke.origin)
    button = page.get_by_role("button", name="Fragen an die Stadt")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    window = page.frame_locator(f"{HOST} iframe")
    expect(window.get_by_label("Ihre Frage")).to_be_visible()
    expect(window.locator("h1")).to_be_focused()
    reached = set()
    for _step in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert "link" not in reached, "what is behind is not reached"
    assert "allmende-widget" in reached
    window.get_by_label("Ihre Frage").focus()
    page.keyboard.press("Escape")
    expect(page.locator(f"{HOST} dialog")).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("way", ["button", "Escape", "beside it"])
def test_the_window_closes_and_gives_the_focus_back(visitor: BrowserContext, stadtwerke: Site, way: str) -> None:
    page = visitor.new_page()
    open_window(page, stadtwerke)
    if way == "beside it":
        page.mouse.click(100, 300)
    else:
        close = page.get_by_role("button", name="Schließen")
        close.focus()
        page.keyboard.press("Enter" if way == "button" else "Escape")
    expect(page.locator(f"{HOST} dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Fragen an die Stadt")).to_be_focused()
    open_again = page.get_by_role("button", name="Fragen an die Stadt")
    open_again.click()
    expect(page.frame_locator(f"{HOST} iframe").get_by_label("Ihre Frage")).to_be_visible()


def test_a_site_that_nobody_named_shows_no_button_and_gets_no_frame(visitor: BrowserContext, stranger: Site) -> None:
    page = visitor.new_page()
    record = listen(page)
    with page.expect_console_message(lambda message: "is not among the sites" in message.text):
        page.goto(stranger.origin)
    expect(page.locator(HOST)).to_have_count(0)
    page.goto(f"{stranger.origin}/rahmen/fragen/widget/")
    assert any("frame-ancestors" in complaint for complaint in record.complaints)
    assert "Ihre Frage" not in frame_of(page).content()


def test_no_other_page_of_the_house_can_be_framed_even_by_a_named_site(
    visitor: BrowserContext, stadtwerke: Site
) -> None:
    for address in ("/fragen/", "/konto/login/", "/fragen/rueckruf/"):
        page = visitor.new_page()
        record = listen(page)
        page.goto(f"{stadtwerke.origin}/rahmen{address}")
        assert any("frame-ancestors" in complaint for complaint in record.complaints), address
        page.close()


def test_a_colour_on_which_nothing_can_be_read_is_put_right(visitor: BrowserContext, stadtwerke: Site) -> None:
    colours = "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    cases = {
        "?color=%23053660": ("rgb(5, 54, 96)", "rgb(255, 255, 255)", ""),
        "?color=%23fc0": ("rgb(255, 204, 0)", "rgb(0, 0, 0)", "at least 4.5 is needed"),
        "?color=%23777777": ("rgb(119, 119, 119)", "rgb(0, 0, 0)", "at least 4.5 is needed"),
        "?color=tomato": ("rgb(5, 54, 96)", "rgb(255, 255, 255)", "is not a colour written"),
    }
    for wishes, (background, text, notice) in cases.items():
        page = visitor.new_page()
        record = listen(page)
        page.goto(f"{stadtwerke.origin}/{wishes}")
        button = page.get_by_role("button", name="Fragen an die Stadt")
        assert button.evaluate(colours) == [background, text], wishes
        assert [complaint for complaint in record.complaints if notice not in complaint] == []
        assert bool(record.complaints) is bool(notice)
        assert violations(page) == []
        page.close()


def test_label_place_and_language_are_those_that_the_site_wishes(visitor: BrowserContext, stadtwerke: Site) -> None:
    page = visitor.new_page()
    page.goto(f"{stadtwerke.origin}/?label=Ask%20us&position=left&language=en")
    button = page.get_by_role("button", name="Ask us")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] < 100
    button.click()
    window = page.frame_locator(f"{HOST} iframe")
    expect(window.get_by_label("Your question")).to_be_visible()
    expect(window.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    expect(page.get_by_role("dialog", name="Ask us")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_window_fits_every_screen(browser: Browser, stadtwerke: Site, width: int, colours: Any) -> None:
    context = browser.new_context(
        locale="de-DE", viewport={"width": width, "height": 800}, color_scheme=colours, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    window = open_window(page, stadtwerke)
    ask(window, "Was kostet ein Reisepass?")
    expect(window.locator(".ask-card")).to_contain_text("70 €")
    box = page.locator(f"{HOST} dialog").bounding_box()
    assert box is not None
    if width < 640:
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, width, 800)
    else:
        assert box["x"] > width / 2
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
    inner = frame_of(page).evaluate("document.documentElement.clientWidth")
    assert hangs_over(frame_of(page), inner) == []
    assert violations(frame_of(page)) == []
    assert violations(page) == []
    context.close()


def test_the_window_is_only_as_high_as_it_needs_to_be(visitor: BrowserContext, stadtwerke: Site) -> None:
    page = visitor.new_page()
    page.set_viewport_size({"width": 1280, "height": 2000})
    window = open_window(page, stadtwerke)
    dialog = page.locator(f"{HOST} dialog")
    before = dialog.bounding_box()
    ask(window, "Was kostet ein Hund?")
    expect(window.get_by_text("96 € je Jahr").first).to_be_visible()
    page.wait_for_function(
        "([host, height]) => document.querySelector(host).shadowRoot.querySelector('dialog').offsetHeight > height",
        arg=[HOST, before and before["height"] + 100],
    )
    assert before is not None
    assert before["height"] < 1500


def test_messages_of_others_change_nothing(visitor: BrowserContext, stadtwerke: Site, house: House) -> None:
    page = visitor.new_page()
    open_window(page, stadtwerke)
    page.evaluate("""() => {
        postMessage({allmende: 1, type: "close"}, "*");
        postMessage({allmende: 1, type: "resize", height: 1}, "*");
        document.querySelector("#allmende-widget").shadowRoot.querySelector("iframe").contentWindow
            .postMessage({allmende: 1, type: "constructor"}, "*");
    }""")
    page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    expect(page.locator(f"{HOST} dialog")).to_be_visible()
    box = page.locator(f"{HOST} dialog").bounding_box()
    assert box is not None
    assert box["height"] > 300


def test_without_scripts_in_the_frame_a_whole_conversation_works(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto("/fragen/widget/?lang=de")
    page.get_by_label("Ihre Frage").fill("Was kostet ein Hund?")
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.get_by_text("96 € je Jahr").first).to_be_visible()
    page.get_by_role("button", name="Mit einem Menschen sprechen").click()
    page.get_by_role("link", name="Rückruf vereinbaren").click()
    page.get_by_label("Ihr Name").fill("Charlie Czerny")
    page.get_by_label("Ihre Telefonnummer").fill("0171 2345678")
    page.get_by_label("Ich bin einverstanden").check()
    page.get_by_role("button", name="Rückruf anfordern").click()
    expect(page.get_by_text("Ihr Rückruf ist vorgemerkt")).to_be_visible()
    page.get_by_role("link", name="Zurück zum Gespräch").click()
    expect(page.locator(".ask-turn")).to_have_count(2)
    expect(page.get_by_text("Ein Rückruf ist vorgemerkt.")).to_be_visible()
    page.get_by_role("link", name="Ansehen oder löschen").click()
    page.get_by_role("button", name="Rückruf absagen").click()
    expect(page.get_by_text("Ein Rückruf ist vorgemerkt.")).to_have_count(0)
    assert page.context.cookies() == []


def test_a_callback_from_the_window_reaches_the_clerk(
    visitor: BrowserContext, stadtwerke: Site, staff_page: Page, accessible: Check
) -> None:
    page = visitor.new_page()
    window = open_window(page, stadtwerke)
    ask(window, "Was kostet ein Hund?")
    window.get_by_role("button", name="Mit einem Menschen sprechen").click()
    expect(window.get_by_text("069 90009-300").last).to_be_visible()
    window.get_by_role("link", name="Rückruf vereinbaren").click()
    window.get_by_label("Ihr Name").fill("Charlotte Czerny")
    window.get_by_label("Ihre Telefonnummer").fill("12")
    window.get_by_label("Ich bin einverstanden").check()
    window.get_by_role("button", name="Rückruf anfordern").click()
    expect(window.locator(".web-error-summary")).to_be_focused()
    assert violations(frame_of(page)) == []
    window.get_by_label("Ihre Telefonnummer").fill("0171 2345678")
    window.get_by_role("button", name="Rückruf anfordern").click()
    expect(window.get_by_text("Ihr Rückruf ist vorgemerkt")).to_be_visible()
    assert violations(frame_of(page)) == []

    staff_page.goto("/assistent/rueckrufe/")
    accessible(staff_page)
    follow(staff_page.get_by_role("link", name="Charlotte Czerny"))
    accessible(staff_page)
    expect(staff_page.get_by_role("link", name="Anrufen: 0171 2345678")).to_have_attribute("href", "tel:+491712345678")
    staff_page.get_by_role("button", name="Übernehmen").click()
    staff_page.get_by_label("Notiz").fill("Formular erklärt")
    staff_page.get_by_role("button", name="Erledigt").click()
    expect(staff_page.get_by_text("Formular erklärt")).to_be_visible()
    window.get_by_role("link", name="Zurück zum Gespräch").click()
    expect(window.locator(".ask-turn")).to_have_count(2)
    expect(window.get_by_text("Ein Rückruf ist vorgemerkt.")).to_have_count(0)


def test_from_the_window_an_application_and_a_person_open_beside_it(
    visitor: BrowserContext, browser: Browser, stadtwerke: Site, house: House, alina: dict[str, str]
) -> None:
    """Both need the town's own cookies, so they open in a new tab; the person reads what was said in the window."""
    context = browser.new_context(base_url=house.address, locale="de-DE")
    context.set_default_timeout(15_000)
    context.add_cookies([alina])  # type: ignore[list-item]
    clerk = context.new_page()
    clerk.goto("/assistent/gespraeche/")
    clerk.get_by_role("button", name="Ich bin da").click()
    page = visitor.new_page()
    window = open_window(page, stadtwerke)
    ask(window, "Ich brauche eine Meldebescheinigung")
    with visitor.expect_page() as opened:
        window.get_by_role("link", name="Auf der Seite der Stadt ausfüllen").first.click()
    application = opened.value
    application.get_by_role("button", name="Ja, anfangen").click()
    expect(application.locator("#dialog").get_by_text("Für wen ist die Bescheinigung?")).to_be_visible()
    assert violations(application) == []
    application.close()
    ask(window, "Ich möchte mit einem Menschen sprechen")
    expect(window.get_by_role("button", name="Jetzt mit einem Menschen schreiben")).to_be_visible()
    assert violations(frame_of(page)) == []
    with visitor.expect_page() as opened:
        window.get_by_role("button", name="Jetzt mit einem Menschen schreiben").click()
    beside = opened.value
    expect(beside.get_by_role("textbox", name="Das bisherige Gespräch")).to_have_value(
        re.compile("Ich brauche eine Meldebescheinigung")
    )
    assert violations(beside) == []
    beside.get_by_label("Ich bin einverstanden").check()
    beside.get_by_role("button", name="Gespräch beginnen").click()
    expect(beside).to_have_url(f"{house.address}/fragen/#live")
    clerk.goto("/assistent/gespraeche/")
    clerk.get_by_role("button", name="Übernehmen").first.click()
    expect(clerk.get_by_text("Ich brauche eine Meldebescheinigung").first).to_be_visible()
    ask(window, "Was kostet ein Reisepass?")
    expect(window.locator(".ask-card").last).to_contain_text("70 €")
    beside.get_by_role("button", name="Gespräch mit dem Menschen beenden").click()
    context.close()


def test_the_snippet_is_shown_with_a_preview_and_can_be_copied(staff_page: Page, accessible: Check) -> None:
    page = staff_page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/assistent/einbinden/")
    page.get_by_label("Beschriftung").fill("Frag uns")
    page.get_by_label("Platz").select_option("left")
    page.get_by_role("button", name="Ansehen").click()
    page.get_by_role("button", name="Kopieren").click()
    expect(page.get_by_text("Kopiert.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 'data-label="Frag uns"' in copied
    assert copied.startswith("<script src=")
    accessible(page)
    page.get_by_role("button", name="Frag uns").click()
    expect(page.frame_locator(f"{HOST} iframe").get_by_label("Ihre Frage")).to_be_visible()
