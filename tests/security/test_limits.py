# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mallory tries very often. What she claims about her address changes nothing."""

import pytest

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
PROXY = "127.0.0.1"
BURNS = "Mein Haus brennt!"
"""Answered by a rule, without a search: quick."""


def caller(proxies: int, number: int, address: str = HERE) -> dict[str, str]:
    """A request of Mallory through that many trusted proxies; what she forges differs each time."""
    forged = f"10.0.0.{number}, 192.0.2.{number}"
    if proxies == 0:
        return {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forged}
    chain = [forged, address, *["10.1.1.1"] * (proxies - 1)]
    return {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": ", ".join(chain)}


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_guessing_a_password_ends_after_five_attempts_whatever_is_forged(proxies, settings, client, person, sign_in):
    settings.TRUSTED_PROXIES = proxies
    person("alice")
    codes = [sign_in(client, "alice", "geraten", **caller(proxies, number)).status_code for number in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert sign_in(client, "alice", **caller(proxies, 99)).status_code == 429
    assert sign_in(client, "alice", **caller(proxies, 99, ELSEWHERE)).status_code == 302, (
        "Alice at her own desk gets in"
    )


def test_a_new_ipv6_address_for_each_attempt_does_not_help(client, person, sign_in):
    """A subscriber has 2 to the power of 64 of them."""
    person("alice")
    codes = [sign_in(client, "alice", "geraten", REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status_code for n in range(1, 6)]
    assert codes == [200, 200, 200, 200, 429]
    questions = [
        client.post("/fragen/", {"q": BURNS}, REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status_code for n in range(1, 32)
    ]
    assert questions[29:] == [302, 429]
    assert client.post("/fragen/", {"q": BURNS}, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_many_callers_do_not_make_the_house_forget_whom_it_limits(settings):
    """Counters lie in the cache; when it is full, a third of them goes, whoever they count. Django calls 300 full."""
    from django.core.cache import caches
    from django.core.management import call_command

    from allmende.site import settings as house

    settings.CACHES = {"default": house.CACHES["default"] | {"LOCATION": "test_counters"}}
    call_command("createcachetable", verbosity=0)
    counters, callers = caches["default"], [f"throttle-203.0.{number // 256}.{number % 256}" for number in range(400)]
    for caller in callers:
        counters.set(caller, [1.0], timeout=60)
    assert len(counters.get_many(callers)) == len(callers)


def test_guessing_one_password_for_many_accounts_ends_too(client, person, sign_in):
    """Each account is tried once, so no account is locked; the address is."""
    person("alice")
    for number in range(31):
        sign_in(client, f"person-{number}", "Sommer2026!!", **caller(0, number))
    assert sign_in(client, "alice", **caller(0, 99)).status_code != 302
    assert "_auth_user_id" not in client.session
    assert sign_in(client, "alice", **caller(0, 99, ELSEWHERE)).status_code == 302


def test_guessing_the_code_of_the_second_factor_ends_even_from_many_addresses(client, person, sign_in):
    """Mallory knows Bob's password and calls from a new address each time; in the end not even the right code opens."""
    from allmende.kernel.accounts.testing import totp_code

    bob = person("bob").user
    assert sign_in(client, "bob").url.startswith("/konto/2fa/authenticate/")
    for number in range(50):
        client.post("/konto/2fa/authenticate/", {"code": "00000"}, REMOTE_ADDR=f"203.0.113.{number}")
    client.post("/konto/2fa/authenticate/", {"code": totp_code(bob)}, REMOTE_ADDR="203.0.113.99")
    assert "_auth_user_id" not in client.session


def test_letters_for_a_forgotten_password_do_not_fill_a_mailbox(client, person, mailoutbox):
    person("alice")
    for number in range(12):
        client.post("/konto/password/reset/", {"email": "alice@lindental.example"}, **caller(0, number))
    assert 0 < len(mailoutbox) <= 6


def test_questions_on_the_page_are_limited_by_address(client, settings):
    settings.TRUSTED_PROXIES = 1

    def ask(number: int, address: str = HERE) -> int:
        return client.post("/fragen/", {"q": BURNS}, **caller(1, number, address)).status_code

    codes = [ask(number) for number in range(31)]
    assert set(codes[:30]) == {302}
    assert codes[30] == 429
    assert ask(99, ELSEWHERE) == 302, "others go on asking"


def test_a_limit_is_explained_and_keeps_what_was_typed(client):
    for _number in range(30):
        client.post("/fragen/", {"q": BURNS})
    page = client.post("/fragen/", {"q": "Was kostet die Hundesteuer?"})
    assert page.status_code == 429
    assert "Was kostet die Hundesteuer?" in page.content.decode()


def test_questions_to_the_api_are_limited_by_address(client):
    def ask(number: int, address: str = HERE):
        body = {"question": BURNS if number in (0, 60) else ""}  # what is refused counts, too
        return client.post("/api/v1/assistant/answers", body, "application/json", **caller(0, number, address))

    answers = [ask(number) for number in range(61)]
    assert answers[0].status_code == 201
    assert {answer.status_code for answer in answers[1:60]} == {422}
    assert answers[60].status_code == 429
    assert set(answers[60].json()) == {"detail"}
    assert ask(0, ELSEWHERE).status_code == 201


def test_page_and_api_count_apart(client):
    for _number in range(31):
        last = client.post("/fragen/", {"q": BURNS})
    assert last.status_code == 429
    assert client.post("/api/v1/assistant/answers", {"question": BURNS}, "application/json").status_code == 201


@pytest.mark.parametrize("length", [1001, 100_000])
def test_a_question_that_is_too_long_is_refused_before_any_work(client, length, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("somebody read it")

    monkeypatch.setattr("allmende.modules.assistant.service.answer", never)
    assert client.post("/fragen/", {"q": "ä" * length}).status_code == 422
    assert client.post("/api/v1/assistant/answers", {"question": "ä" * length}, "application/json").status_code == 422


def test_a_form_of_three_megabytes_is_refused(client):
    client.raise_request_exception = False
    assert client.post("/fragen/", {"q": "x" * 3 * 1024 * 1024}).status_code in (400, 413)
