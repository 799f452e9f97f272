# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One opened form: what is typed, what was there when it was opened, and what the buttons in it do to the rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from allmende.kernel.town.editing import merging
from allmende.kernel.town.editing.kinds import Editable
from allmende.kernel.town.editing.layouts import for_new
from allmende.kernel.town.editing.queries import Text
from allmende.kernel.web.editing import entries
from allmende.kernel.web.editing.entries import Data, Entries
from allmende.kernel.web.editing.ids import id_from
from allmende.kernel.web.editing.layout import Layout, name, parts


@dataclass(frozen=True)
class Opened:
    """A form in somebody's browser. `revision`, `base` and `marks` say what was there when it was opened."""

    text: Text
    layout: Layout
    entries: Entries
    revision: int
    base: int
    marks: Mapping[str, str]
    comment: str = ""
    focus: str = ""

    @property
    def kind(self) -> Editable:
        """The kind of record."""
        return self.text.kind

    @property
    def marks_text(self) -> str:
        """The marks as the form carries them."""
        return json.dumps(self.marks)

    def data(self) -> Data:
        """The record as the form says it now."""
        found = entries.data_of(self.layout, self.entries, self.text.data)
        if not found.get("id"):
            found["id"] = id_from(self.kind.name_of({**found, "id": ""}))
        return found


def fresh(text: Text, *, new: bool = False) -> Opened:
    """The form as it is when it is opened."""
    layout = for_new(text.kind.layout) if new else text.kind.layout
    filled = entries.entries_of(layout, text.data)
    if new and text.kind.dated:
        filled[text.kind.dated] = timezone.localdate().isoformat()
    marks = merging.marks(layout, text.data)
    comment = text.draft.comment if text.draft else ""
    return Opened(text, layout, filled, text.revision, text.base, marks, comment)


def sent(text: Text, request: HttpRequest, *, new: bool = False) -> Opened:
    """The form as somebody sent it."""
    layout = for_new(text.kind.layout) if new else text.kind.layout
    post = request.POST
    return Opened(
        text,
        layout,
        entries.received(layout, post),
        number(post, "revision"),
        number(post, "base"),
        _marks(post.get("opened", "")),
        post.get("comment", "").strip()[:2000],
    )


def rearranged(form: Opened, wish: str) -> Opened:
    """The form after a button of its rows."""
    return replace(form, focus=entries.rearranged(form.layout, form.entries, wish))


def chosen(form: Opened, post: QueryDict) -> Opened:
    """The form after a conflict: where the others' text was chosen it takes the place of one's own, and all is opened anew."""
    data = form.data()
    for part in parts(form.layout):
        if post.get(f"choose-{name(part.path)}") == "theirs":
            entries.put(data, part.path, entries.get(form.text.data, part.path))
    newest = fresh(form.text)
    return replace(newest, entries=entries.entries_of(form.layout, data), comment=form.comment)


def number(post: QueryDict, field: str) -> int:
    """A number that the form carries; 0 for anything else."""
    found = post.get(field, "")
    return int(found) if found.isdecimal() and len(found) < 10 else 0


def _marks(text: str) -> Mapping[str, str]:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
