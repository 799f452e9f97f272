# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The window on other sites: no cookie, no session, framed by the allowed sites only. The browser's side is in tests/browser."""

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.accounts.testing import make_user
from allmende.modules.assistant import switches
from allmende.modules.assistant.engine import contrast
from allmende.modules.assistant.models import Answer, Conversation
from allmende.modules.assistant.widget import Visit
from allmende.site.env import env_origins

pytestmark = pytest.mark.django_db
SITE = "https://www.lindental.example"


@pytest.fixture
def stranger() -> Client:
    """A browser that keeps no cookie and whose forms carry no CSRF token."""
    return Client(enforce_csrf_checks=True)


def token_in(page: str) -> str:
    found = re.search(r'name="t" value="([^"]+)"', page)
    assert found
    return found[1]


def policy(response: Any) -> str:
    return response.headers["Content-Security-Policy"]


def test_it_works(stranger: Client, lindental: None) -> None:
    page = stranger.get("/fragen/widget/").content.decode()
    answer = stranger.post("/fragen/widget/", {"q": "Was kostet ein Hund?", "t": token_in(page), "lang": "de"})
    assert answer.status_code == 302
    shown = stranger.get(answer.url.partition("#")[0]).content.decode()
    assert "96 € je Jahr" in shown
    assert Answer.objects.get().channel == "widget"


def test_the_disclosure_stands_before_the_first_input(client: Client, lindental: None) -> None:
    page = client.get("/fragen/widget/").content.decode()
    assert page.index("Hier antwortet ein KI-System") < page.index("<textarea")


def test_the_token_carries_the_conversation_and_no_cookie_does(stranger: Client, lindental: None) -> None:
    first = stranger.post("/fragen/widget/", {"q": "Was kostet ein Hund?"}, headers={"HX-Request": "true"})
    token = token_in(first.content.decode())
    second = stranger.post("/fragen/widget/", {"q": "Mein Haus brennt!", "t": token}, headers={"HX-Request": "true"})
    pages = [stranger.get("/fragen/widget/", {"t": token}), stranger.get("/fragen/widget/rueckruf/", {"t": token})]
    for response in (first, second, *pages):
        assert not response.cookies
        assert response.headers["Cache-Control"].count("no-store")
    assert Conversation.objects.count() == 1
    assert Conversation.objects.get().answers.count() == 2


@pytest.mark.parametrize("token", ["", "x", "eyJjIjpudWxsfQ:1abc:def"])
def test_a_forged_token_begins_anew(stranger: Client, lindental: None, token: str) -> None:
    stranger.post("/fragen/widget/", {"q": "Was kostet mein Hund Waldi?"})
    page = stranger.get("/fragen/widget/", {"t": token})
    assert page.status_code == 200
    assert "Waldi" not in page.content.decode()
    stranger.post("/fragen/widget/", {"q": "Mein Haus brennt!", "t": token})
    assert Conversation.objects.count() == 2


def test_a_token_ends_with_its_time(stranger: Client, lindental: None, settings: Any, monkeypatch) -> None:
    import time

    stranger.post("/fragen/widget/", {"q": "Was kostet mein Hund Waldi?"})
    token = Visit(Conversation.objects.get().pk).token
    assert "Waldi" in stranger.get("/fragen/widget/", {"t": token}).content.decode()
    later = time.time() + settings.SESSION_COOKIE_AGE + 10
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert "Waldi" not in stranger.get("/fragen/widget/", {"t": token}).content.decode()


def test_the_frame_does_not_read_the_session(client: Client, lindental: None) -> None:
    client.post("/fragen/", {"q": "Was kostet mein Hund Waldi?"})
    assert "Waldi" in client.get("/fragen/").content.decode()
    assert "Waldi" not in client.get("/fragen/widget/").content.decode()


def test_only_the_tokens_own_answers_can_be_rated_and_deleted(stranger: Client, lindental: None) -> None:
    stranger.post("/fragen/widget/", {"q": "Was kostet ein Hund?"})
    row = Answer.objects.get()
    address = f"/fragen/widget/{row.pk}/bewertung/"
    assert stranger.post(address, {"helpful": "1"}).status_code == 404
    token = Visit(row.conversation_id).token
    assert stranger.post(address, {"helpful": "1", "t": token}).status_code == 302
    stranger.post("/fragen/widget/neu/")
    assert Answer.objects.count() == 1
    stranger.post("/fragen/widget/neu/", {"t": token})
    assert not Answer.objects.exists()


def test_a_callback_is_arranged_inside_the_frame(stranger: Client, lindental: None) -> None:
    stranger.post("/fragen/widget/", {"q": "Was kostet ein Hund?"})
    token = Visit(Conversation.objects.get().pk).token
    page = stranger.get("/fragen/widget/rueckruf/", {"t": token}).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    form = {"t": token, "ticket": ticket[1], "name": "Charlie", "phone": "0171 2345678", "consent": "on", "lang": "de"}
    answer = stranger.post("/fragen/widget/rueckruf/", form)
    shown = stranger.get(answer.url).content.decode()
    assert "Ihr Rückruf ist vorgemerkt" in shown
    again = stranger.get("/fragen/widget/", {"t": token_in(shown)}).content.decode()
    assert "Ein Rückruf ist vorgemerkt." in again
    withdrawn = stranger.post(answer.url.partition("?")[0], {"t": token_in(shown)})
    assert "vorgemerkt" not in stranger.get(withdrawn.url).content.decode()


def test_links_leave_the_frame_except_those_that_belong_into_it(stranger: Client, lindental: None) -> None:
    stranger.post("/fragen/widget/", {"q": "Was kostet ein Hund?"})
    stranger.post("/fragen/widget/", {"q": "Mensch", "t": Visit(Conversation.objects.get().pk).token})
    page = stranger.get("/fragen/widget/", {"t": Visit(Conversation.objects.get().pk).token}).content.decode()
    links = re.findall(r"<a [^>]+>", page)
    outside = [link for link in links if 'target="_blank" rel="noopener"' in link]
    inside = [link for link in links if link not in outside]
    assert any("/leistungen/hundesteuer-anmelden/" in link for link in outside)
    assert inside
    assert all("data-inside" in link for link in inside)


def test_the_wanted_language_is_spoken(stranger: Client, lindental: None) -> None:
    page = stranger.get("/fragen/widget/", {"lang": "en"}, headers={"Accept-Language": "de"})
    assert '<html lang="en"' in page.content.decode()
    assert "Your question" in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="de"' in stranger.get("/fragen/widget/", {"lang": "xx"}).content.decode()


def test_too_many_questions_are_slowed_down_and_kept(stranger: Client, lindental: None) -> None:
    for _number in range(30):
        stranger.post("/fragen/widget/", {"q": "Mein Haus brennt!"})
    last = stranger.post("/fragen/widget/", {"q": "Was kostet ein Hund?"})
    assert last.status_code == 429
    assert "Was kostet ein Hund?" in last.content.decode()


# --- who may frame it


def test_without_a_setting_only_the_house_itself_may_frame_it(client: Client, lindental: None) -> None:
    response = client.get("/fragen/widget/")
    assert "frame-ancestors 'self';" in f"{policy(response)};"
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_named_sites_may_frame_the_widget_and_nothing_else(client: Client, lindental: None, settings: Any) -> None:
    settings.WIDGET_ORIGINS = [SITE, "https://stadtwerke.lindental.example"]
    for address in ("/fragen/widget/", "/fragen/widget/rueckruf/"):
        response = client.get(address)
        assert f"frame-ancestors 'self' {SITE} https://stadtwerke.lindental.example" in policy(response)
        assert "X-Frame-Options" not in response.headers
    for refused in (client.post("/fragen/widget/", {"q": ""}), client.post("/fragen/widget/rueckruf/", {})):
        assert refused.status_code == 422
        assert f"frame-ancestors 'self' {SITE}" in policy(refused), "an error is shown in the frame, too"
    for address in ("/", "/fragen/", "/fragen/rueckruf/", "/konto/login/", "/api/v1/town/services"):
        response = client.get(address)
        assert "frame-ancestors 'none'" in policy(response)
        assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "value", ["*", "https://*", "https://a.example/path", "www.town.example", "javascript:alert(1)"]
)
def test_a_star_or_a_path_is_no_origin(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ALLMENDE_WIDGET_ORIGINS", f"{SITE},{value}")
    with pytest.raises(ImproperlyConfigured, match="ALLMENDE_WIDGET_ORIGINS"):
        env_origins("ALLMENDE_WIDGET_ORIGINS", https=False)


def test_in_production_only_https_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLMENDE_WIDGET_ORIGINS", "http://www.lindental.example:8080")
    assert env_origins("ALLMENDE_WIDGET_ORIGINS", https=False) == ["http://www.lindental.example:8080"]
    with pytest.raises(ImproperlyConfigured):
        env_origins("ALLMENDE_WIDGET_ORIGINS", https=True)


# --- the script


def test_the_script_has_one_address_is_kept_shortly_and_knows_the_sites(client: Client, settings: Any) -> None:
    settings.WIDGET_ORIGINS = [SITE]
    response = client.get("/widget.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert f'const ALLOWED = ["{SITE}"];' in response.content.decode()
    assert client.get("/widget.js", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_script_uses_nothing_that_a_strict_page_refuses(client: Client) -> None:
    text = re.sub(r"//.*", "", client.get("/widget.js").content.decode())
    forbidden = [
        "eval(",
        "Function(",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "srcdoc",
        "<style",
    ]
    assert [word for word in forbidden if word in text] == []
    assert 'setAttribute("style"' not in text
    assert "adoptedStyleSheets" in text


def test_switched_off_the_script_does_nothing(client: Client) -> None:
    before = client.get("/widget.js").headers["ETag"]
    erika = make_user("erika", "editor")
    switches.turn("widget", on=False, reason="Test", message={}, actor=erika)
    response = client.get("/widget.js", headers={"If-None-Match": before})
    assert response.status_code == 200
    assert re.sub(rb"/\*.*?\*/\s*", b"", response.content) == b""


# --- colours and the snippet


def test_the_contrast_of_known_pairs() -> None:
    assert contrast.ratio("#000", "#ffffff") == pytest.approx(21)
    assert contrast.ratio("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
    assert contrast.text_on("#777777") == contrast.BLACK
    assert contrast.text_on("#767676") == contrast.WHITE


@given(st.integers(0, 0xFFFFFF))
def test_on_every_colour_there_is_a_readable_text(number: int) -> None:
    colour = f"#{number:06x}"
    assert contrast.ratio(contrast.text_on(colour), colour) >= contrast.LEAST


@pytest.mark.parametrize("colour", ["red", "#12", "#1234567", "rgb(0,0,0)", "#ggg"])
def test_anything_else_is_no_colour(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        contrast.ratio(colour, "#fff")


def test_erika_copies_the_snippet(client: Client, settings: Any) -> None:
    settings.WIDGET_ORIGINS = [SITE]
    client.force_login(make_user("erika", "editor"))
    wanted = {"label": 'Frag "uns"', "color": "#ffcc00", "position": "left", "language": "en"}
    response = client.get("/assistent/einbinden/", wanted)
    page = response.content.decode()
    assert "frame-src 'self'" in policy(response)
    assert SITE in page
    assert "data-label=&quot;Frag &amp;quot;uns&amp;quot;&quot;" in page, "once for the snippet, once for this page"
    assert "&lt;noscript&gt;" in page
    assert "wird die Schrift schwarz" in page
    assert 'data-position="left"' in page, "the preview"


def test_a_colour_that_is_none_is_named_and_the_usual_one_shown(client: Client) -> None:
    client.force_login(make_user("erika", "editor"))
    page = client.get("/assistent/einbinden/", {"label": "x", "color": "red", "position": "top", "language": "de"})
    assert "Bitte wählen Sie eine Farbe." in page.content.decode()
    assert 'data-color="#053660"' in page.content.decode()


def test_charlie_does_not_get_that_page(client: Client) -> None:
    client.force_login(make_user("charlie", "citizen"))
    assert client.get("/assistent/einbinden/").status_code == 404
