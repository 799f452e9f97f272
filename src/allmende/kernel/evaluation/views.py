# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of the room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from allmende.kernel.accounts.access import require
from allmende.kernel.evaluation import queries


@require("evaluation.read")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every declared evaluation with its last figures."""
    return render(request, "evaluation/overview.html", {"measured": queries.measured()})
