# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What uvicorn serves."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  (read by Django just now)

from allmende.site.preloading import Preloading  # noqa: E402
from allmende.site.serving import Bounded, OneThreadHandler, Orderly, static_files  # noqa: E402

application = Preloading(Orderly(static_files(Bounded(OneThreadHandler(), settings.MAX_BODY_BYTES))))
