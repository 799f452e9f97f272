# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What in a text is exact: amounts, shares, dates, times, durations, numbers, §, telephone numbers, e-mail and web addresses.

Each is normalised, so that "96 €", "96 Euro" and "96,00 EUR" are one value, and so are "zwei Wochen" and "14 Tage".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from allmende.modules.assistant.engine.lexicon import Lexicon, fold

Key = tuple[object, ...]
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}

NUMBER = r"\d[\d.,]*\d|\d"
MONEY = r"(?:€|euros?\b|eur\b)"
FIXED = {
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "url": r"https?://[^\s<>()\[\]\"„“]+|(?:www\.)?(?:[a-z0-9-]+\.)+(?:de|eu|com|net|org|info|example)\b(?:/[^\s<>()\[\]]*)?",
    "iban": r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b",
    "section": r"(?:§+|\bsections?)\s*\d+\s?[a-z]?\b(?:\s*(?:,|und|bis|and|to)\s*\d+[a-z]?\b(?!\s*(?:€|%|euro)))*",
    "money": rf"€\s?(?:{NUMBER})|(?:{NUMBER})\s?{MONEY}",
    "percent": rf"(?:{NUMBER})\s?(?:%|prozent\b|percent\b|per cent\b|v\.\s?h\.)",
    "phone": r"(?:\+49|(?<![\d.,])0)[\d\s/()–-]{5,}\d|\b\d{3}\s\d{3}\b|\b11[0256]\b",
    "isodate": r"\b\d{4}-\d{2}-\d{2}\b",
    "dmy": r"\b\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:\d{4}|\d{2})\b)?",
}


@dataclass(frozen=True)
class Value:
    """`key` is what is compared; `also` are further keys under which it may be asked for; `bound` such as "<" or ""."""

    key: Key
    also: tuple[Key, ...] = ()
    bound: str = ""

    @property
    def kind(self) -> str:
        """money, date, …"""
        return str(self.key[0])


@dataclass(frozen=True)
class Scanner:
    """Finds the values of one language in a text."""

    lexicon: Lexicon
    pattern: re.Pattern[str]

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
        """(begin, end, values) of each stretch of `text` that is exact, in order."""
        for match in self.pattern.finditer(text):
            kind = str(match.lastgroup)
            values = tuple(READERS[kind](match.group(), self.lexicon))
            if values:
                yield match.start(), match.end(), values


def scanner(lexicon: Lexicon) -> Scanner:
    """The scanner of a language."""
    months = _any(lexicon.months)
    units = _any(lexicon.units)
    count = rf"(?:{NUMBER}|{_any({**lexicon.numbers, **dict.fromkeys(lexicon.one, 1)})})"
    joined = rf"(?:\s*(?:{'|'.join(lexicon.ranges)}|–|-)\s*)"
    clock = r"\d{1,2}(?:[:.]\d{2})?"
    hour = r"(?:uhr\b|[ap]\.\s?m\.|[ap]m\b)"
    patterns = {
        **{name: FIXED[name] for name in ("email", "url", "iban", "section", "money", "percent", "isodate", "dmy")},
        "date": rf"\b\d{{1,2}}(?:\.|st|nd|rd|th)?\s?(?:{months})\b\.?(?:\s\d{{4}}\b)?|\b(?:{months})\s\d{{1,2}}\b(?:,?\s\d{{4}})?",
        "times": rf"\b{clock}\s?{hour}?{joined}{clock}\s?{hour}|\b\d{{1,2}}:\d{{2}}{joined}\d{{1,2}}:\d{{2}}",
        "time": rf"\b{clock}\s?{hour}|\b\d{{1,2}}:\d{{2}}\b",
        "phone": FIXED["phone"],
        "durations": rf"\b{count}{joined}{count}[\s-]{{1,2}}(?:{units})\b",
        "duration": rf"\b{count}[\s-]{{1,2}}(?:{units})\b",
        "numbers": rf"\b\d+{joined}\d+\b",
        "month": rf"\b(?:{_any({word: 0 for word in lexicon.months if len(word) > 3})})\b",
        "weekday": rf"\b(?:{_any(lexicon.weekdays)})\b",
        "half": rf"\b(?:{_any(dict.fromkeys(lexicon.halves, 0))})\b",
        "word": rf"\b(?:{_any(lexicon.numbers)})\b",
        "number": rf"(?:{NUMBER})",
    }
    return Scanner(
        lexicon, re.compile("|".join(f"(?P<{name}>{part})" for name, part in patterns.items()), re.IGNORECASE)
    )


def amount(text: str) -> Decimal:
    """1150 for "1.150", "1,150" and "1150,00"; 37.5 for "37,50" and "37.50"."""
    marks = [char for char in text if char in ".,"]
    if not marks:
        return Decimal(text)
    whole, _mark, rest = text.rpartition(marks[-1])
    decimal = len(rest) != 3 or (len(set(marks)) > 1)
    digits = re.sub(r"[.,]", "", whole)
    return Decimal(f"{digits}.{rest}" if decimal else f"{digits}{rest}").normalize()


def _any(words: Mapping[str, object]) -> str:
    """A pattern for folded words as they are written: the umlaut or the letter it was folded to."""
    return "|".join(_written(word) for word in sorted(words, key=len, reverse=True))


@cache
def _written(word: str) -> str:
    spelled = {"a": "[aä]", "o": "[oö]", "u": "[uü]", " ": r"\s"}
    return "".join(spelled.get(char, re.escape(char)) for char in word).replace("ss", "(?:ss|ß)")


def _found(text: str) -> list[Decimal]:
    return [amount(found) for found in re.findall(NUMBER, text)]


def _first(kind: str) -> Callable[[str, Lexicon], Iterator[Value]]:
    def read(text: str, _lexicon: Lexicon) -> Iterator[Value]:
        yield Value((kind, _found(text)[0]))

    return read


def _text(kind: str, drop: str) -> Callable[[str, Lexicon], Iterator[Value]]:
    def read(text: str, _lexicon: Lexicon) -> Iterator[Value]:
        yield Value((kind, re.sub(drop, "", fold(text).rstrip(".,;:!?"))))

    return read


def _sections(text: str, _lexicon: Lexicon) -> Iterator[Value]:
    for found in re.findall(r"\d+\s?[a-z]?\b", fold(text)):
        yield Value(("section", found.replace(" ", "")))


def _date(text: str, lexicon: Lexicon) -> Iterator[Value]:
    words = re.findall(r"[a-z]+|\d+", fold(text))
    month = next(lexicon.months[word] for word in words if word in lexicon.months)
    day, *year = [int(word) for word in words if word.isdigit()]
    yield from _day(day, month, *year)


def _dmy(text: str, _lexicon: Lexicon) -> Iterator[Value]:
    day, month, *year = [int(word) for word in re.findall(r"\d+", text)]
    if 1 <= day <= 31 and 1 <= month <= 12:
        yield from _day(day, month, *(number + 2000 if number < 100 else number for number in year))


def _iso(text: str, _lexicon: Lexicon) -> Iterator[Value]:
    year, month, day = (int(word) for word in text.split("-"))
    yield from _day(day, month, year)


def _day(day: int, month: int, *year: int) -> Iterator[Value]:
    yield Value(("date", day, month), also=(("month", month),))
    for number in year[:1]:
        yield Value(("year", number), also=(("number", Decimal(number)),))


def _clock(text: str) -> list[int]:
    """Minutes after midnight of each time in the text."""
    folded = fold(text)
    afternoon = "p.m" in folded or "p. m" in folded or re.search(r"\dpm|\d pm", folded) is not None
    found = []
    for hour, minute in re.findall(r"(\d{1,2})(?:[:.](\d{2}))?", folded):
        late = 12 if afternoon and int(hour) < 12 else 0
        found.append(60 * (int(hour) + late) + int(minute or 0))
    return found


def _time(text: str, _lexicon: Lexicon) -> Iterator[Value]:
    yield _at(_clock(text)[0])


def _times(text: str, _lexicon: Lexicon) -> Iterator[Value]:
    begin, end = _clock(text)[:2]
    yield Value(("times", begin, end))
    yield from (_at(begin), _at(end))


def _at(minutes: int) -> Value:
    return Value(("time", minutes), also=(("number", Decimal(minutes // 60)),) if minutes % 60 == 0 else ())


def _counts(text: str, lexicon: Lexicon) -> list[Decimal]:
    """Numbers in digits or words, in their order."""
    found = []
    for part in re.findall(rf"{NUMBER}|[a-z]+", fold(text)):
        if part[0].isdigit():
            found.append(amount(part))
        elif part in lexicon.numbers:
            found.append(Decimal(lexicon.numbers[part]))
        elif part in lexicon.one and not found:
            found.append(Decimal(1))
    return found


def _durations(text: str, lexicon: Lexicon) -> Iterator[Value]:
    folded = fold(text)
    unit = next(lexicon.units[word] for word in sorted(lexicon.units, key=len, reverse=True) if folded.endswith(word))
    counts = _counts(folded, lexicon)
    if len(counts) > 1:
        yield Value(("range", *counts[:2]))
    for count in counts[:2]:
        yield Value(_span(unit, count), also=(("number", count),))


def _span(unit: str, count: Decimal) -> Key:
    if unit in DAYS:
        return ("duration", "days", count * DAYS[unit])
    if unit in MONTHS:
        return ("duration", "months", count * MONTHS[unit])
    return ("duration", unit, count)


def _numbers(text: str, _lexicon: Lexicon) -> Iterator[Value]:
    counts = [Decimal(found) for found in re.findall(r"\d+", text)][:2]
    yield Value(("range", *counts))
    yield from (Value(("number", count)) for count in counts)


def _month(text: str, lexicon: Lexicon) -> Iterator[Value]:
    yield Value(("month", lexicon.months[fold(text)]))


def _weekday(text: str, lexicon: Lexicon) -> Iterator[Value]:
    yield Value(("weekday", lexicon.weekdays[fold(text)]))


def _half(_text: str, _lexicon: Lexicon) -> Iterator[Value]:
    yield Value(("percent", Decimal(50)))


def _word(text: str, lexicon: Lexicon) -> Iterator[Value]:
    yield Value(("number", Decimal(lexicon.numbers[fold(text)])))


READERS: Mapping[str, Callable[[str, Lexicon], Iterator[Value]]] = {
    "email": _text("email", r"\s"),
    "url": _text("url", r"^https?://|/$|^www\."),
    "iban": _text("iban", r"\s"),
    "section": _sections,
    "money": _first("money"),
    "percent": _first("percent"),
    "phone": _text("phone", r"\D"),
    "isodate": _iso,
    "dmy": _dmy,
    "date": _date,
    "times": _times,
    "time": _time,
    "durations": _durations,
    "duration": _durations,
    "numbers": _numbers,
    "month": _month,
    "weekday": _weekday,
    "half": _half,
    "word": _word,
    "number": _first("number"),
}
