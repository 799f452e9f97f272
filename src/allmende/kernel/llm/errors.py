# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a room hears when there is no answer. The texts are for people and hold nothing of what was asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class LlmError(Exception):
    """There is no answer. `str()` is a sentence for people; `outcome` names what happened as data/llm.toml does."""

    outcome = "unavailable"
    text: str | Promise = _("Das Sprachmodell hat nicht geantwortet.")

    def __init__(self, text: str | Promise = "", *, outcome: str = "") -> None:
        super().__init__()
        self.text = text or self.text
        self.outcome = outcome or self.outcome

    def __str__(self) -> str:
        return str(self.text)


class NotConfigured(LlmError):
    """No provider is set up for this."""

    outcome = "not_configured"
    text = _("Es ist kein Sprachmodell eingerichtet. Alles andere funktioniert wie gewohnt.")


class Refused(LlmError):
    """Texts of this class may go to none of the providers."""

    outcome = "refused"
    text = _(
        "Diese Daten dürfen an keines der eingerichteten Sprachmodelle gehen. Es wurde nichts übermittelt. "
        "Die Systemverwaltung legt fest, welcher Anbieter welche Daten erhalten darf."
    )


class TooLong(Refused):
    """The text does not fit into the model, or is longer than the house sends."""

    outcome = "too_long"
    text = _("Der Text ist zu lang für das Sprachmodell. Bitte kürzen Sie ihn oder teilen Sie ihn auf.")


class QuotaExceeded(LlmError):
    """The role or the provider has used up its day."""

    outcome = "quota"
    text = _("Das Kontingent für Sprachmodelle ist für heute erschöpft. Morgen steht es wieder zur Verfügung.")


class Unavailable(LlmError):
    """No provider could answer now."""

    text = _("Das Sprachmodell ist zurzeit nicht erreichbar. Bitte versuchen Sie es in einigen Minuten noch einmal.")


class TimedOut(Unavailable):
    """No provider answered in time."""

    outcome = "timeout"
    text = _("Das Sprachmodell hat zu lange gebraucht. Bitte versuchen Sie es später noch einmal.")


class BrokenOff(Unavailable):
    """The provider stopped in the middle of its answer; what came so far is incomplete."""

    text = _(
        "Die Antwort des Sprachmodells ist abgebrochen und unvollständig. Bitte stellen Sie die Anfrage noch einmal."
    )


ERRORS: dict[str, type[LlmError]] = {
    "not_configured": NotConfigured,
    "refused": Refused,
    "too_long": TooLong,
    "quota": QuotaExceeded,
    "unavailable": Unavailable,
    "timeout": TimedOut,
}
"""By the `error` of an outcome in data/llm.toml."""
