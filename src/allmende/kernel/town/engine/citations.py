# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which sections of a statute a sentence of legal German cites: ``§§ 2, 4 bis 6 und 8 Abs. 1 Hundesteuersatzung``."""

import re

NUMBER = r"\d+[a-z]?(?![\wäöü])"
DETAIL = r"(?:\s*(?:Abs\.|Absatz|Absätze|Nr\.|Nummer|Satz)\s*\d+[a-z]?)*"
ITEM = rf"{NUMBER}{DETAIL}"
LIST = rf"§+\s*({ITEM}(?:\s*(?:,|und|sowie|bis)\s*{ITEM})*)"
TOKEN = re.compile(
    rf"(?P<detail>(?:Abs\.|Absatz|Absätze|Nr\.|Nummer|Satz)\s*\d+[a-z]?)|(?P<to>bis)|(?P<number>{NUMBER})"
)
LONGEST_RANGE = 100


def cited(text: str, name: str) -> list[str]:
    """The sections of the statute called `name` that the text cites, as ``§ 2``, each once; ranges are spelled out."""
    found: dict[str, None] = {}
    for match in re.finditer(rf"{LIST}\s+(?:der\s+|des\s+)?{re.escape(name)}\b", text):
        found |= dict.fromkeys(_numbers(match[1]))
    return [f"§ {number}" for number in found]


def _numbers(listed: str) -> list[str]:
    numbers: list[str] = []
    through = False
    for token in TOKEN.finditer(listed):
        if token["to"]:
            through = True
        elif token["number"]:
            numbers += _range(numbers[-1], token["number"]) if through and numbers else [token["number"]]
            through = False
    return numbers


def _range(first: str, last: str) -> list[str]:
    """What follows `first` up to `last`; only whole numbers can be counted through."""
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) <= LONGEST_RANGE:
        return [str(number) for number in range(int(first) + 1, int(last) + 1)]
    return [last]
