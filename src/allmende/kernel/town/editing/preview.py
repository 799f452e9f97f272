# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A draft as citizens will see it: written for a moment, shown by the public page itself, and undone.

So the preview is the page and not a copy of it: the same queries, the same template. Nothing of it reaches the search,
the audit or anybody else, because the transaction is rolled back before it ends.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from allmende.kernel.town import rules, views
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import keeping
from allmende.kernel.town.editing.queries import Text

PAGES: dict[str, Callable[..., HttpResponse]] = {
    "service": views.service,
    "statute": views.statute,
    "page": views.page,
    "unit": views.unit,
}
"""The public page of each kind that has one."""


def page(request: HttpRequest, text: Text) -> HttpResponse:
    """The public page of this text as it will be once published. The page knows by `request.draft` what it shows.

    Raises TownDataError when the text cannot be published as it is.
    """
    request.draft = text  # type: ignore[attr-defined]
    keeps_as = text.draft.keeps_as if text.draft else ""
    kind = text.kind.kind
    with transaction.atomic():
        records = keeping.delivery(_at_once(text), text.version, keeps_as)
        shapes = town.checked(kind, records)
        kind.write(kind.order(shapes))
        response = PAGES[text.kind.name](request, text.id)
        transaction.set_rollback(True)
    return response


def _at_once(text: Text) -> Mapping[str, Any]:
    """The draft as if it were public and valid today; statutes show the version that is asked for on any day."""
    data = {**text.data, "status": rules.PUBLISHED}
    if text.kind.name == "service":
        data = {key: value for key, value in data.items() if key not in ("valid_from", "valid_to")}
    return data
