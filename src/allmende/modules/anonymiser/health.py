# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the health page says about the detectors."""

from django.utils.translation import gettext as _

from allmende.modules.anonymiser.engine.detectors import installed


def check() -> str:
    """One line. Raises ModelMissing when a model file is absent or not the one that was measured."""
    return _("Geladen: %(detectors)s") % {
        "detectors": ", ".join(f"{detector.name} {detector.version}" for detector in installed())
    }
