# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""5,000 services in XZuFi 2.2 into an empty house, and the same delivery again. The floor is reading the same XML and nothing else.

The delivery is made up: texts are sentences of the demo town's services in varying order, as HTML, with synonyms, links,
repeated elements, four languages, 40 organisational units, online services. 3 % of the services are broken in seven ways.
Times are those of the command `allmende import xzufi`, from its start to its end, in a process of its own, without a worker.
"""

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape
from pathlib import Path

import yaml

SERVICES = 5000
PER_FILE = 500
UNITS = 40
BROKEN_SHARE = 0.03
NAMESPACE = "http://xoev.de/schemata/xzufi/2_2_0"
DEMO = Path(__file__).parents[1] / "demo" / "lindental"
LOAD = "from pathlib import Path; from allmende.kernel.town import demo; demo.load(Path({folder!r}))"
MODULES = {"05": 1, "06": 2, "07": 1, "08": 1, "09": 1, "11": 2, "14": 1, "16": 1, "22": 1}
"""Text modules of a service, and about how many paragraphs each has."""

WEEKS = '<xzufi:einheit listURI="x"><code>W</code><name>Woche(n)</name></xzufi:einheit>'


def measure() -> dict[str, object]:
    """Seconds of both runs, what they did, and how many times as long as the floor they took."""
    with tempfile.TemporaryDirectory() as folder:
        home, delivery = Path(folder, "home"), Path(folder, "delivery")
        home.mkdir()
        size = write_delivery(delivery, SERVICES)
        prepare(home)
        runs = {"first": run(home, delivery), "again": run(home, delivery)}
        floor = min(plain_reading(delivery) for _ in range(3))
    figures: dict[str, object] = {"services": SERVICES, "delivery_mb": round(size / 1e6, 1)}
    for name, found in runs.items():
        figures |= {f"{name}_{key}": value for key, value in found.items()}
        figures[f"{name}_to_floor"] = round(found["seconds"] / floor, 1)
    return figures | {"floor_plain_xml_seconds": round(floor, 2)}


def prepare(home: Path) -> None:
    """A house with the demo town's offices, and nobody at work in it."""
    command(home, "manage", "migrate", "--verbosity", "0")
    command(home, "manage", "shell", "--verbosity", "0", "--command", LOAD.format(folder=str(DEMO)))


def run(home: Path, delivery: Path) -> dict[str, float]:
    """The command, timed; what it says it did. Its processor time says more than the clock on a machine that is busy."""
    began, before = time.perf_counter(), processor()
    said = command(home, "import", "xzufi", str(delivery), "--source", "benchmark")
    seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 1),
        "processor_s": round(processor() - before, 1),
        **{name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", said, re.M)},
    }


def processor() -> float:
    """Seconds that the commands so far have kept a processor busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "allmende", *arguments],
        env={**os.environ, "ALLMENDE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"allmende {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


def plain_reading(delivery: Path) -> float:
    """Seconds to read all files with the standard library's own parser, element by element, and keep nothing."""
    began = time.perf_counter()
    for file in sorted(delivery.glob("*.xml")):
        for _event, element in ET.iterparse(file):
            if element.tag == f"{{{NAMESPACE}}}schreibe":
                element.clear()
    return time.perf_counter() - began


def write_delivery(folder: Path, count: int) -> int:
    """Write index.txt and the files it lists; their size in bytes."""
    folder.mkdir(parents=True)
    source = Source(random.Random(2026))
    names = []
    for start in range(0, count, PER_FILE):
        names.append(f"leistungen-{start:05}.xml")
        numbers = range(start, min(start + PER_FILE, count))
        (folder / names[-1]).write_text(document(source.service(number) for number in numbers), encoding="utf-8")
    names.append("organisation.xml")
    (folder / names[-1]).write_text(document(source.surroundings(count)), encoding="utf-8")
    (folder / "index.txt").write_text("\n".join(names), encoding="utf-8")
    return sum(file.stat().st_size for file in folder.iterdir())


def document(messages: Iterator[str]) -> str:
    body = "\n".join(messages)
    head = x("nachrichtenkopf", x("erstelltDatumZeit", "2026-11-01T00:00:00Z"))
    transfer = x("transfer", f"{head}\n{body}\n", **{"xmlns:xzufi": NAMESPACE, "xzufiVersion": "2.2.0"})
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{transfer}'


def x(name: str, *content: str, **attributes: str) -> str:
    """An XZuFi element with its content and attributes."""
    pairs = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<xzufi:{name}{pairs}>{''.join(content)}</xzufi:{name}>"


class Source:
    """Makes up services out of the sentences of the demo town."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        services = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(DEMO.glob("services/*.yaml"))]
        texts = [text for service in services for text in service["text"].values()]
        self.german = [line for text in texts for line in text["de"].splitlines() if len(line) > 40]
        self.english = [line for text in texts for line in text.get("en", "").splitlines() if len(line) > 40]
        self.words = sorted({word for service in services for word in service["synonyms"].get("de", ())})
        self.breaks = [
            self.no_name,
            self.no_short_text,
            self.wrong_key,
            self.no_unit,
            self.no_day,
            self.long_word,
            self.no_address,
        ]

    def service(self, number: int) -> str:
        """A message with one service; every 33rd or so is broken, each time in another way."""
        body = self.body(number)
        step = round(1 / BROKEN_SHARE)
        if number % step == step - 1:
            body = self.breaks[number // step % len(self.breaks)](body)
        return f"<xzufi:schreibe><xzufi:leistung>{body}</xzufi:leistung></xzufi:schreibe>"

    def body(self, number: int) -> str:
        name = f"{self.chance.choice(self.words)} {number}"
        parts = [
            f'<xzufi:id schemeAgencyID="L1">{number}</xzufi:id>',
            f'<xzufi:referenzLeiKa listURI="urn:de:fim:leika:leistung"><code>99{number:012}</code></xzufi:referenzLeiKa>',
            self.module("02", f"{self.text('de', escape(name))}{self.text('en', escape(f'Service {number}'))}"),
            *(self.module(code, self.inhalt(code, paragraphs)) for code, paragraphs in MODULES.items()),
            self.costs(number),
            x("modulFrist", x("beschreibung", escape("<p>Innerhalb von zwei Wochen.</p>"), languageCode="de")),
            x("modulBearbeitungsdauer", x("bearbeitungsdauer", x("dauer", "2"), WEEKS)),
            *(self.term(word) for word in self.chance.sample(self.words, 6)),
            x("modulFachlicheFreigabe", x("fachlichFreigegebenAm", "2026-05-04")),
            x("modulUrsprungsportal", x("uri", f"https://portal.example/leistung/{number}"), languageCode="de"),
        ]
        return "".join(parts)

    def module(self, code: str, content: str) -> str:
        key = f'<xzufi:leikaTextmodul listURI="urn:de:fim:leika:textmodul"><code>{code}</code></xzufi:leikaTextmodul>'
        return (
            f"<xzufi:modulText><xzufi:positionDarstellung>1</xzufi:positionDarstellung>{content}{key}</xzufi:modulText>"
        )

    def inhalt(self, code: str, paragraphs: int) -> str:
        languages = ["de", "de-x-leicht"] if code in ("05", "06") else ["de"]
        languages += ["en"] if self.chance.random() < 0.3 or code == "05" else []
        return "".join(self.text(language, self.html(language, paragraphs)) for language in languages)

    def html(self, language: str, paragraphs: int) -> str:
        lines = self.english if language == "en" else self.german
        chosen = [escape(line) for line in self.chance.choices(lines, k=paragraphs + 1)]
        items = "".join(f"<li>{line}</li>" for line in chosen[1:])
        return f'<p><strong>{chosen[0]}</strong> <a href="https://portal.example/mehr">mehr</a></p><ul>{items}</ul><p>{chosen[-1]}</p>'

    def text(self, language: str, html: str) -> str:
        return f'<xzufi:inhalt languageCode="{language}">{escape(html)}</xzufi:inhalt>'

    def term(self, word: str) -> str:
        return x("modulBegriffImKontext", x("begriffImKontext", x("begriff", escape(word), languageCode="de")))

    def costs(self, number: int) -> str:
        if number % 5 == 0:
            return x("modulKosten", x("beschreibung", "Es fallen keine Kosten an.", languageCode="de"))
        amount = f"<xzufi:betrag>{number % 90 + 5}.00</xzufi:betrag><xzufi:waehrung><code>EUR</code></xzufi:waehrung>"
        return f"<xzufi:modulKosten><xzufi:kosten>{amount}</xzufi:kosten><xzufi:kosten>{amount}</xzufi:kosten></xzufi:modulKosten>"

    def surroundings(self, count: int) -> Iterator[str]:
        """The offices with what they are responsible for, and an online service for every tenth service."""
        for unit in range(UNITS):
            tasks = "".join(self.task(number) for number in range(unit, count, UNITS))
            house = x("strasse", "Marktplatz") + x("hausnummer", f"{unit + 1}")
            address = x("anschrift", house, x("postleitzahl", "99998"), x("ort", "Lindental"))
            name = x("name", x("name", f"Fachdienst {unit}", languageCode="de"))
            own = x("id", f"OE{unit}", schemeAgencyID="L1")
            yield x("schreibe", x("organisationseinheit", own, name, address, tasks))
        for number in range(0, count, 10):
            link = x("link", x("link", f"https://online.example/{number}"))
            own = x("id", f"OD{number}", schemeAgencyID="L1")
            yield x("schreibe", x("onlinedienst", own, link, self.task(number)))

    def task(self, number: int) -> str:
        return f'<xzufi:zustaendigkeit><xzufi:leistungID schemeAgencyID="L1">{number}</xzufi:leistungID></xzufi:zustaendigkeit>'

    def no_name(self, body: str) -> str:
        return body.replace("<code>02</code>", "<code>99</code>")

    def no_short_text(self, body: str) -> str:
        return body.replace("<code>05</code>", "<code>99</code>")

    def wrong_key(self, body: str) -> str:
        return re.sub(r"<code>99\d{12}</code>", "<code>4711</code>", body)

    def no_unit(self, body: str) -> str:
        """Nobody is responsible for a service that another id has."""
        return re.sub(r">(\d+)</xzufi:id>", r">X\1</xzufi:id>", body, count=1)

    def no_day(self, body: str) -> str:
        return body.replace("2026-05-04", "im Mai")

    def long_word(self, body: str) -> str:
        return body.replace("</xzufi:begriff>", " und so weiter" * 12 + "</xzufi:begriff>", 1)

    def no_address(self, body: str) -> str:
        return body.replace("https://portal.example/leistung/", "portal ")
