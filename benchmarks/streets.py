# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A street register of a large town: taken in, and asked for streets that were mistyped. The floor is difflib's `get_close_matches`.

The names are made up of 60 first parts and 12 endings that German towns are full of, so that many are much alike; each has
60 houses on average. A name is mistyped as fingers do it, with one error in it.
"""

import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any

from allmende.kernel.places.testing import register_of
from allmende.modules.assistant.pilot.engine.misspelling import misspelled
from benchmarks.imports import command, processor

FIRST = (
    "Linden Eichen Buchen Ahorn Birken Tannen Erlen Eschen Kiefern Ulmen Kastanien Pappel Rosen Nelken "
    "Flieder Tulpen Veilchen Amsel Drossel Finken Meisen Lerchen Falken Schwalben Goethe Schiller Lessing "
    "Mozart Beethoven Schubert Bach Haydn Kirch Schul Bahnhof Markt Mühlen Schloss Burg Berg Tal Wald "
    "Wiesen Feld Garten Brunnen Kloster Hafen Ufer Damm Stein Sand Nord Süd Ost West Haupt Neu Alt Mittel"
)
LAST = ("straße", "weg", "allee", "gasse", "ring", "platz", "ufer", "damm", "steig", "pfad", "hof", "grund")
HOUSES = 60


def measure() -> dict[str, object]:
    """Processor seconds to take the file in, twice; milliseconds and right answers for mistyped streets, and the floor's."""
    with tempfile.TemporaryDirectory() as folder:
        file, home = Path(folder, "streets.csv"), Path(folder, "home")
        home.mkdir()
        houses = write(file)
        command(home, "manage", "migrate", "--verbosity", "0")
        taking = [take_in(home, file) for _ in range(2)]
        register = register_of(file)
    names = list(register.by_label)
    asked = [(name, misspelled(name, str(seed))) for name in names for seed in range(2)]
    ours, spent = timed(lambda typed: register.meant(typed).street, asked)
    floor, floor_spent = timed(lambda typed: next(iter(get_close_matches(typed, names, 1, 0.82)), None), asked[::20])
    told = {name: register.label(street) if street else None for name, street in ours.items()}
    return {
        "streets": len(names),
        "houses": houses,
        "take_in_processor_s": taking[0],
        "take_in_again_processor_s": taking[1],
        "mistyped": len(asked),
        "right": share(asked, told, right=True),
        "wrong": share(asked, told, right=False),
        "p95_ms": spent,
        "floor_right": share(asked[::20], floor, right=True),
        "floor_wrong": share(asked[::20], floor, right=False),
        "floor_p95_ms": floor_spent,
    }


def write(file: Path) -> int:
    """How many houses stand in the file."""
    chance = random.Random(2026)
    names = [f"{first.lower().capitalize()}{last}" for first, last in product(FIRST.split(), LAST)]
    rows = [f"{name};{number};99998" for name in names for number in range(1, chance.randint(20, 2 * HOUSES))]
    file.write_text("\n".join(["strasse;hausnummer;plz", *rows]), encoding="utf-8")
    return len(rows)


def take_in(home: Path, file: Path) -> float:
    """Processor seconds of the command, with its start."""
    before = processor()
    command(home, "places", "import", str(file))
    return round(processor() - before, 1)


def timed(answer: Callable[[str], Any], asked: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], float]:
    """Typed → answer, and milliseconds of processor time that 95 % stay below."""
    found, spent = {}, []
    for _name, typed in asked:
        began = time.process_time()
        found[typed] = answer(typed)
        spent.append(time.process_time() - began)
    return found, round(1000 * quantiles(spent, n=20)[-1], 2)


def share(asked: Sequence[tuple[str, str]], found: Mapping[str, str | None], *, right: bool) -> float:
    """Of those asked, how many were given the right street, or a wrong one; the rest is asked back."""
    given = [found[typed] == name for name, typed in asked if found[typed] is not None]
    return round(given.count(right) / len(asked), 3)
