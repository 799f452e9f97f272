# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The API answers what its description says, whatever it is sent."""

import json
from contextlib import suppress

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.django_db

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
"""For each operation and each mode: requests as described, and requests that break the description."""
TELLTALES = (
    "Traceback (most recent",
    'File "/',
    "site-packages",
    "django.db",
    "sqlite3.",
    "psycopg",
    "SELECT ",
    "/src/allmende",
)


@pytest.fixture
def api(town):
    from allmende.site.api import api

    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = WSGIHandler()
    return schema


def probe(operation, mode: GenerationMode) -> tuple[int, dict[str, str]]:
    """How many requests were sent, and each kind of problem with one request that shows it."""
    problems: dict[str, str] = {}
    sent = 0

    @seed(2026)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        nonlocal sent
        with transaction.atomic():  # a request that broke the transaction must not spoil the next one
            response = case.call()
            transaction.set_rollback(True)
        sent += 1
        found = [f"tells {telltale!r}" for telltale in TELLTALES if telltale in response.text]
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            found += [str(failure).splitlines()[0] for failure in failures.exceptions]
        for problem in found:
            name = f"{operation.label}: {response.status_code}: {problem}"
            problems.setdefault(name, case.as_curl_command()[:300])

    with suppress(Unsatisfiable):  # an operation without parameters has nothing that could be broken
        send()
    return sent, problems


def test_the_api_never_breaks_and_says_nothing_undocumented(api):
    problems, sent = {}, 0
    for operation in (result.ok() for result in api.get_all_operations()):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cache.clear()  # the rate limit is another test's business
            more, found = probe(operation, mode)
            sent, problems = sent + more, found | problems
    assert not problems, "\n".join(f"{problem}\n    {example}" for problem, example in problems.items())
    assert sent > 100


def test_a_refusal_that_an_operation_can_give_is_documented():
    """Too many requests, no login, no right: none of these is found by chance."""
    from allmende.site.api import api

    missing, limited = [], 0
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                wanted = {429} if operation.throttle_objects else set()
                limited += len(wanted)
                wanted |= {401, 404} if operation.auth_callbacks else set()
                missing += [f"{operation.methods} {path}: {code}" for code in wanted - set(operation.response_models)]
    assert not missing
    assert limited


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "a number": b"1",
    "null": b"null",
    "deep": b"[" * 50_000,
    "not UTF-8": b'{"question": "\xff\xfe"}',
    "NUL": json.dumps({"question": "a\0b"}).encode(),
    "a lone surrogate": b'{"question": "\\ud800"}',
    "a huge number": b'{"question": 1e999}',
    "no characters": json.dumps({"question": " \u200b\u2060\t"}).encode(),
    "right to left": json.dumps({"question": "\u202eHundesteuer"}).encode(),
    "a fullwidth service": json.dumps({"question": "x", "service": "../../etc/passwd\0"}).encode(),
}


def test_a_strange_question_gets_an_answer_or_a_sentence(town, client, visit):
    for name, body in BODIES.items():
        response = visit(client, "POST", "/api/v1/assistant/answers", body, content_type="application/json")
        assert response.status_code in (201, 400, 422), name
        assert response.json(), name
        assert not [telltale for telltale in TELLTALES if telltale in response.content.decode()], name


def test_a_strange_question_on_the_page_gets_an_answer_or_a_sentence(town, client, visit):
    for text in ("a\0b", "a\ud800b".encode("utf-8", "surrogatepass"), "\u202eHund", "   ", "\u200b"):
        assert visit(client, "POST", "/fragen/", {"q": text}).status_code in (302, 400, 422), text


def test_a_strange_id_is_simply_not_there(town, client):
    client.raise_request_exception = False
    strange = (
        "services/..%2f..%2fetc%2fpasswd",
        "services/%00",
        "units/" + "x" * 5000,
        "statutes/' OR 1=1 --",
        "services/%ff",
    )
    for path in strange:
        response = client.get(f"/api/v1/town/{path}")
        assert response.status_code == 404, path
        assert not [telltale for telltale in TELLTALES if telltale in response.content.decode()], path


def test_no_answer_opens_the_api_to_the_scripts_of_other_sites(town, client):
    for address in ("/api/v1/town/services", "/api/v1/openapi.json"):
        response = client.get(address, headers={"origin": "https://evil.example"})
        assert not [header for header in response.headers if header.lower().startswith("access-control")]
