# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files in data/: complete, and as the engine reads them."""

import json
from collections.abc import Iterator
from keyword import kwlist
from typing import Any

import pytest
import yaml

from allmende.modules.applications import rules
from allmende.modules.applications.engine.building import BUILD
from allmende.modules.applications.engine.expressions.compiling import RESERVED
from allmende.modules.applications.engine.problems import LANGUAGES
from allmende.modules.applications.engine.words import fold

WORDS = yaml.safe_load((rules.DATA / "words.yaml").read_text(encoding="utf-8"))
SCHEMA = json.loads((rules.DATA / "flow-1.schema.json").read_text(encoding="utf-8"))
OPTIONS = {"options": {"a": {"de": "a", "en": "a"}}, "item": {}}


def words_in(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from words_in(value) if isinstance(value, (dict, list)) else iter([key])
    else:
        for value in data:
            yield from words_in(value) if isinstance(value, list) else iter([value])


def test_both_languages_have_the_same_lists() -> None:
    assert WORDS.keys() == set(LANGUAGES)
    assert WORDS["de"].keys() == WORDS["en"].keys()
    assert WORDS["de"]["commands"].keys() == WORDS["en"]["commands"].keys()
    for language in LANGUAGES:
        assert [len(WORDS[language][name]) for name in ("months", "weekdays", "ordinals")] == [12, 7, 31]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_folded_since_it_is_compared_with_folded_text(language: str) -> None:
    lists = {name: found for name, found in WORDS[language].items() if name != "units"}
    words = [*words_in(lists), *WORDS[language]["units"]]
    assert [word for word in words if not isinstance(word, str) or fold(word) != word] == []


def test_the_schema_knows_every_type_and_every_type_can_say_that_it_understood_nothing() -> None:
    assert set(SCHEMA["$defs"]["slot"]["properties"]["type"]["enum"]) == set(BUILD)
    for build in BUILD.values():
        field = build(OPTIONS)
        assert field.unclear in rules.messages().faults
        assert field.kind.name in rules.messages().kinds


def test_the_types_of_fim_exist() -> None:
    assert set(rules.fim()["types"].values()) | set(rules.fim()["labels"]) <= set(BUILD)


def test_the_confirmations_of_the_house_are_in_both_languages() -> None:
    assert all(set(text) == set(LANGUAGES) for text in rules.confirmations().values())


def test_the_readme_names_every_function() -> None:
    readme = (rules.DATA.parent / "README.md").read_text(encoding="utf-8")
    section = readme.partition("**Expressions**")[2].partition("##")[0]
    listed = set(section.replace("`", " ").replace(",", " ").split())
    assert RESERVED - set(kwlist) - listed == set()
