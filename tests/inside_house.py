# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs Python inside a house, script after script, without the seconds that a new process takes to begin.

Each line of the input is a script as a JSON string, each line of the output what it printed. A script that fails ends it all.
"""

import contextlib
import io
import json
import os
import sys

import django
from django.db import close_old_connections

os.environ["DJANGO_SETTINGS_MODULE"] = "allmende.site.settings"
django.setup()
for line in sys.stdin:
    close_old_connections()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(json.loads(line), {})
    print(json.dumps(said.getvalue()), flush=True)
