# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Suggestions while a street is typed; the page works without them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from allmende.kernel.places import queries, rules
from allmende.kernel.web.throttling import PublicThrottle

LONGEST = 200
THROTTLE = PublicThrottle(rules.limits()["rate"], scope="places")


@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """Options for a list of suggestions. The street is what was typed in an input whose name ends with "street"."""
    if not THROTTLE.allow_request(request):
        return HttpResponse(status=429)
    typed = next((text for name, text in request.POST.items() if name.endswith("street")), "")
    register = queries.register()
    found = register.suggested(str(typed)[:LONGEST], rules.limits()["suggestions"])
    return render(request, "places/options.html", {"labels": [register.label(street) for street in found]})
