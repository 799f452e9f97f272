# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Canaries: what Charlie says about himself never reaches a provider outside the house, nor a log, a table, an exception."""

import asyncio
import logging
import traceback

import pytest
from django.db import connection

from allmende.kernel.llm import endpoints, queries, rules, service
from allmende.kernel.llm.models import Call
from allmende.kernel.llm.testing import answer, failure, hangs_up, streamed
from allmende.kernel.llm.tests.conftest import OPTIONS

pytestmark = pytest.mark.django_db

CANARIES = {
    "name": "Karoline Wüstenfeld",
    "surname alone": "Wüstenfeld",
    "IBAN": "DE89370400440532013000",
    "IBAN in groups": "DE89 3704 0044 0532 0130 00",
    "card": "4111 1111 1111 1111",
    "tax id": "86095742719",
    "social insurance": "65 170839 J 003",
    "identity card": "L01X00T47",
    "number plate": "LI-KW 1987",
    "birth date": "24.12.1987",
    "phone": "0171 2345678",
    "phone abroad": "+49 171 2345678",
    "e-mail": "karoline.wuestenfeld@posteo.example",
    "address": "Marktplatz 17",
}
TEXT = (
    "Guten Tag, mein Name ist Karoline Wüstenfeld, geboren am 24.12.1987, ich wohne Marktplatz 17. Meine IBAN ist "
    "DE89370400440532013000 bzw. DE89 3704 0044 0532 0130 00, die Karte 4111 1111 1111 1111, meine Steuer-ID 86095742719, die "
    "Versicherungsnummer 65 170839 J 003, die Ausweisnummer L01X00T47, mein Kennzeichen LI-KW 1987. Telefon 0171 2345678 oder "
    "+49 171 2345678, karoline.wuestenfeld@posteo.example. Für Wüstenfeld bitte, die mit L01X00T47."
)
SYSTEM = "Formulieren Sie höflich. Die Akte gehört Frau Karoline Wüstenfeld."
MESSAGES = [
    {"role": "system", "content": SYSTEM},
    {"role": "assistant", "content": "Worum geht es, Frau Wüstenfeld?"},
    {"role": "user", "content": TEXT},
]
PERSONAL = {"room": "workbench", "purpose": "rephrase", "data_class": "personal"}


def leaked(*texts: str) -> list[str]:
    return [name for name, canary in CANARIES.items() if any(canary in text for text in texts)]


def everything_stored() -> str:
    """Every row of every table."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.append(str(cursor.fetchall()))
    return "".join(rows)


@pytest.fixture
def outside(fake, add, anywhere):
    add(fake, location="eu")
    return fake


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "httpx2", "httpcore2"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO), "these log addresses and more"
    return lambda: caplog.text + "".join(str(record.__dict__) for record in caplog.records)


def test_a_provider_outside_sees_pseudonyms_and_the_room_the_originals(outside, logged):
    answer = service.chat(MESSAGES, **PERSONAL, stop=["Wüstenfeld"])
    received = outside.bytes_received.decode()
    sent = outside.received[0].json
    assert leaked(received, str(sent)) == []
    assert answer.text == TEXT
    assert set(answer.hidden) == set(rules_of_detection())
    assert "[Name 1]" in sent["messages"][0]["content"]
    assert sent["stop"] == ["[Name 2]"]
    assert leaked(everything_stored(), logged(), repr(answer)) == []


def rules_of_detection() -> list[str]:
    from allmende.kernel.privacy.service import detector

    return list(detector().placeholders)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_originals_come_back_wherever_the_stream_is_cut(transactional_db, outside, size):
    async def read() -> list[str]:
        async with service.stream(MESSAGES, **PERSONAL) as pieces:
            return [piece async for piece in pieces]

    asyncio.run(service.achat(MESSAGES, **PERSONAL))
    sent = outside.received[0].json["messages"][-1]["content"]
    outside.behave(streamed(*(sent[begin : begin + size] for begin in range(0, len(sent), size))))
    pieces = asyncio.run(read())
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3, "held back until the end, it would be no stream"


def test_texts_to_embed_are_pseudonymised_too(outside, logged):
    service.embed([TEXT, "Wüstenfeld, L01X00T47"], **PERSONAL)
    assert leaked(outside.bytes_received.decode(), str(outside.received[0].json)) == []
    assert leaked(everything_stored(), logged()) == []


def test_in_the_house_texts_stay_as_they_are(fake, add):
    add(fake, location="house")
    assert service.chat(MESSAGES, **PERSONAL).text == TEXT
    assert fake.received[0].json["messages"] == MESSAGES


def test_a_pseudonym_that_somebody_wrote_himself_is_not_taken_for_one(outside):
    text = "[Name 1] und Frau Anna Weber"
    assert service.chat([{"role": "user", "content": text}], **PERSONAL).text == text
    assert outside.received[0].json["messages"][0]["content"] == "[Name 1] und Frau [Name 2]"


ALLOWED = [
    (data_class, place)
    for data_class, item in rules.CLASSES.items()
    for place, handling in item.handling.items()
    if handling != rules.REFUSED
]
REFUSED = [
    (data_class, place)
    for data_class in rules.CLASSES
    for place in rules.LOCATIONS
    if (data_class, place) not in ALLOWED
]


@pytest.mark.parametrize(("data_class", "place"), ALLOWED)
def test_what_the_table_allows_goes_out_as_it_says(fake, add, anywhere, data_class, place):
    add(fake, location=place, classes=[data_class])
    service.chat(MESSAGES, room="workbench", purpose="rephrase", data_class=data_class)
    arrived = leaked(str(fake.received[0].json))
    assert bool(arrived) == (rules.handling(data_class, place) == rules.PLAIN)


@pytest.mark.parametrize(("data_class", "place"), REFUSED)
def test_what_the_table_refuses_is_never_sent_even_if_somebody_ticked_it(fake, add, anywhere, data_class, place):
    add(fake, location=place, classes=list(rules.CLASSES))
    assert not queries.available(data_class=data_class)
    for call in (service.chat, service.embed):
        texts = MESSAGES if call is service.chat else [TEXT]
        with pytest.raises(service.Refused, match="nichts übermittelt"):
            call(texts, room="workbench", purpose="rephrase", data_class=data_class)
    assert fake.connections == 0
    assert set(Call.objects.values_list("outcome", flat=True)) == {"refused"}
    assert leaked(everything_stored()) == []


def test_what_the_administration_did_not_allow_is_never_sent(fake, add):
    add(fake, location="house", classes=["public"])
    with pytest.raises(service.Refused):
        service.chat(MESSAGES, **PERSONAL)
    assert fake.connections == 0


def test_a_provider_further_down_that_may_not_see_it_is_no_way_out(fake, other, add, anywhere):
    add(fake, "Haus", location="house", position=1)
    add(other, "Welt", location="other", position=2, classes=list(rules.CLASSES))
    fake.behave(hangs_up)
    with pytest.raises(service.Unavailable):
        service.chat(MESSAGES, **PERSONAL)
    assert other.connections == 0


def test_falling_back_from_the_house_to_the_outside_pseudonymises(fake, other, add, anywhere):
    add(fake, "Haus", location="house", position=1)
    add(other, "Europa", location="eu", position=2)
    fake.behave(hangs_up)
    assert service.chat(MESSAGES, **PERSONAL).text == TEXT
    assert leaked(str(other.received[0].json)) == []


PARROTS = {
    "error 400": lambda request: failure(400, request),
    "error 500": lambda request: failure(500, request),
    "error 401": lambda request: failure(401, request),
    "not JSON": lambda request: answer(request.encode(), 200, "text/html"),
    "half JSON": lambda request: answer(b"data: {" + request.encode() + b"\n\n", 200, "text/event-stream"),
    "error in the stream": lambda request: answer(
        b'data: {"error": {"message": "' + request.encode() + b'"}}\n\n', 200, "text/event-stream"
    ),
}


@pytest.mark.parametrize("parrot", PARROTS)
def test_a_provider_that_repeats_the_text_in_its_error_tells_nobody(fake, add, logged, parrot):
    """Here the provider is in the house and gets the originals: whatever it sends back must not reach log or exception."""
    add(fake, location="house")
    fake.behave(PARROTS[parrot](TEXT))
    with pytest.raises(service.LlmError) as caught:
        service.chat(MESSAGES, **PERSONAL)
    chain = [caught.value]
    while chain[-1] is not None:
        chain.append(chain[-1].__cause__ or chain[-1].__context__)
    said = "".join("".join(traceback.format_exception(error)) + repr(vars(error)) for error in chain[:-1])
    assert leaked(said, str(caught.value), logged(), everything_stored()) == []
    assert len(chain) == 2, "no exception of the library hangs on ours: it holds request and answer"


def test_nothing_of_a_call_is_in_any_column(outside):
    service.chat(MESSAGES, **PERSONAL)
    columns = {
        column.name for column in connection.introspection.get_table_description(connection.cursor(), "llm_call")
    }
    assert not columns & {"text", "content", "messages", "prompt", "answer", "actor", "actor_id", "user", "user_id"}


def test_no_repr_shows_texts_or_keys(outside):
    (endpoint,) = queries.endpoints()
    assert isinstance(endpoint, endpoints.Endpoint)
    assert endpoint.key
    assert endpoint.key not in repr(endpoint)
    stream = service.stream(MESSAGES, **PERSONAL)
    assert leaked(repr(stream._reading._exchange._wish)) == []


def test_unharmed_texts_are_not_touched(outside):
    question = [{"role": "user", "content": "Was kostet ein Hund?"}]
    answer = service.chat(question, **OPTIONS)
    assert outside.received[0].json["messages"] == question
    assert answer.hidden == ()
