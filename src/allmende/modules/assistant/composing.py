# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a question to the content of its answer. Reads only; nothing is stored here.

The order: emergency and refusal, personal data, the wish for a person, the choice after asking back, the yes or no to an offer, the
question without a topic, search, decision, card and passages.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.utils import translation

from allmende.kernel.places import queries as places
from allmende.kernel.privacy import service as privacy
from allmende.kernel.privacy.service import Masked
from allmende.kernel.search.queries import PUBLIC, Hit, Results, search
from allmende.kernel.town import queries as town
from allmende.modules.assistant import cards, guided, rules
from allmende.modules.assistant.engine.decision import Candidate, Decision, Evidence, decide
from allmende.modules.assistant.engine.guard import GuardRule
from allmende.modules.assistant.engine.labels import unmarked
from allmende.modules.assistant.engine.language import detect
from allmende.modules.assistant.engine.text import fold, written
from allmende.modules.assistant.queries import masked_kinds
from allmende.modules.assistant.schemas import Card, Content, Offer, Status, Turn
from allmende.modules.assistant.scope import foreignness

GERMAN = "de"
HITS = 24
PASSAGES = 3
TERMS = 20_000
"""Names and synonyms that are remembered as they are compared, more than a city has."""
Find = Callable[..., Results]
"""A search with the arguments of `kernel.search.queries.search`."""

YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Composed:
    """What will be stored: the masked question, the content and how sure the assistant is (0 to 1).

    `found` are the keys of the documents that were found, best first; nothing where none was searched for.
    """

    question: str
    content: Content
    confidence: float
    found: tuple[str, ...] = ()


def compose(
    question: str,
    *,
    language: str,
    service_id: str = "",
    turns: Sequence[Turn] = (),
    find: Find | None = None,
    subject: str = "",
) -> Composed:
    """Find the answer to a question. `turns` are those before it, the newest first; see `service.answer` for the others.

    `find` searches instead of the town's search.
    """
    found: tuple[str, ...] = ()
    masked = _mask(question)
    language = detect(question, rules.words_of_languages(), language)
    with translation.override(language):
        rule = rules.guard().check(question)
        if rule:
            content, confidence = _guarded(rule, language), 1.0
        elif rules.commands().asks_for_person(masked.text):
            content, confidence = _handed_over(language), 1.0
        elif service_id and (card := cards.service(service_id, language)):
            content, confidence = _chosen(card.service, masked.text, language, "answered"), 1.0
        elif turns and (replied := _replied(masked.text, turns[0].content, language)):
            content, confidence = replied, 1.0
        elif nameless := _without_topic(_as_written(masked.text, language), subject or _subject_of(turns), language):
            content, confidence = nameless, 1.0
        else:
            content, results = _found(_as_written(masked.text, language), language, find)
            confidence, found = results.confidence, tuple(hit.document_key for hit in results.hits)
        content.masked = masked_kinds(list(masked.kinds))
        if content.card or found:
            content.guided = _offered(content, masked.text, language)
    return Composed(masked.text, content, confidence, found)


def _as_written(question: str, language: str) -> str:
    """The question in the words of the town's texts: „Wat kost dat?“ is searched as „Was kostet das?“."""
    return written(question, rules.dialect()) if language == GERMAN else question


def _mask(question: str) -> Masked:
    """Personal data leaves the question; the town's own telephone numbers and addresses are none."""
    own = [text for unit in town.units() for text in (unit.phone, unit.email, unit.street_address) if text]
    return privacy.mask(question.strip(), allow=own, streets=places.street_names())


def _guarded(rule: GuardRule, language: str) -> Content:
    return Content(
        status=Status.GUARDED,
        language=language,
        rule=rule.name,
        say=rule.say[language],
        numbers=cards.numbers(rule.numbers, language),
    )


def _handed_over(language: str) -> Content:
    """The citizen wants a person; `service.answer` adds whom, because that depends on the conversation."""
    return Content(status=Status.HANDED_OVER, language=language, say=_say("handed_over", language))


def _subject_of(turns: Sequence[Turn]) -> str:
    """The service whose card was shown last; nothing where something else was talked about since."""
    since = next((turn for turn in turns if turn.content.card or _names_a_thing(turn.question)), None)
    return since.content.card.service if since and since.content.card else ""


def _offered(content: Content, question: str, language: str) -> list[Offer]:
    """What can be begun beside an answer: what goes with its service, else what the question calls for in so many words."""
    own = guided.offers(content.card.service, language) if content.card else []
    if own or content.status is Status.CLARIFICATION:
        return own
    return guided.called(fold(_searched(question)).split(), language, lambda phrase: _topic(fold(phrase)))


def _replied(text: str, before: Content, language: str) -> Content | None:
    """The answer to a yes or a no to what the answer before offered; None where it offered nothing, or something else was said."""
    heard = rules.agreeing().heard(text) if before.guided else None
    if heard is None:
        return None
    content = Content(status=Status.ANSWERED, language=language, say=_say("agreed" if heard else "declined", language))
    content.guided, content.agreed = (before.guided, True) if heard else ([], False)
    return content


def _without_topic(question: str, subject: str, language: str) -> Content | None:
    """The answer to a question that names no thing, „Und was kostet das?“: it goes on about the subject, else it must say what it means.

    None where it names one, or asks for places and hours, which are the town hall's then.
    """
    if _names_a_thing(question):
        return None
    facet = rules.facets().of(_searched(question))
    if facet and subject and cards.service(subject, language):
        return _chosen(subject, question, language, "followed_up")
    if facet and facet not in rules.facets_of_something():
        return None
    say = _say("nothing_named", language)
    return Content(status=Status.NO_SOURCE, language=language, say=say, numbers=[cards.switchboard()])


def _names_a_thing(question: str) -> bool:
    """Whether a masked question says what it is about, and not only what one wants to know about it."""
    return bool(set(_topic(rules.facets().without(_searched(question)))) - rules.pointing_words())


def _chosen(service_id: str, question: str, language: str, say: str) -> Content:
    """The citizen has chosen from what was offered, or goes on asking about it: no more guessing."""
    card = cards.service(service_id, language)
    results = _search(f"{question} {card.title if card else ''}")
    own = [hit for hit in results.hits if _subject(hit) == service_id]
    content = Content(
        status=Status.ANSWERED,
        language=language,
        say=_say(say, language),
        facet=rules.facets().of(question),
        card=card,
        passages=cards.passages(own[:PASSAGES]),
    )
    _name_the_language(content)
    cards.mark_repeated(content)
    return content


def decided(question: str, language: str, find: Find | None = None) -> tuple[Decision, Results]:
    """What is found for a masked question, and what is done with it. `find` searches instead of the town's search."""
    results = _search(question, find)
    return decide(_evidence(question, results, language), rules.thresholds()), results


def service_shown(subject: str, others: list[str], results: Results, language: str) -> str:
    """The service whose card would be shown for a decision's first subject; empty when it would be none."""
    first = next(hit for hit in results.hits if _subject(hit) == subject)
    if first.collection == "services":
        return subject
    card = _card_under(first, others, language) if first.collection != "units" else None
    return card.service if card else ""


def _found(question: str, language: str, find: Find | None) -> tuple[Content, Results]:
    """Search, decide, and build what was decided."""
    decision, results = decided(question, language, find)
    despair = rules.despair().check(question)
    if despair and not (decision.status == Status.ANSWERED and decision.sure):
        return _guarded(despair, language), results
    content = Content(status=Status(decision.status), language=language, say=_say(decision.status, language))
    if content.status is Status.ANSWERED:
        _add_answer(content, question, results, decision)
        cards.mark_repeated(content)
    elif content.status is Status.CLARIFICATION:
        content.options = cards.options(decision.subjects, language)
    else:
        content.numbers = [cards.switchboard()]
    return content, results


def _add_answer(content: Content, question: str, results: Results, decision: Decision) -> None:
    """The card or the place, the passages that speak for it, and alternatives where the choice is not sure."""
    subject, *others = decision.subjects
    own = [hit for hit in results.hits if _subject(hit) == subject]
    own = [hit for hit in own if hit.language == content.language] or own
    first = own[0]
    content.facet = rules.facets().of(question)
    if first.collection == "services":
        content.card = cards.service(first.data["id"], content.language)
    elif first.collection == "units":
        content.place = cards.place(first.data["id"], content.language)
        content.say = _say("answered_place", content.language)
    else:
        content.card = _card_under(first, others, content.language)
        content.say = _say("answered" if content.card else "answered_source", content.language)
    laws = [hit for hit in results.hits if hit.collection == "statutes" and hit not in own]
    if content.card or _by_words(results):  # to be alike is no kinship
        laws = [hit for hit in laws if content.card and _rests_on(content.card, hit)]
    content.passages = cards.passages([*own[:2], *laws[:1]])
    if not decision.sure:
        content.sure = False
        content.say = _say("unsure", content.language)
    _offer_others(content, decision)
    _name_the_language(content)


def _offer_others(content: Content, decision: Decision) -> None:
    """What else could be meant: beside an answer that is not sure all alternatives, beside a sure card those that come close."""
    shown = content.card.service if content.card else ""
    others = decision.subjects[1:] if not decision.sure else decision.close if shown else ()
    content.options = cards.options([other for other in others if other != shown], content.language)


def _name_the_language(content: Content) -> None:
    """An answer that is not in German names its language and the German text, which is authoritative (§ 23 VwVfG)."""
    if content.language != GERMAN:
        translated = content.place or (content.card and content.card.language == content.language)
        remark = _say("translated" if translated else "german_only", content.language)
        content.say = f"{remark} {content.say}"  # which ends in a colon before the card


def _card_under(source: Hit, service_ids: list[str], language: str) -> Card | None:
    """The first of these services that rests on the statute which was found: who asks about a by-law wants to act on it."""
    for service_id in service_ids:
        card = cards.service(service_id, language)
        if card and _rests_on(card, source):
            return card
    return None


def _rests_on(card: Card, statute: Hit) -> bool:
    return any(law.url.partition("#")[0] == statute.url for law in card.laws)


def _by_words(results: Results) -> bool:
    """Whether the search knows no meanings yet: a new town is embedded in the background."""
    return bool(results.hits) and results.hits[0].dense_rank is None


def _search(question: str, find: Find | None = None) -> Results:
    return (find or search)(_searched(question), asker=PUBLIC, k=HITS, authority=settings.TOWN, as_of=town.today())


def _searched(question: str) -> str:
    """The masked question without placeholders and without what names them, unless nothing else would be left."""
    bare = rules.labels().without(question)
    return bare if _topic(fold(bare)) else unmarked(question)


def _evidence(question: str, results: Results, language: str) -> Evidence:
    text = _searched(question)
    best: dict[str, Hit] = {}
    terms: dict[str, set[str]] = {}
    for hit in results.hits:
        best.setdefault(_subject(hit), hit)
        for term in (hit.title, *hit.synonyms):
            terms.setdefault(_subject(hit), set()).update(_names(term))
    against = rules.opposites().are
    candidates = [
        Candidate(key, hit.collection, hit.score, frozenset(terms[key]), against(text, hit.title))
        for key, hit in best.items()
    ]
    words = tuple(word for word in fold(text).split() if word not in rules.function_words()[language])
    return Evidence(
        words=words,
        topic=_topic(fold(text)),
        candidates=tuple(candidates),
        confidence=results.confidence,
        foreignness=foreignness(text),
        by_words=_by_words(results),
        unknown_year=_asks_for_unknown_year(text, results),
    )


@lru_cache(maxsize=TERMS)
def _names(term: str) -> frozenset[str]:
    """A service's name or synonym as it is compared with a question: whole, and without what names no thing."""
    folded = fold(term)
    return frozenset({folded, " ".join(_topic(folded))})


def _topic(folded: str) -> tuple[str, ...]:
    """The words that name a thing: of „Reisepass beantragen“ and „Was kostet ein Reisepass?“ both times the passport."""
    return tuple(word for word in folded.split() if word not in _no_things())


@cache
def _no_things() -> frozenset[str]:
    return rules.asking_words().union(*rules.function_words().values())


def _asks_for_unknown_year(text: str, results: Results) -> bool:
    """Whether the question names a past year that the best source does not mention."""
    years = {year for year in YEAR.findall(text) if int(year) < town.today().year}
    told = " ".join(excerpt.text for hit in results.hits[:1] for excerpt in hit.passages)
    return bool(years - set(YEAR.findall(told)))


def _subject(hit: Hit) -> str:
    """What a hit is about: the German and the English text of one service are one subject."""
    return hit.data["id"] if hit.collection == "services" else hit.document_key.removesuffix("/en")


def _say(name: str, language: str) -> str:
    return rules.texts(language)[name]
