# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig


class OutboundConfig(AppConfig):
    name = "allmende.kernel.outbound"
    label = "outbound"
