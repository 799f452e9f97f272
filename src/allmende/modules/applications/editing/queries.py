# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What editors look at: all flows with who waits for whom, the versions of one, what is said beside which part."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.modules.applications import access, house, rules
from allmende.modules.applications.editing.judging import Judged, judged, place_in
from allmende.modules.applications.engine.compiling import House
from allmende.modules.applications.models import FlowVersion

Status = FlowVersion.Status
OPEN = (Status.DRAFT, Status.REVIEW)
NAMED = ("options", "confirmations")
"""Parts of a file that are named there and numbered in the form."""


@dataclass(frozen=True)
class Item:
    """A flow in the list: the version that is offered, the draft, and what the compiler says of the newest."""

    flow: str
    public: FlowVersion | None
    draft: FlowVersion | None
    newest: Judged

    @property
    def states(self) -> list[str]:
        """States of what there is, the public one first."""
        rows = [row for row in (self.public, self.draft) if row] or [self.newest.row]
        return [row.status for row in rows]


def items() -> list[Item]:
    """All flows by id. A handful of queries, however many there are."""
    within = house.house()
    found: dict[str, list[FlowVersion]] = {}
    for row in FlowVersion.objects.select_related("author").prefetch_related("writers").order_by("flow", "-version"):
        found.setdefault(row.flow, []).append(row)
    return [_item(flow, rows, within) for flow, rows in found.items()]


def _item(flow: str, rows: list[FlowVersion], within: House) -> Item:
    public = next((row for row in rows if row.status == Status.PUBLISHED), None)
    draft = next((row for row in rows if row.status in OPEN), None)
    return Item(flow, public, draft, judged(draft or public or rows[0], within))


def versions(flow: str) -> list[FlowVersion]:
    """All versions of a flow, the newest first. Raises Http404 without any."""
    rows = list(
        FlowVersion.objects.filter(flow=flow)
        .select_related("author", "publisher")
        .prefetch_related("writers")
        .order_by("-version")
    )
    if not rows:
        raise Http404
    return rows


def version(flow: str, number: int) -> FlowVersion:
    """One version. Raises Http404."""
    return next((row for row in versions(flow) if row.version == number), None) or _absent()


def draft(flow: str, number: int) -> FlowVersion:
    """One version that can still be changed. Raises Http404."""
    row = version(flow, number)
    return row if row.status in OPEN else _absent()


def waits_for(person: AbstractBaseUser, row: FlowVersion | None) -> bool:
    """Whether it is this person's turn: to look at the draft of somebody else, or to mend one that came back."""
    if row is None:
        return False
    if row.status == Status.REVIEW:
        return has_right(person, access.PUBLISH) and not row.was_written_by(person)
    return row.status == Status.DRAFT and row.author_id == person.pk and bool(row.reason)


def told(found: Judged, language: str) -> dict[str, list[tuple[str, str]]]:
    """Part → what is wrong with it: path inside the part as its form names it, and the sentence."""
    said: dict[str, list[tuple[str, str]]] = {}
    known = found.parts
    for problem in found.problems:
        place = place_in(known, problem.place)
        path = problem.place.removeprefix(place).lstrip(".")
        if problem.key == "text.missing":
            path += "." + str(problem.params["language"]).rpartition(".")[2]
        elif problem.key == "step.unknown":
            path += ".then"
        data: object = next((part.data for part in known if part.place == place), None)
        sentence = rules.messages().sentence(problem, language)
        said.setdefault(place, []).append((_numbered(path, data), sentence))
    return said


def _numbered(path: str, data: object) -> str:
    """``options.2.de`` for ``options.hund.de``; ``queue`` for ``params.queue``."""
    first, _dot, rest = path.partition(".")
    if first == "params":
        return rest
    named = data.get(first) if isinstance(data, dict) and first in NAMED else None
    if not isinstance(named, dict):
        return path
    name, _dot, rest = rest.partition(".")
    return f"{first}.{_number(named, name)}.{rest}"


def _number(named: Iterable[str], name: str) -> int:
    return next((number for number, key in enumerate(named, 1) if key == name), 1)


def _absent() -> FlowVersion:
    raise Http404
