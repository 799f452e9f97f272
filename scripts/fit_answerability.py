# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fit the chance that a first hit answers: `python scripts/fit_answerability.py [--write] [--vectors FILE]`.

Fitted on two sets that nothing else is measured on: XQuAD-de (below ALLMENDE_DATA) and demo/lindental/questions/answers.jsonl,
asked of the demo town in the database, which must be there with all its vectors (`allmende up`, once). Each question is asked
twice: as it is, and with everything hidden that answers it, so that it has no answer but near pages. Both sets weigh alike,
and in each a quarter of the weight is questions without an answer.

`--write` puts the numbers into kernel/search/data/answerability.toml; without it they are only printed, with what they are
worth on questions they were not fitted to. `--vectors` keeps the vectors of XQuAD-de for the next time.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import django
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from allmende.kernel.evaluation import service as evaluation  # noqa: E402
from allmende.kernel.search import embedding, live, queries, question_sets  # noqa: E402
from allmende.kernel.search.engine.answerability import NAMES, NAMES_BY_WORDS, Evidence, fingerprint  # noqa: E402
from allmende.kernel.search.engine.configuration import DATA, default  # noqa: E402
from allmende.kernel.search.engine.retriever import Retriever  # noqa: E402
from allmende.kernel.search.engine.segment import Document, Scope  # noqa: E402
from allmende.kernel.search.models import Document as StoredDocument  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ALLMENDE_DATA", ROOT.parent / "shared" / "data"))
TOWN_QUESTIONS = ROOT / "demo" / "lindental" / "questions" / "answers.jsonl"
TOWN_QUESTION = {"id": str, "question": str, "gold": list}

UNANSWERABLE = 0.25  # share of the weight, as the shares in real use are not known
RIDGE = 0.003  # strong: weights that are nearly alike carry over better from set to set than sharp ones
FOLDS = 10
RIGHT = 0.97  # of the weight of what is answered, on questions left out: the threshold is where each set reaches it
ENOUGH = 25  # percentile of the nearness of right first hits beyond which nearness counts no more

HEAD = """\
# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

# Written by scripts/fit_answerability.py on {day}. The names are those of Evidence in engine/answerability.py.
engine = "{engine}"  # the settings of engine.toml that it was fitted with; with others fit again
answer = {answer:.3f}  # from this chance on, {right:.0f} of 100 answers were right in each set, on questions not fitted to
"""


@dataclass(frozen=True)
class Asked:
    """A question, what the search saw, and whether its first hit was right. `group`: questions about the same text."""

    group: str
    evidence: Evidence
    answerable: bool
    right: bool


class Remembering:
    """The embedding model, with vectors of texts that are kept in a file."""

    def __init__(self, path: Path | None) -> None:
        self.model, self.path = embedding.embedder(), path
        self.known: dict[str, np.ndarray] = {}
        if path and path.exists():
            stored = np.load(path)
            self.known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        self.name = self.model.name

    def embed_query(self, text: str) -> np.ndarray:
        return self.model.embed_query(text)

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        keys = [hashlib.sha256(f"{self.name}\n{text}".encode()).hexdigest() for text in texts]
        missing = [place for place, key in enumerate(keys) if key not in self.known]
        if missing:
            vectors = self.model.embed_texts([texts[place] for place in missing])
            self.known.update({keys[place]: vector for place, vector in zip(missing, vectors, strict=True)})
        return np.stack([self.known[key] for key in keys])

    def save(self) -> None:
        if self.path:
            np.savez(self.path, keys=np.array(list(self.known)), vectors=np.stack(list(self.known.values())))


def town_documents() -> list[Document]:
    """What the demo town publishes today, each document in a collection of its own so that it can be hidden."""
    if queries.waiting() or not (found := StoredDocument.objects.filter(revoked=False)):
        raise click.ClickException(
            "The demo town is not in the database with all its vectors; start `allmende up` once."
        )
    made = [live.engine_document(row, list(row.passages.order_by("position"))) for row in found]
    return [replace(document, scope=Scope(document.key, "", "public")) for document in made]


def ask(documents: list[Document], questions: Sequence[dict], day: int, group: Callable[[dict], str]) -> list[Asked]:
    """Every question as it is, and where it has an answer once more without it. A translation of an answer is one, too."""
    found = Retriever(embedding.embedder())
    found.index.put(documents)
    asked = []
    for row in evaluation.progress_bar(questions, "search"):
        gold = {*row["gold"], *(f"{key}/en" for key in row["gold"])}
        ways = [(), gold] if row["gold"] else [()]
        asked += [_asked(found, row["question"], gold, hidden, day, group(row)) for hidden in ways]
    return asked


def _asked(found: Retriever, text: str, gold: set[str], hidden: Collection[str], day: int, group: str) -> Asked:
    ranking = found.search(text, question_sets.within(None, hidden), day=day, k=1)
    right = not hidden and bool(ranking.documents) and ranking.documents[0].key in gold
    return Asked(group, ranking.evidence or Evidence(), bool(gold) and not hidden, right)


def weights(asked: Sequence[Asked]) -> np.ndarray:
    """Weights that sum to 1000, UNANSWERABLE of it on questions without an answer."""
    answerable = np.array([one.answerable for one in asked])
    shares = np.where(answerable, (1 - UNANSWERABLE) / answerable.sum(), UNANSWERABLE / (~answerable).sum())
    return np.asarray(1000 * shares)


class Fit:
    """A standardised ridge logistic regression, then set to the right scale on questions it was not fitted to."""

    def __init__(
        self, sets: Sequence[Sequence[Asked]], names: Sequence[str], groups: Sequence[str] | None = None
    ) -> None:
        everything = [one for asked in sets for one in asked]
        self.names = names
        self.right = np.array([one.right for one in everything])
        self.weights = np.concatenate([weights(asked) for asked in sets])
        self.set_numbers = np.repeat(np.arange(len(sets)), [len(asked) for asked in sets])
        self.enough = float(
            np.percentile([one.evidence.nearest for one in everything if one.right], ENOUGH)
            if "nearest" in names
            else 1
        )
        values = self.values(everything)
        self.outside = np.zeros(len(everything))
        groups = groups or [one.group for one in everything]
        for fitted, tried in GroupKFold(FOLDS).split(values, groups=groups):
            slopes, intercept = self.ridge(values[fitted], self.right[fitted], self.weights[fitted])
            self.outside[tried] = values[tried] @ slopes + intercept
        scale = LogisticRegression(C=1e6).fit(self.outside[:, None], self.right, self.weights)
        stretch, shift = float(scale.coef_[0, 0]), float(scale.intercept_[0])
        slopes, intercept = self.ridge(values, self.right, self.weights)
        self.slopes, self.intercept = slopes * stretch, intercept * stretch + shift
        self.outside = 1 / (1 + np.exp(-(self.outside * stretch + shift)))

    @staticmethod
    def ridge(values: np.ndarray, right: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
        """Slopes and intercept in the units of the evidence."""
        mean = np.average(values, axis=0, weights=weight)
        spread = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weight))
        model = LogisticRegression(C=RIDGE, max_iter=5000).fit((values - mean) / spread, right, weight)
        slopes = model.coef_[0] / spread
        return slopes, float(model.intercept_[0] - mean @ slopes)

    def values(self, asked: Sequence[Asked]) -> np.ndarray:
        """(n, f) of the evidence."""
        found = np.array([[getattr(one.evidence, name) for name in self.names] for one in asked])
        if "nearest" in self.names:
            place = list(self.names).index("nearest")
            found[:, place] = np.minimum(found[:, place], self.enough)
        return found

    def chances(self, asked: Sequence[Asked]) -> np.ndarray:
        """(n,) of questions that were not fitted to."""
        return 1 / (1 + np.exp(-(self.values(asked) @ self.slopes + self.intercept)))

    def threshold(self) -> float:
        """The least chance from which on RIGHT of the weight of what is answered is right, in each set by itself."""
        return max(self._threshold(self.set_numbers == number) for number in np.unique(self.set_numbers))

    def _threshold(self, own: np.ndarray) -> float:
        order = np.flatnonzero(own)[np.argsort(-self.outside[own])]
        right = (self.weights * self.right)[order].cumsum() / self.weights[order].cumsum()
        return float(self.outside[order][np.flatnonzero(right >= RIGHT)[-1]])

    def table(self, name: str) -> str:
        """As TOML."""
        lines = [f"\n[{name}]", f"intercept = {self.intercept:.4f}"]
        lines += (
            [f"enough = {self.enough:.4f}  # nearness beyond this counts no more"] if "nearest" in self.names else []
        )
        lines += [f"\n[{name}.weights]"]
        lines += [f"{each} = {slope:.4f}" for each, slope in zip(self.names, self.slopes, strict=True)]
        return "\n".join(lines) + "\n"


def area(right: np.ndarray, chances: np.ndarray, weight: np.ndarray) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(right, chances, sample_weight=weight))


def worth(fit: Fit, at: float) -> str:
    """How good the numbers are on questions that were not fitted to."""
    answered = fit.outside >= at
    bins = np.minimum((fit.outside * 10).astype(int), 9)
    gaps = [abs(((fit.outside - fit.right) * fit.weights)[bins == number].sum()) for number in range(10)]
    right = (fit.weights * fit.right)[answered].sum() / fit.weights[answered].sum()
    return (
        f"area {area(fit.right, fit.outside, fit.weights):.3f}, calibration error {sum(gaps) / fit.weights.sum():.3f}, "
        f"from {at:.3f} on {fit.weights[answered].sum() / fit.weights.sum():.2f} answered and {right:.3f} of it right"
    )


def report(sets: dict[str, list[Asked]], fit: Fit) -> None:
    """Print what the numbers are worth, on the other set and without each kind of evidence."""
    click.echo(f"cross-fitted: {worth(fit, fit.threshold())}")
    names = list(sets)
    for one, other in (names, names[::-1]):
        alone = Fit([sets[one]], fit.names)
        asked = sets[other]
        found = area(np.array([each.right for each in asked]), alone.chances(asked), weights(asked))
        click.echo(f"fitted on {one} alone, area on {other}: {found:.3f}")
    for name in fit.names:
        without = Fit(list(sets.values()), [each for each in fit.names if each != name])
        click.echo(f"without {name:<15} {worth(without, without.threshold())}")


@click.command()
@click.option("--write", is_flag=True, help="Put the numbers into the data file.")
@click.option("--vectors", type=click.Path(path_type=Path), help="Keep the vectors of XQuAD-de in this file (.npz).")
def main(write: bool, vectors: Path | None) -> None:
    """Fit the answerability and print what it is worth."""
    remembering = Remembering(vectors)
    question_sets.embedding.embedder = lambda: remembering
    rows, questions = question_sets.read(SHARED / "qa" / "xquad-de")
    documents = [question_sets.document(row) for row in evaluation.progress_bar(rows, "index")]
    remembering.save()
    town = town_documents()
    town_questions = evaluation.read_jsonl(TOWN_QUESTIONS, TOWN_QUESTION, unique="id")
    today = timezone.localdate()

    def both(bare: bool) -> dict[str, list[Asked]]:
        """Both sets asked, with vectors or `bare` of them."""
        kept = [
            [replace(one, vectors=None, window_counts=()) if bare else one for one in own] for own in (documents, town)
        ]
        return {
            "XQuAD-de": ask(kept[0], questions, question_sets.DAY, lambda row: row["gold"][0].split("-")[0]),
            "Lindental": ask(kept[1], town_questions, today.toordinal(), lambda row: row["id"]),
        }

    meaning, words = both(bare=False), both(bare=True)
    by_meaning, by_words = Fit(list(meaning.values()), NAMES), Fit(list(words.values()), NAMES_BY_WORDS)
    report(meaning, by_meaning)
    click.echo(f"by words alone, cross-fitted: {worth(by_words, by_meaning.threshold())}")
    head = HEAD.format(day=today, engine=fingerprint(default()), answer=by_meaning.threshold(), right=100 * RIGHT)
    text = head + by_meaning.table("by_meaning") + by_words.table("by_words")
    click.echo(text)
    if write:
        (Path(str(DATA)) / "answerability.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
