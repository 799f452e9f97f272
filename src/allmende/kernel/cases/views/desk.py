# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The inbox as a page: the list and, beside it, the open case."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from allmende.kernel.accounts.models import User
from allmende.kernel.cases import access, kinds, queries, rules, town
from allmende.kernel.cases.forms import BulkForm, FilterForm, SaveFilterForm
from allmende.kernel.cases.models import Case, Event
from allmende.kernel.cases.undoing import may_be_undone

UNDO = "cases.undo"
VIEWS = (
    (_("Alle offenen"), ""),
    (_("Meine"), "whose=mine"),
    (_("Mein Amt"), "whose=unit"),
    (_("Nicht zugewiesen"), "whose=nobody"),
    (_("Überfällig"), "overdue=on"),
)


@dataclass(frozen=True)
class Row:
    """A case as the list shows it."""

    case: Case
    kind: Any
    state: str
    badge: str
    unit: str
    overdue: bool


@dataclass(frozen=True)
class Line:
    """An event as the history shows it."""

    event: Event
    text: str
    may_undo: bool


class Desk:
    """What list and detail share; each thing is read once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = person(request)
        self.language = rules.language()
        self.query = _query(request.GET)

    @cached_property
    def units(self) -> dict[str, str]:
        """Id → name of every unit."""
        return town.unit_names(self.language)

    @cached_property
    def people(self) -> list[User]:
        """Everybody who works on cases."""
        return list(access.workers())

    def row(self, case: Case) -> Row:
        """The case with its words."""
        kind = kinds.kind(case.kind)
        state = kind.flow.state(case.state)
        overdue = bool(case.due_on and case.due_on < town.today() and not case.finished)
        return Row(case, kind.title, state.title_in(self.language), state.badge, self.unit(case.unit), overdue)

    def unit(self, unit: str) -> str:
        """The name of a unit; of one that the town does not know any more, its id."""
        return self.units.get(unit, unit)

    def history(self, case: Case) -> Iterator[Line]:
        """What happened to the case, the newest first."""
        flow = kinds.kind(case.kind).flow
        for event in reversed(case.events.all()):
            told = event.detail
            words = [flow.state(told["to"]).title_in(self.language)] if "to" in told else []
            words += [self.unit(told["to_unit"])] if "to_unit" in told else []
            words += [told["to_person"] or str(_("niemand"))] if "to_person" in told else []
            may_undo = may_be_undone(event, str(self.user.pk), case.revision)
            yield Line(event, ", ".join(words), may_undo)

    def listed(self) -> dict[str, Any]:
        """The filters and the page of the list."""
        form = FilterForm(self.request.GET)
        page = Paginator(queries.inbox(self.user, form.wanted()), rules.PAGE_SIZE).get_page(
            self.request.GET.get("page")
        )
        shown = _query(self.request.GET, without=("page",))
        saved = [(saved.name, saved.query, saved.pk) for saved in queries.saved_filters(self.user)]
        return {
            "desk": self,
            "filter_form": form,
            "page": page,
            "rows": [self.row(case) for case in page],
            "views": [(title, query, None) for title, query in VIEWS] + saved,
            "shown": shown,
            "save_form": SaveFilterForm(initial={"query": shown}, auto_id="save_%s"),
            "bulk_form": BulkForm(people=self.people, visible=Case.objects.none()),
            "undo": self.request.session.pop(UNDO, None),
        }

    def render(self, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
        """The page."""
        return render(self.request, "cases/desk.html", self.listed() | (context or {}), status=status)


def offer_undo(request: HttpRequest, batch: object, text: str) -> None:
    """Show on the next page what was done, with a button that takes it back."""
    request.session[UNDO] = {"batch": str(batch), "text": str(text)}


def person(request: HttpRequest) -> AbstractBaseUser:
    """Who acts; `require` has made sure that it is somebody."""
    return cast(AbstractBaseUser, request.user)


def _query(given: QueryDict, without: tuple[str, ...] = ()) -> str:
    """The parameters of the list, those that say nothing left out."""
    kept = QueryDict(mutable=True)
    for name in given:
        if given[name] and name not in without:
            kept[name] = str(given[name])
    return kept.urlencode()
