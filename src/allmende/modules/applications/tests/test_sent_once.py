# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A double click, a retry, a power cut: two hundred applications sent twice are two hundred cases."""

from pathlib import Path

import pytest

from allmende.kernel.jobs.testing import kill, town_of_its_own

FLOW = Path(__file__).parents[5] / "demo" / "lindental" / "flows" / "sperrmuell.yaml"
APPLICATIONS = 200
BEGIN = f"""
import django; django.setup()
from allmende.kernel.places.service import take_in
from allmende.modules.applications import drafts, service
from allmende.modules.applications.models import FlowVersion
take_in(b"street\\nLindenallee")
row = service.store(open({str(FLOW)!r}, encoding="utf-8").read(), actor=None)
FlowVersion.objects.filter(pk=row.pk).update(status="published")  # this town has no offices that a compiler would find
answers = {{
    "gewerbe": False, "gegenstaende": [{{"was": "Sofa", "stueck": "1"}}], "menge": "1", "elektro": False, "tempo": "normal", "bisher": "0",
    "anschrift": {{"street": "Lindenallee", "number": "5", "postcode": "99998", "city": "Lindental"}}, "name": "Charlie",
    "email": None, "telefon": "+4969900090",
}}
for number in range({APPLICATIONS}):
    token = drafts.begin("sperrmuell", "de", "form", version=1, answers=answers)
    drafts.confirm(token, ["wahrheit", "datenschutz"])
    print(token)
"""
SUBMIT = """
import django; django.setup()
from allmende.modules.applications import submissions
for token in {tokens!r}:
    submissions.submit(token)
"""


@pytest.mark.both_databases
def test_two_hundred_double_submissions_are_two_hundred_cases(tmp_path):
    """Two processes at once send all of them, and a third that is killed in the middle."""
    with town_of_its_own(tmp_path) as town:
        send = SUBMIT.format(tokens=town.run("-c", BEGIN).split())
        people = [town.start("-c", send) for _each in range(3)]
        town.wait_until(lambda: town.ask("SELECT count(*) FROM cases_case")[0][0] > 10)
        kill(people.pop())
        assert [person.wait(120) for person in people] == [0, 0], town.log.read_text()[-3000:]
        for table in ("cases_case", "applications_submission"):
            assert town.ask(f"SELECT count(*) FROM {table}")[0][0] == APPLICATIONS, table
        assert town.ask("SELECT count(*) FROM applications_draft")[0][0] == 0
