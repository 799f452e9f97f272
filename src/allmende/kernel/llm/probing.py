# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The administration's test of one provider: a real call with a fixed sentence, and what came of it in plain words."""

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.accounts.models import User
from allmende.kernel.llm import database, rules, wire, writing
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.errors import LlmError
from allmende.kernel.llm.failures import Failure
from allmende.kernel.llm.gateway import Exchange
from allmende.kernel.llm.rules import LIMITS
from allmende.kernel.llm.shapes import ChatRequest, Wish
from allmende.kernel.llm.streaming import Stream

MESSAGES = (
    {"role": "system", "content": "Antworten Sie in einem kurzen Satz auf Deutsch."},
    {"role": "user", "content": "Was ist eine Stadtverwaltung?"},
)
TEXTS = ("Was kostet ein Hund?", "Hundesteuer anmelden")
ROOM, PURPOSE = "llm", "probe"
ANSWER_TOKENS = 60

PLAIN_WORDS = {
    "unreachable": gettext_lazy(
        "Unter dieser Adresse antwortet niemand. Prüfen Sie Namen und Port, und ob der Server läuft und von hier erreichbar ist."
    ),
    "timeout": gettext_lazy("Der Anbieter hat die Verbindung angenommen, aber nicht rechtzeitig geantwortet."),
    "denied": gettext_lazy(
        "Der Anbieter lehnt den Schlüssel ab. Geben Sie ihn neu ein oder lassen Sie ihn dort freischalten."
    ),
    "unknown_model": gettext_lazy("Der Anbieter kennt den Pfad oder das Modell nicht. Prüfen Sie beide Angaben."),
    "busy": gettext_lazy("Der Anbieter ist überlastet oder Ihr Kontingent dort ist erschöpft."),
    "failing": gettext_lazy("Der Anbieter meldet einen eigenen Fehler."),
    "redirected": gettext_lazy(
        "Der Anbieter leitet auf eine andere Adresse um. Dem folgt das System nicht; tragen Sie die richtige Adresse ein."
    ),
    "forbidden_address": gettext_lazy(
        "Der Name führt zu einer Adresse, an die von hier nicht gesendet werden darf. Anbieter außerhalb des Hauses "
        "brauchen eine öffentliche Adresse, unverschlüsselte eine private."
    ),
    "malformed": gettext_lazy(
        "Die Antwort folgt nicht der OpenAI-Schnittstelle. Endet die Adresse auf dem richtigen Pfad?"
    ),
    "too_large": gettext_lazy("Die Antwort war größer als erlaubt und wurde abgebrochen."),
    "too_long": gettext_lazy("Das Modell meldet, dass schon dieser kurze Text zu lang ist."),
    "bad_request": gettext_lazy("Der Anbieter versteht die Anfrage nicht."),
    "unavailable": gettext_lazy("Der gespeicherte Schlüssel lässt sich nicht mehr lesen. Bitte geben Sie ihn neu ein."),
}
"""By outcome; the others speak for themselves."""


@dataclass
class Findings:
    """What a test showed. Times in milliseconds."""

    outcome: str = "answered"
    problem: str = ""
    text: str = ""
    model: str = ""
    first_ms: int | None = None
    total_ms: int | None = None
    dimensions: int | None = None
    embeddings_ms: int | None = None
    offered: list[str] = field(default_factory=list)
    warning: str = ""

    @property
    def sound(self) -> bool:
        """Whether everything that was tried worked."""
        return not self.problem

    def as_dict(self) -> dict[str, object]:
        """For the page that reads along."""
        return {**asdict(self), "sound": self.sound}


class Probe:
    """A test of one provider: `pieces` for who reads along, then `finish` for the rest and the findings."""

    def __init__(self, endpoint: Endpoint, actor: User) -> None:
        self._endpoint = endpoint
        self._actor = actor
        self.findings = Findings()
        request, texts = ChatRequest.read(MESSAGES, (), ANSWER_TOKENS, None)
        self.pieces = Stream(self._wish(rules.CHAT, texts, ANSWER_TOKENS), request, only=endpoint)

    async def finish(self) -> Findings:
        """Read what is left of the answer, try the embeddings, ask for the list of models, write the audit."""
        if self._endpoint.chat_model:
            await self._chat()
        if self._endpoint.embeddings_model and self.findings.sound:
            await self._embed()
        if self.findings.sound:
            await self._compare()
        await database.run(writing.record_probe, self._endpoint.slug, self.findings.outcome, actor=self._actor)
        return self.findings

    def failed(self, error: LlmError) -> None:
        """Note what went wrong, in plain words."""
        self.findings.outcome = error.outcome
        self.findings.problem = str(PLAIN_WORDS.get(error.outcome, error))

    async def _chat(self) -> None:
        try:
            async with self.pieces as pieces:
                async for _piece in pieces:
                    pass
        except LlmError as error:
            self.failed(error)
        answer = self.pieces.answer
        if answer is not None:
            self.findings.text = answer.text[: LIMITS.probe_characters]
            self.findings.model = answer.model
            self.findings.first_ms, self.findings.total_ms = answer.first_ms, answer.total_ms

    async def _embed(self) -> None:
        try:
            async with Exchange(self._wish(rules.EMBEDDINGS, TEXTS, 0), only=self._endpoint) as exchange:
                vectors, _tokens = await exchange.ask(
                    lambda endpoint, locked, seconds: wire.embed(endpoint, locked.texts, seconds)
                )
        except LlmError as error:
            self.failed(error)
        else:
            self.findings.dimensions, self.findings.embeddings_ms = vectors.shape[1], exchange.figures.total_ms

    async def _compare(self) -> None:
        """Some servers answer with whatever they have, so the list is asked, too; not every provider keeps one."""
        try:
            offered = await wire.models(self._endpoint, LIMITS.connect)
        except Failure:
            return
        wanted = {self._endpoint.chat_model, self._endpoint.embeddings_model} - {""}
        if offered and (unknown := sorted(wanted - set(offered))):
            self.findings.offered = offered
            self.findings.warning = _("Der Anbieter nennt dieses Modell nicht in seiner Liste: %(names)s.") % {
                "names": ", ".join(unknown)
            }

    def _wish(self, kind: str, texts: tuple[str, ...], tokens_out: int) -> Wish:
        return Wish(
            kind=kind,
            room=ROOM,
            purpose=PURPOSE,
            data_class="public",
            actor=self._actor,
            texts=texts,
            tokens_out=tokens_out,
        )
