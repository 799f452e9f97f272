# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What uvicorn serves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")

django = get_asgi_application()

from django.conf import settings  # noqa: E402  (read by Django just now)

from allmende.site.preloading import Preloading  # noqa: E402
from allmende.site.serving import Bounded, Orderly  # noqa: E402

application = Preloading(Orderly(Bounded(django, settings.MAX_BODY_BYTES)))
