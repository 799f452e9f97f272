# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures of the detector are counted honestly."""

from allmende.kernel.privacy.engine.synthetic import Sentence, sentences
from allmende.kernel.privacy.evaluation import measure


def test_what_is_missed_and_what_is_marked_wrongly_both_count() -> None:
    figures = measure(
        [
            Sentence("Meine IBAN DE89 3704 0044 0532 0130 00", (("iban", "DE89 3704 0044 0532 0130 00"),)),
            Sentence("Weber war hier", (("name", "Weber"),)),
            Sentence("Ich rief unter 069 1234567 an", ()),
        ]
    )
    assert figures["recall.iban"]["value"] == 1
    assert figures["recall.name"]["value"] == 0
    assert figures["recall"]["value"] == 0.5
    assert figures["precision"]["value"] == 0.5


def test_the_same_seed_makes_the_same_sentences() -> None:
    data = {"sentences": ["Mein Konto {iban}", "{name}"], "given_names": ["Lene", "Piet"], "surnames": ["Vogt", "Marx"]}
    assert list(sentences(data, 20, 7)) == list(sentences(data, 20, 7))
    assert list(sentences(data, 20, 7)) != list(sentences(data, 20, 8))
