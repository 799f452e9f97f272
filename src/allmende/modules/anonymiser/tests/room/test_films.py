# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice hands in films of the crossing: they go the way of pictures, but nobody reviews them."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from allmende.kernel.accounts import service as accounts
from allmende.kernel.files.service import UploadRefused
from allmende.kernel.jobs import runner
from allmende.kernel.jobs import service as jobs
from allmende.modules.anonymiser import desk, filming, queries, records, results, rules, service, tasks, vault
from allmende.modules.anonymiser.engine import video
from allmende.modules.anonymiser.engine.films import Film
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.models import Batch, Original, Picture
from allmende.modules.anonymiser.tests import drawing
from allmende.modules.anonymiser.tests.filming import RED, Red, film, passing
from allmende.modules.anonymiser.tests.room.conftest import upload
from allmende.modules.anonymiser.tests.room.test_pages import FORM, packed
from allmende.modules.anonymiser.views import answers

SIZE = (320, 208)
PAGE = "/anonymisierung/bilder/"


class Squares(Red):
    """Takes red squares for plates."""

    labels = frozenset({"plate"})

    def find(self, pixels: np.ndarray) -> list[Region]:
        return [Region("plate", found.corners, found.score, self.name) for found in super().find(pixels)]


class Restless(Squares):
    """Finds something elsewhere each time, so that no film is ever clean."""

    place = 0

    def find(self, pixels: np.ndarray) -> list[Region]:
        self.place += 21
        return [Region.box("plate", self.place % 160, 40, 20, 20, score=0.9, origin=self.name)]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A square that crosses the picture, with sound."""
    return film(tmp_path_factory.mktemp("films") / "a.mp4", passing([RED] * 8), sound=True).read_bytes()


@pytest.fixture
def seen_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Films are looked at by this detector alone; the house's own take seconds."""
    return lambda detector: monkeypatch.setattr(video, "for_labels", lambda _labels, _given: [detector])


@pytest.fixture
def done(crossing: bytes, seen_by: Callable[[Any], None], hand_in: Callable[..., Batch]) -> Picture:
    """A film that is finished."""
    seen_by(Squares())
    return hand_in(upload("kreuzung.mov.mp4", crossing)).pictures.get()


def red(pixels: np.ndarray) -> bool:
    """Whether the square is still to be seen."""
    return bool(Red().find(pixels))


def left_in_clear() -> list[Path]:
    return [path for path in desk.folder().rglob("*") if path.is_file()]


def test_the_houses_own_detectors_mask_a_film_that_alice_hands_in(
    browser: Callable[[str], Client], tmp_path: Path
) -> None:
    image, face, _plate = drawing.street(SIZE)
    frames = [drawing.pixels(image)] * 2
    alice = browser("alice")
    form = FORM | {"pictures": upload("straße.mkv", film(tmp_path / "in.mkv", frames).read_bytes())}
    page = alice.post(PAGE, form, follow=True)
    assert "Jedes Einzelbild wird angesehen" in page.content.decode()
    runner.work_off()
    row = Picture.objects.get()
    assert (row.state, row.kind, row.media_type) == ("published", "film", "video/mp4")
    assert row.film["tracks"]["face"] == 1
    (tmp_path / "out.mp4").write_bytes(results.read(row))
    x, y, right, bottom = face.bounds
    with Film.read(tmp_path / "out.mp4") as result:
        for frame in result.frames():
            assert frame.pixels[round(y) : round(bottom), round(x) : round(right)].std() < 12
    assert left_in_clear() == []


def test_its_page_plays_it_and_says_what_it_is(done: Picture, browser: Callable[[str], Client]) -> None:
    page = browser("alice").get(done.get_absolute_url())
    html = page.content.decode()
    assert "media-src 'self'" in page["Content-Security-Policy"]
    assert (
        f'<video class="pictures-film" controls playsinline preload="metadata" src="{done.get_absolute_url()}film/"'
        in html
    )
    for told in ("Fertig", "0,3 Sekunden", "8, 25 je Sekunde", "entfernt", "Film herunterladen"):
        assert told in html
    for not_for_films in ("data-compare", "Masken ändern", "vorher/", "nachher/"):
        assert not_for_films not in html
    assert not red(drawing.pixels(drawing.opened(browser("alice").get(f"{done.get_absolute_url()}standbild/").content)))
    piece = browser("alice").get(f"{done.get_absolute_url()}film/", headers={"range": "bytes=10-19"})
    assert (piece.status_code, piece.content) == (206, results.read(done)[10:20])
    assert "no-store" in piece["Cache-Control"]
    assert "media-src" not in browser("alice").get(PAGE)["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "status", "piece"),
    [
        ("", 200, slice(None)),
        ("bytes=0-", 206, slice(0, 1000)),
        ("bytes=100-199", 206, slice(100, 200)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=500-99999999", 206, slice(500, 1500)),
        ("bytes=99999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        ("pages=1-2", 200, slice(None)),
    ],
)
def test_a_player_gets_the_piece_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, wanted: str, status: int, piece: slice
) -> None:
    monkeypatch.setattr(answers, "PIECE", 1000)
    row, content = Picture(media_type="video/mp4"), bytes(range(250)) * 20
    vault.put(vault.RESULT, row.pk, content)
    answer = answers.played(row, wanted)
    assert (answer.status_code, answer.content) == (status, content[piece])
    begin, end, _step = piece.indices(len(content))
    expected = {206: f"bytes {begin}-{end - 1}/{len(content)}", 416: f"bytes */{len(content)}"}.get(status)
    assert answer.get("Content-Range") == expected
    assert (answer.get("Accept-Ranges") == "bytes") == (status != 416)


def test_who_may_see_a_film_and_nobody_its_original(done: Picture, browser: Callable[[str], Client]) -> None:
    for name, code in (("anton", 200), ("bob", 200), ("erika", 404), ("charlie", 404)):
        seen = {browser(name).get(f"{done.get_absolute_url()}{side}").status_code for side in ("film/", "standbild/")}
        assert seen == {code}, name
    assert browser("alice").get(f"{done.get_absolute_url()}vorher/").status_code == 404
    assert not Original.objects.exists()


def test_its_record_is_signed_and_tells_what_was_followed_and_removed(
    done: Picture, browser: Callable[[str], Client]
) -> None:
    content = queries.record(done.pk).content
    assert records.verify(content)
    assert (content["kind"], content["seconds"], content["frames"], content["rate"]) == ("film", 0.32, 8, 25)
    assert (content["sound"], content["metadata"]["removed"], content["masks"]) == ("removed", ["sound"], [])
    assert [(track["label"], track["first"], track["last"]) for track in content["tracks"]] == [("plate", 0, 7)]
    assert content["output_sha256"] == done.result_sha256 == records.sha256(results.read(done))
    (of_batch,) = queries.record(done.batch_id).content["pictures"]
    assert (of_batch["kind"], of_batch["state"]) == ("film", "published")
    paper = browser("bob").get(f"/anonymisierung/nachweise/{done.pk}.pdf")
    text = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    for told in ("Einzelbilder je Sekunde", "0,32", "verfolgt", "gültig"):
        assert told in text


def test_sound_stays_only_where_the_form_asks_for_it(
    crossing: bytes, seen_by: Callable[[Any], None], browser: Callable[[str], Client]
) -> None:
    seen_by(Squares())
    browser("alice").post(PAGE, FORM | {"pictures": upload("laut.mp4", crossing), "audio": "on"})
    runner.work_off()
    row = Picture.objects.get()
    with av.open(io.BytesIO(results.read(row))) as result:
        assert [stream.type for stream in result.streams] == ["video", "audio"]
    assert row.film["sound"] == queries.record(row.pk).content["sound"] == "kept"
    assert "bleibt" in browser("alice").get(row.batch.get_absolute_url()).content.decode()


def test_a_film_in_which_something_is_left_fails_and_says_when(
    crossing: bytes,
    seen_by: Callable[[Any], None],
    hand_in: Callable[..., Batch],
    browser: Callable[[str], Client],
    people: dict[str, Any],
) -> None:
    seen_by(Restless())
    row = hand_in(upload("kreuzung.mp4", crossing)).pictures.get()
    assert row.state == "failed"
    html = browser("alice").get(row.get_absolute_url()).content.decode()
    assert "Bei 00:00 (Minuten:Sekunden) ist nach dem Verdecken noch etwas zu sehen." in html
    assert "schneiden Sie diese Stellen heraus" in html
    for side in ("film/", "standbild/", "nachher/", "herunterladen/", "pruefen/"):
        assert browser("alice").get(row.get_absolute_url() + side).status_code == 404
    with pytest.raises(vault.GoneError):
        vault.get(vault.RESULT, row.pk)
    assert not queries.to_decide().exists()
    assert queries.record(row.pk) is None
    with pytest.raises(NotPossibleError, match="dasselbe Ergebnis"):
        service.retry(row, actor=people["alice"])
    assert left_in_clear() == []


def test_many_moments_are_told_shortly() -> None:
    sentence = str(filming.what_is_left([{"time": 7.0 * number} for number in (*range(12), 11)]))
    assert sentence.startswith(
        "Bei 00:00, 00:07, 00:14, 00:21, 00:28, 00:35, 00:42, 00:49 und in 4 weiteren Sekunden ("
    )
    assert len(str(filming.what_is_left([{"time": 3599.0 + number} for number in range(99)]))) <= 300
    assert "weicht" in str(filming.what_is_left([]))


@pytest.mark.parametrize("bound", [{"seconds": 0.1}, {"pixels": 20_000}, {"frames": 5}, {"megapixels": 0.1}])
def test_a_film_beyond_the_bounds_is_refused_by_name(
    crossing: bytes, hand_in: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch, bound: dict[str, float]
) -> None:
    for name, most in bound.items():
        monkeypatch.setitem(rules.part("film"), name, most)  # type: ignore[arg-type]
    with pytest.raises(UploadRefused, match=r"„kreuzung\.mp4“: Der Film (dauert|hat).* Bitte (kürzen|verkleinern)"):
        hand_in(upload("kreuzung.mp4", crossing))
    assert not Batch.objects.exists()


def test_in_a_zip_a_film_that_is_not_taken_stops_nobody(
    crossing: bytes, seen_by: Callable[[Any], None], hand_in: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_by(Squares())
    archive = packed(a__mp4=crossing, b__mp4=crossing[:400], c__mp4=b"kein Film", d__jpg=upload().read())
    batch = hand_in(SimpleUploadedFile("alle.zip", archive))
    states = dict(queries.pictures(batch).values_list("name", "state"))
    assert states == {"a.mp4": "published", "b.mp4": "refused", "c.mp4": "refused", "d.jpg": "published"}
    assert (batch.name, queries.drawable().get().name) == ("1 Bild, 1 Film", "d.jpg")
    assert "beschädigt" in str(batch.pictures.get(name="b.mp4").why)
    assert batch.job.unbroken, "letters go past it"
    assert not hand_in(upload()).job.unbroken
    monkeypatch.setitem(rules.part("upload"), "films", 0)  # type: ignore[arg-type]
    with pytest.raises(UploadRefused, match="höchstens 0 Filme"):
        hand_in(upload("a.mp4", crossing))


def test_a_film_whose_job_is_cancelled_stops_at_the_next_frame_and_can_begin_anew(
    crossing: bytes,
    seen_by: Callable[[Any], None],
    hand_in: Callable[..., Batch],
    browser: Callable[[str], Client],
    people: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell, told = tasks._tell, []

    def cancelled(progress: jobs.Progress, step: video.Step) -> None:
        assert left_in_clear() == []  # the original has no name while it is worked on
        if not told:
            jobs.cancel(Batch.objects.get().job, actor=people["alice"])  # type: ignore[arg-type]
        told.append(step.frames)
        tell(progress, step)

    seen_by(Squares())
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "_tell", cancelled)
        row = hand_in(upload("kreuzung.mp4", crossing)).pictures.get()
    assert (row.state, told) == ("waiting", [1])
    assert list(desk.folder().iterdir()) == []
    html = browser("alice").get(row.get_absolute_url()).content.decode()
    assert "abgebrochen" in html
    assert "every 2s" not in html
    browser("alice").post(f"{row.get_absolute_url()}entscheiden/", {"action": "retry"})
    with pytest.raises(NotPossibleError):
        service.retry(row, actor=people["alice"])
    assert Batch.objects.get().job.unbroken
    runner.work_off()
    row.refresh_from_db()
    assert row.state == "published"
    assert queries.records().filter(kind="film").count() == 1


def test_a_film_in_a_batch_that_is_deleted_is_not_worked_on_any_longer(
    crossing: bytes, hand_in: Callable[..., Batch], people: dict[str, Any]
) -> None:
    batch = hand_in(upload("kreuzung.mp4", crossing), work=False)
    job = batch.job
    service.delete(batch, actor=people["alice"])
    job.refresh_from_db()  # type: ignore[union-attr]
    assert job.status == "cancelled"  # type: ignore[union-attr]


def test_a_film_that_takes_too_long_is_told_and_not_tried_five_times(
    crossing: bytes, seen_by: Callable[[Any], None], hand_in: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_by(Squares())
    monkeypatch.setitem(rules.part("film"), "minutes", 0)  # type: ignore[arg-type]
    row = hand_in(upload("kreuzung.mp4", crossing)).pictures.get()
    assert row.state == "failed"
    assert "nicht fertig" in str(row.why)


KILLED = """
import os, django
django.setup()
from allmende.modules.anonymiser import desk
with desk.laid_out(b"ein Gesicht im Film") as (source, target):
    assert source.read_bytes() == source.read_bytes() == b"ein Gesicht im Film"
    target.write_bytes(b"halb verdeckt")
    os.kill(os.getpid(), 9)
"""


def test_of_a_killed_film_nothing_is_left_in_clear(home: Path) -> None:
    environment = {**os.environ, "ALLMENDE_HOME": str(home)}
    assert subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False).returncode == -9
    assert [path.read_bytes() for path in left_in_clear()] == [b"halb verdeckt"]
    desk.clear()
    assert left_in_clear() == []


def test_a_program_gets_a_film_anonymised(
    crossing: bytes, seen_by: Callable[[Any], None], people: dict[str, Any]
) -> None:
    seen_by(Squares())
    _token, plain = accounts.create_token(people["alice"], name="Fachverfahren", rights=["anonymiser.use"], days=30)
    program = Client(headers={"authorization": f"Bearer {plain}"})
    begun = program.post("/api/v1/anonymiser/pictures", {"file": upload("kreuzung.mp4", crossing), "audio": "true"})
    assert (begun.status_code, begun.json()["kind"]) == (202, "film")
    runner.work_off()
    address = f"/api/v1/anonymiser/pictures/{begun.json()['id']}"
    told = program.get(address).json()
    assert (told["state"], told["masks"], told["media_type"]) == ("published", 1, "video/mp4")
    result = program.get(f"{address}/result")
    assert result["Content-Type"] == "video/mp4"
    with av.open(io.BytesIO(result.content)) as played:
        assert not any(red(frame.to_ndarray(format="rgb24")) for frame in played.decode(video=0))
    assert program.get(f"{address}/record").json()["sound"] == "kept"
    assert timezone.now() > queries.record(Picture.objects.get().pk).made_at
