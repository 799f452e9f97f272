# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The step that citizens' pictures pass before they are stored. Nobody reviews them, so what is not sure is refused."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from allmende.modules.anonymiser import problems, rules

logger = logging.getLogger(__name__)
_one = threading.Lock()
"""One picture at a time: two would share the processors and take twice the memory. Other pages answer meanwhile."""
_places = threading.BoundedSemaphore(rules.number("uploads_at_once"))
"""The picture in hand and those that wait for it: nobody shall wait for minutes without knowing."""


def clean(content: bytes) -> bytes:
    """The picture with faces and plates masked, in the same format. Raises ValueError with a sentence for people."""
    from allmende.modules.anonymiser.engine import pipeline, settings  # detectors: only once somebody uploads a picture
    from allmende.modules.anonymiser.engine.pictures import PictureRefused

    try:
        with _turn():
            outcome = pipeline.anonymise(
                content, settings.Settings(keep_date="none", most_pixels=rules.number("upload_pixels"))
            )
    except PictureRefused as refused:
        raise ValueError(str(problems.of_file(refused.reason))) from refused
    except _Crowd as crowd:
        raise ValueError(
            _("Gerade werden schon viele Bilder geprüft. Bitte versuchen Sie es in einer Minute noch einmal.")
        ) from crowd
    except Exception as error:
        logger.exception("An upload could not be anonymised.")
        raise ValueError(
            _(
                "Das Bild konnte nicht auf Gesichter und Kennzeichen geprüft werden. Bitte versuchen Sie es später noch einmal."
            )
        ) from error
    if not outcome.verification.passed:
        raise ValueError(
            _(
                "Gesichter oder Kennzeichen in diesem Bild ließen sich nicht sicher verdecken. Bitte nehmen Sie ein anderes Bild."
            )
        )
    return outcome.content


class _Crowd(Exception):
    """Too many wait already."""


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn, if there is a place left to wait. Raises _Crowd."""
    if not _places.acquire(blocking=False):
        raise _Crowd
    try:
        with _one:
            yield
    finally:
        _places.release()
