# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dialogs of other rooms in the chat, as they declare them. The assistant stores nothing of what is said in one.

The browser alone holds the token (`kernel.web.dialogs`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from allmende.kernel.registry import Dialog, DialogTurn, Guided, RegistryError, Said, registry, resolve
from allmende.kernel.web import dialogs
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import rules
from allmende.modules.assistant.engine.decision import held_by
from allmende.modules.assistant.schemas import AnswerView, Offer

beginning = PublicThrottle("20/m", scope="guided-begin")
MOST_CALLED = 3


@dataclass(frozen=True)
class Held:
    """A dialog that this browser is in: the name it is declared under, and the token."""

    name: str
    token: str

    def show(self, language: str) -> DialogTurn:
        """Where it stands."""
        shown: DialogTurn = resolve(self._declared.show)(self.token, language)
        return shown

    def turn(self, said: Said, language: str) -> DialogTurn:
        """Where it stands after this."""
        after: DialogTurn = resolve(self._declared.turn)(self.token, said, language)
        return after

    def forget(self) -> None:
        """Delete what was said; what was sent stays with the town."""
        resolve(self._declared.forget)(self.token)

    def as_form(self, request: HttpRequest) -> HttpResponse:
        """Go on with it as a form. Raises Http404 where the room has none."""
        if not self._declared.as_form:
            raise Http404
        response: HttpResponse = resolve(self._declared.as_form)(request, self.token)
        return response

    @property
    def has_form(self) -> bool:
        """Whether it goes on as a form, too."""
        return bool(self._declared.as_form)

    @property
    def is_declared(self) -> bool:
        """Whether a room declares it."""
        return self.name in {item.name for item in registry().all(Dialog)}

    @property
    def _declared(self) -> Dialog:
        return registry().get(Dialog, self.name)


def offers(service: str, language: str) -> list[Offer]:
    """The dialogs that go with a service."""
    return [
        Offer(dialog=item.name, id=found.id, title=found.title)
        for item in registry().all(Dialog)
        for found in resolve(item.offers)(service, language)
    ]


def called(words: Collection[str], language: str, topic: Callable[[str], Sequence[str]]) -> list[Offer]:
    """The dialogs of which a phrase, its `topic`, is wholly among the folded words of a question; endings aside."""
    return [
        Offer(dialog=item.name, id=found.id, title=found.title)
        for item in registry().all(Dialog)
        for found in resolve(item.offers)("", language)
        if any(held_by(words, topic(phrase)) for phrase in found.phrases)
    ][:MOST_CALLED]


def guide(name: str, key: str, language: str) -> Guided | None:
    """What a button offered, with what one should know before; None when it is not offered any more."""
    declared = next((item for item in registry().all(Dialog) if item.name == name), None)
    found: list[Guided] = resolve(declared.offers)("", language) if declared else []
    return next((item for item in found if item.id == key), None)


def begin(name: str, key: str, language: str) -> Held:
    """Begin a dialog. Raises LookupError when it is not offered any more."""
    try:
        return Held(name, resolve(registry().get(Dialog, name).begin)(key, language))
    except RegistryError as error:
        raise LookupError(name) from error


def held(request: HttpRequest) -> Held | None:
    """The dialog that this browser is in."""
    found = Held(*dialogs.held(request))
    return found if found.token and found.is_declared else None


def hold_agreed(request: HttpRequest, answer: AnswerView, response: HttpResponse, language: str) -> HttpResponse | None:
    """The response, with the dialog begun that the citizen has said yes to; None where there is no one such dialog, or one is open."""
    if not (answer.agreed and len(answer.guided) == 1) or held(request) or not beginning.allow_request(request):
        return None
    try:
        begun = begin(answer.guided[0].dialog, answer.guided[0].id, language)
    except LookupError:
        return None
    return dialogs.hold(request, response, begun.name, begun.token)


def is_emergency(text: str) -> bool:
    """Whether a sentence inside a dialog is one that comes before everything."""
    rule = rules.guard().check(text)
    return rule is not None and rule.emergency
