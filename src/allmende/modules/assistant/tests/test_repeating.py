# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie reads each fact once: what stands in the card word for word is not quoted again, only its source is named."""

import pytest
from django.urls import reverse

from allmende.modules.assistant import cards
from allmende.modules.assistant.composing import compose
from allmende.modules.assistant.engine.repeating import Shown
from allmende.modules.assistant.schemas import Content, Passage, Place, Status

SHOWN = Shown(
    [
        "Erster Hund: 96 € je Jahr (§ 5 Hundesteuersatzung)",
        "Personalausweis oder Reisepass",
        "Chipnummer (falls vorhanden)",
        "Der Hund trägt eine Marke. Sie kostet nichts.",
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "Erster Hund: 96 € je Jahr (§ 5 Hundesteuersatzung)",
        "Erster Hund: 96 € je Jahr",
        "- Personalausweis oder  Reisepass\n- Chipnummer (falls vorhanden)",
        "1. Personalausweis oder Reisepass\n\n2. Erster Hund: 96 € je Jahr",
        "Sie kostet nichts.",
        "Sie kostet nichts. Der Hund trägt eine Marke.",
    ],
)
def test_what_stands_there_word_for_word_is_held(text: str) -> None:
    assert SHOWN.holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "Erster Hund: 95 € je Jahr",
        "Hund: 96 € je Jahr",
        "Erster Hund: 96 € je Jahr (§ 6 Hundesteuersatzung)",
        "Personalausweis oder Reisepass\nMietvertrag",
        "Der Hund trägt eine Marke, die nichts kostet.",
        "personalausweis oder reisepass",
    ],
)
def test_one_other_word_is_enough_to_be_quoted(text: str) -> None:
    assert not SHOWN.holds(text)


def passage(text: str) -> Passage:
    return Passage(
        title="Rathaus", heading="", section="", text=text, url="/x/", language="de", updated_on=None, source_key="x"
    )


def test_one_passage_is_always_quoted() -> None:
    place = Place(name="Rathaus", address="Marktplatz 1", phone="1", email="", opening="Montag 8:00–12:00", url="/x/")
    both = [passage("Montag 8:00–12:00"), passage("Marktplatz 1")]
    content = Content(status=Status.ANSWERED, language="de", say="", place=place, passages=both)
    cards.mark_repeated(content)
    assert [one.in_card for one in content.passages] == [False, True]


@pytest.mark.django_db
def test_fees_that_the_card_shows_are_named_with_their_source_and_not_repeated(lindental: None, client) -> None:
    content = compose("Was kostet ein Hund?", language="de").content
    marked = {one.heading: one.in_card for one in content.passages}
    assert marked["Kosten"] is True
    assert not all(marked.values())
    assert all(one.text and one.url and one.updated_on for one in content.passages), (
        "the snapshot keeps every source whole"
    )
    client.post(reverse("ask"), {"q": "Was kostet ein Hund?"})
    html = client.get(reverse("ask")).content.decode()
    assert html.count("Jeder weitere Hund: 192 € je Jahr") == 1
    assert "Wörtlich wie oben:" in html
    assert html.count("ask-quote__source") == len(content.passages)
    assert html.count("<blockquote") == sum(not one.in_card for one in content.passages)


@pytest.mark.django_db
def test_a_by_law_is_quoted_beside_the_card(lindental: None) -> None:
    content = compose("Bis wann muss morgens der Schnee auf dem Gehweg geräumt sein?", language="de").content
    assert any("§" in one.section and not one.in_card for one in content.passages)
