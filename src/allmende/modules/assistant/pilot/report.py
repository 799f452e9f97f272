# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The report of a run as plain sections, which the page, the printed document and programs show alike.

What is measured comes from the run and never changes; relief and recommendation are computed from it with the assumptions and rules
of the moment.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from allmende.kernel.printing import service as printing
from allmende.modules.assistant.pilot import queries, rules, survey
from allmende.modules.assistant.pilot.engine.figures import Figures
from allmende.modules.assistant.pilot.engine.judging import RIGHT
from allmende.modules.assistant.pilot.models import PilotRun
from allmende.modules.assistant.staff.forms import LANGUAGE_TITLES
from allmende.modules.assistant.staff.rules import language

LEADING = "wrong_and_confident"
TEMPLATE = "allmende.modules.assistant:templates/assistant/pilot/report.typ"


@dataclass(frozen=True)
class Table:
    """A table: its caption, the heads of its columns (the first is that of the rows), and its rows."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of a column's head and its cell, for pages that show tables as cards."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, points and tables, in this order. `name` is its place on the page."""

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """What the written rules say of the figures, and the colour of its badge."""

    kind: str
    level: str
    say: str


@dataclass(frozen=True)
class Report:
    """A whole report. `leading` is the figure that is told first."""

    title: str
    subtitle: str
    leading: str
    recommendation: Recommendation
    sections: tuple[Section, ...] = field(default=())


def build(run: PilotRun) -> Report:
    """The report of a run in the reader's language."""
    figures = run.figures
    leading = _("{title}: {share} von {n} Fragen, Vertrauensbereich {interval}").format(
        title=rules.titles("figures")[LEADING],
        share=_percent(figures[LEADING]["value"]),
        n=figures[LEADING]["n"],
        interval=_interval(figures[LEADING]),
    )
    made = [make(run) for make in SECTIONS]
    return Report(
        title=str(rules.said(run.set.title)),
        subtitle=_("Fassung {version}, Lauf {run} vom {at}").format(
            version=run.set.version, run=run.pk, at=date_format(localtime(run.at), "SHORT_DATETIME_FORMAT")
        ),
        leading=leading,
        recommendation=recommendation(figures),
        sections=tuple(section for section in made if section.points or section.paragraphs or section.tables),
    )


def as_pdf(run: PilotRun) -> bytes:
    """The report as PDF/UA in the reader's language. Raises PrintingFailed."""
    found, titles = build(run), rules.titles("figures")
    bars = [
        {
            "label": titles[name],
            "text": f"{_percent(share['value'])} ({_interval(share)})",
            **{part: share[part] for part in ("value", "low", "high")},
        }
        for name in titles
        if (share := run.figures[name])["n"]
    ]
    data = {**asdict(found), "caption": _("Kennzahlen mit Vertrauensbereich"), "bars": bars}
    return printing.pdf(TEMPLATE, data, language(), found.title)


def recommendation(figures: Figures) -> Recommendation:
    """The first line of the rules that applies."""
    line = next(line for line in rules.recommendations() if _applies(line["when"], figures))
    return Recommendation(line["kind"], rules.said(line["level"]), rules.said(line["say"]))


def hours(figures: Figures, values: Mapping[str, float]) -> tuple[float, float]:
    """Hours of work a month that the assistant may save: from the lowest deflection and uptake to the highest."""
    base = values["contacts"] * values["information"] * values["minutes"] / 60
    deflection = figures["deflection"]
    return base * values["uptake_low"] * deflection["from"], base * values["uptake_high"] * deflection["to"]


def _applies(when: Mapping[str, Any], figures: Figures) -> bool:
    if not when:
        return True
    value: Any = figures
    for part in when["figure"].split("."):
        value = value[part]
    return bool(value > when["above"]) if "above" in when else bool(value < when["below"])


def _method(_run: PilotRun) -> Section:
    return Section("method", _("Wie gemessen wurde"), points=tuple(rules.text("method")))


def _sample(run: PilotRun) -> Section:
    figures = run.figures
    about = rules.said(run.set.about) if run.set.about else ""
    counted = _("{written} Fragen wie geschrieben, dazu {derived} mit erzeugten Tippfehlern.").format(
        written=figures["questions"], derived=figures["derived"]
    )
    return Section("sample", _("Was gefragt wurde"), paragraphs=tuple(filter(None, [about, counted])))


def _figures(run: PilotRun) -> Section:
    figures, titles, abouts = run.figures, rules.titles("figures"), rules.abouts()
    heads = (_("Kennzahl"), _("Anteil"), _("Vertrauensbereich"), _("Fragen"))
    rows = tuple((titles[name], *_cells(figures[name])) for name in titles)
    points = tuple(f"{titles[name]}: {abouts[name]}" for name in titles)
    return Section(
        "figures",
        _("Zahlen"),
        points=points,
        tables=(Table(_("Kennzahlen aller geschriebenen Fragen"), heads, rows), *_splits(figures)),
    )


def _splits(figures: Figures) -> Iterator[Table]:
    """One table for each way of splitting."""
    titles = rules.titles("figures")
    for name, caption, names in (
        ("by_language", _("Nach Sprache"), {key: str(text) for key, text in LANGUAGE_TITLES.items()}),
        ("by_register", _("Nach Tonfall"), rules.titles("registers")),
        ("by_typos", _("Mit und ohne Tippfehler"), rules.titles("typos")),
    ):
        heads = (caption, titles[LEADING], _("Vertrauensbereich"), titles["right"], _("Vertrauensbereich"), _("Fragen"))
        rows = tuple(
            (names.get(key, key), *_cells(part[LEADING])[:2], *_cells(part["right"]))
            for key, part in figures[name].items()
        )
        yield Table(caption, heads, rows)


def _deflection(run: PilotRun) -> Section:
    found = run.figures["deflection"]
    heads = (_("Grenze"), _("Anteil"), _("Vertrauensbereich"), _("Fragen"))
    rows = ((_("unten"), *_cells(found["low"])), (_("oben"), *_cells(found["high"])))
    reach = _("Bereich: {low} bis {high}").format(low=_percent(found["from"]), high=_percent(found["to"]))
    table = Table(_("Grenzen der Entlastung"), heads, rows)
    return Section(
        "deflection", _("Entlastung als Anteil"), paragraphs=(rules.text("deflection"), reach), tables=(table,)
    )


def _relief(run: PilotRun) -> Section:
    known = queries.assumptions()
    low, high = hours(run.figures, {one.name: one.value for one in known})
    heads = (_("Annahme"), _("Wert"), _("Einheit"), _("Woher"))
    rows = tuple((one.title, number_format(one.value), one.unit, one.source) for one in known)
    said = _("{low} bis {high} Arbeitsstunden im Monat, wenn die Annahmen stimmen.").format(
        low=number_format(low, 0), high=number_format(high, 0)
    )
    formula = _(
        "Gerechnet: Anfragen × Anteil der Auskünfte × Anteil, der zuerst den Assistenten fragt × Entlastung × Dauer."
    )
    return Section(
        "relief", _("Entlastung in Stunden"), paragraphs=(said, formula), tables=(Table(_("Annahmen"), heads, rows),)
    )


def _limits(run: PilotRun) -> Section:
    points = list(rules.text("limits"))
    if run.versions["embedded"] < run.versions["documents"]:
        points.insert(0, rules.text("words_only").format(**run.versions))
    return Section("limits", _("Was die Zahlen nicht sagen"), points=tuple(points))


def _versions(run: PilotRun) -> Section:
    names = {
        "house": _("Programm"),
        "texts": _("Texte der Stadt: Zahl der Fassungen, letzte Änderung"),
        "index": _("Suche: Nummer der letzten Änderung"),
        "embedding": _("Modell der Suche"),
        "documents": _("Texte in der Suche"),
        "embedded": _("davon nach Bedeutung auffindbar"),
    }
    known = run.versions | {"texts": _last_change(run.versions["texts"])}
    rows = tuple((title, str(known[name])) for name, title in names.items())
    rows += ((_("Sprachmodell"), _("keines beteiligt")), (_("Fragensatz"), f"{run.set} ({run.set.digest[:12]})"))
    table = Table(_("Womit gemessen wurde"), (_("Teil"), _("Stand")), rows)
    return Section("versions", _("Stände"), tables=(table,))


def _last_change(texts: str) -> str:
    """The version of the town's texts for people: their number, and when one was last changed."""
    count, _comma, last = texts.partition(", ")
    if last == "-":
        return count
    return f"{count}, {date_format(localtime(datetime.fromisoformat(last)), 'SHORT_DATETIME_FORMAT')}"


def _not_right(run: PilotRun) -> Section:
    wrong = [one for one in queries.outcomes(run) if one.verdict != RIGHT]
    verdicts, faults = rules.titles("verdicts"), rules.titles("faults")
    heads = (_("Frage"), _("Urteil"), _("Was fehlt"), _("Antwort über"))
    rows = tuple(
        (one.question, verdicts[one.verdict], "; ".join(faults[fault] for fault in one.faults), one.subject or "–")
        for one in wrong
    )
    tables = (Table(_("Fragen, die nicht richtig beantwortet wurden"), heads, rows),) if rows else ()
    return Section("questions", _("Einzelne Fragen"), tables=tables)


def _survey(_run: PilotRun) -> Section:
    """The clerks before and after, where rounds with enough answers are closed."""
    rounds = [(name, title, survey.latest(name)) for name, title in rules.phases().items()]
    found = [(title, one) for _name, title, row in rounds if row for one in survey.results(row) if one.share]
    heads = (_("Aussage"), _("Zeitpunkt"), _("Gezählt"), _("Anteil"), _("Vertrauensbereich"), _("Antworten"))
    rows = tuple(
        (one.text, title, one.share_of, *_cells(one.share))
        for title, one in sorted(found, key=lambda pair: pair[1].text)
        if one.share
    )
    tables = (Table(_("Antworten der Beschäftigten, vorher und nachher"), heads, rows),) if rows else ()
    return Section("survey", _("Umfrage unter Beschäftigten"), tables=tables)


SECTIONS: tuple[Callable[[PilotRun], Section], ...] = (
    _figures,
    _deflection,
    _relief,
    _survey,
    _method,
    _sample,
    _limits,
    _versions,
    _not_right,
)
"""The sections of a report in their order; one without content is left out."""


def _cells(share: Mapping[str, Any]) -> tuple[str, str, str]:
    """Value, interval and number; dashes where nothing was counted."""
    if not share["n"]:
        return "–", "–", "0"
    return _percent(share["value"]), _interval(share), str(share["n"])


def _percent(value: float) -> str:
    return f"{number_format(round(100 * value, 1), 1)} %"


def _interval(share: Mapping[str, Any]) -> str:
    low, high = (number_format(round(100 * share[end], 1), 1) for end in ("low", "high"))
    return f"{low} – {high} %"
