# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice's film of the crossing leaves without plates and faces, also in the frames in which nobody saw them."""

import hashlib
import json

import av
import numpy as np
import pytest

from allmende.modules.anonymiser.engine import PictureRefused, Region, Settings
from allmende.modules.anonymiser.engine.regions import mask_of
from allmende.modules.anonymiser.engine.settings import tables
from allmende.modules.anonymiser.engine.video import Step, anonymise_video
from allmende.modules.anonymiser.tests.drawing import GRASS, pixels, street
from allmende.modules.anonymiser.tests.filming import DARK, RED, SIDE, Red, film, passing, shown, square

BICYCLE = Settings(labels=frozenset({"bicycle"}))
SEEN_LATE = (DARK, RED, RED, DARK, DARK, RED, RED, DARK)


def done(source, target, settings=BICYCLE, **more):
    return anonymise_video(source, target, settings, detectors=[Red()], **more)


@pytest.fixture(scope="module")
def overlooked(tmp_path_factory):
    """A square that the detector does not see at first, for two frames in between, and at last."""
    folder = tmp_path_factory.mktemp("films")
    tags = {"title": "Erika am Brunnen", "location": "+51.1-010.2/", "creation_time": "2026-11-30T10:00:00Z"}
    source = film(folder / "in.mp4", passing(SEEN_LATE), tags=tags, sound=True)
    return source, folder / "out.mp4", done(source, folder / "out.mp4")


def is_filled(part: np.ndarray) -> bool:
    return bool((abs(part.astype(int) - tables()["fill"]["solid"]) < 12).all())


def test_a_face_and_a_moving_plate_are_found_in_every_frame_by_the_house_itself(tmp_path):
    image, face, plate = street((320, 208))
    frames = [np.full((208, 320, 3), GRASS, np.uint8) for _number in range(2)]
    for number, frame in enumerate(frames):
        frame[:, 9 * number :] = pixels(image)[:, : 320 - 9 * number]
    source = film(tmp_path / "in.mp4", frames)
    outcome = anonymise_video(source, tmp_path / "out.mp4", Settings())
    assert {track.label for track in outcome.tracks} == {"face", "plate"}
    for number, after in enumerate(shown(tmp_path / "out.mp4")[0]):
        for region in (face, plate):
            inside = mask_of([region.moved(9 * number, 0)], 320, 208).astype(bool)
            assert (abs(after[inside].astype(int) - tables()["fill"]["solid"]) < 30).mean() > 0.95
    assert outcome.verification.passed


def test_what_was_seen_before_and_behind_is_filled_between_and_around(overlooked):
    _source, target, outcome = overlooked
    for number, after in enumerate(shown(target)[0]):
        x = 20 + 8 * number
        assert is_filled(after[48 : 48 + SIDE, x : x + SIDE]), f"frame {number}"
    (track,) = outcome.tracks
    assert (track.numbers, track.as_dict()["longest_gap"]) == ([1, 2, 5, 6], 2)
    assert outcome.verification.passed


def test_the_rest_of_each_frame_is_as_it_was(overlooked):
    source, target, outcome = overlooked
    assert outcome.verification.psnr_outside > 35
    assert outcome.masked_share < 0.15
    before, after = shown(source)[0], shown(target)[0]
    assert np.abs(before[0][:30].astype(int) - after[0][:30]).max() < 6


def test_tags_and_sound_are_gone_and_named(overlooked):
    _source, target, outcome = overlooked
    assert outcome.metadata.removed == ("sound", "tags")
    with av.open(str(target)) as result:
        assert [stream.type for stream in result.streams] == ["video"]
        assert set(result.metadata) == {"major_brand", "minor_version", "compatible_brands"}
    content = target.read_bytes()
    assert not any(word in content for word in (b"Erika", b"51.1", b"2026-11"))


def test_sound_stays_where_it_is_asked_for(overlooked, tmp_path):
    source = overlooked[0]
    done(source, tmp_path / "loud.mp4", Settings(labels=BICYCLE.labels, audio=True))
    with av.open(str(source)) as before, av.open(str(tmp_path / "loud.mp4")) as after:
        assert after.streams.audio[0].rate == 48000
        assert abs(before.duration - after.duration) < 50_000
        heard = np.concatenate([frame.to_ndarray() for frame in after.decode(audio=0)], 1)
    assert np.abs(heard).max() > 0.5


def test_the_record_counts_frames_and_tracks_and_shows_nothing(overlooked):
    source, target, outcome = overlooked
    facts = json.loads(json.dumps(outcome.facts))
    assert facts["input_sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert facts["output_sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert (facts["frames"], facts["looked_at"], facts["seconds"], facts["rate"]) == (8, 8, 0.32, 25)
    assert facts["sound"] == "removed"
    assert facts["tracks"] == [
        {
            "label": "bicycle",
            "origins": ["red"],
            "first": 1,
            "last": 6,
            "sightings": 4,
            "longest_gap": 2,
            "score": 0.9,
        }
    ]
    assert set(facts["milliseconds"]) == {"look", "write", "verify"}


def test_the_same_film_becomes_the_same_bytes(overlooked, tmp_path):
    source, target, _outcome = overlooked
    done(source, tmp_path / "again.mp4")
    assert (tmp_path / "again.mp4").read_bytes() == target.read_bytes()


def test_a_film_of_a_camera_held_sideways_is_upright_and_keeps_its_uneven_pace(tmp_path):
    stamps = (0, 40, 90, 100, 200, 340)
    source = film(tmp_path / "in.mp4", [square(RED, 20, 30)] * 6, stamps=stamps, turned=90)
    outcome = done(source, tmp_path / "out.mp4")
    frames, times = shown(tmp_path / "out.mp4")
    assert times == pytest.approx([stamp / 1000 for stamp in stamps])
    assert (outcome.width, outcome.height) == frames[0].shape[1::-1] == (112, 192)
    assert is_filled(frames[0][192 - 20 - SIDE : 192 - 20, 30 : 30 + SIDE])
    with av.open(str(source)) as before, av.open(str(tmp_path / "out.mp4")) as after:
        assert before.duration == after.duration
        assert next(after.decode(video=0)).rotation == 0


@pytest.mark.parametrize("suffix", ["mkv", "avi", "ts"])
def test_other_kinds_of_film_become_mp4(tmp_path, suffix):
    source = film(tmp_path / f"in.{suffix}", passing([RED] * 5))
    done(source, tmp_path / "out.mp4")
    frames, times = shown(tmp_path / "out.mp4")
    assert times == pytest.approx([0, 0.04, 0.08, 0.12, 0.16], abs=0.002)
    for number, after in enumerate(frames):
        assert is_filled(after[48 : 48 + SIDE, 20 + 8 * number : 20 + 8 * number + SIDE])


def test_what_the_second_look_finds_is_filled_and_looked_at_again(tmp_path):
    class Late(Red):
        looks = 0

        def find(self, pixels):
            self.looks += 1
            return super().find(pixels) if self.looks > 2 * 2 else []

    source = film(tmp_path / "in.mp4", [square(RED, 40)] * 2)
    outcome = anonymise_video(source, tmp_path / "out.mp4", BICYCLE, detectors=[Late()])
    assert outcome.verification.passed
    assert all(is_filled(after[48 : 48 + SIDE, 40 : 40 + SIDE]) for after in shown(tmp_path / "out.mp4")[0])


def test_what_is_never_covered_is_told_with_its_frame_and_nothing_is_written(tmp_path):
    class Restless(Red):
        place = 0

        def find(self, pixels):
            self.place += 21
            return [Region.box("bicycle", self.place, 0, 20, 20)]

    source = film(tmp_path / "in.mp4", [square(None, 0)])
    outcome = anonymise_video(source, tmp_path / "out.mp4", BICYCLE, detectors=[Restless()])
    assert not outcome.verification.passed
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]
    told = [(finding["frame"], finding["time"]) for finding in outcome.facts["findings"]]
    assert told == [(0, 0.0)] * len(outcome.verification.findings)


def hostile(folder, kind, source):
    content = source.read_bytes()
    return {
        "text": (b"Guten Tag " * 50, "format"),
        "playlist": (f"#EXTM3U\n#EXTINF:1,\n{source}\n#EXT-X-ENDLIST\n".encode(), "format"),
        "concat": (f"ffconcat version 1.0\nfile {source}\n".encode(), "format"),
        "empty": (b"", "format"),
        "cut": (content[: len(content) // 2], "damaged"),
        "scribbled": (content[:300] + bytes(len(content) - 300), "damaged"),
        "head alone": (content[:32], "damaged"),
    }[kind]


@pytest.mark.parametrize("kind", ["text", "playlist", "concat", "empty", "cut", "scribbled", "head alone"])
def test_a_hostile_or_broken_file_is_refused_with_a_reason_and_leaves_nothing(overlooked, tmp_path, kind):
    content, reason = hostile(tmp_path, kind, overlooked[0])
    (tmp_path / "in.mp4").write_bytes(content)
    with pytest.raises(PictureRefused) as refused:
        done(tmp_path / "in.mp4", tmp_path / "out.mp4")
    assert refused.value.reason == reason
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


@pytest.mark.parametrize("limit", ["bytes", "pixels", "frames", "seconds", "sightings"])
def test_what_is_too_large_is_refused(overlooked, tmp_path, monkeypatch, limit):
    monkeypatch.setitem(tables()["film"]["limits"], limit, 0.1 if limit == "seconds" else 3)
    with pytest.raises(PictureRefused) as refused:
        done(overlooked[0], tmp_path / "out.mp4")
    assert refused.value.reason == "too_large"


def test_nothing_is_written_when_a_detector_fails_or_a_person_stops_it(overlooked, tmp_path):
    class Broken(Red):
        def find(self, pixels):
            raise MemoryError

    def stop(step):
        if step.share > 0.9:
            raise KeyboardInterrupt

    target = tmp_path / "out.mp4"
    target.write_bytes(b"as it was")
    with pytest.raises(MemoryError):
        anonymise_video(overlooked[0], target, BICYCLE, detectors=[Broken()])
    with pytest.raises(KeyboardInterrupt):
        done(overlooked[0], target, progress=stop)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"as it was"]


def test_a_film_that_is_exchanged_after_it_was_looked_at_is_not_written(overlooked, tmp_path):
    source = tmp_path / "in.mp4"
    source.write_bytes(overlooked[0].read_bytes())

    def exchange(step):
        if step.share >= 0.75:
            film(source, passing([RED] * 8, start=60))

    with pytest.raises(RuntimeError, match="not the one that was looked at"):
        done(source, tmp_path / "out.mp4", progress=exchange)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_progress_rises_to_one(overlooked, tmp_path):
    told: list[Step] = []
    done(overlooked[0], tmp_path / "out.mp4", progress=told.append)
    shares = [step.share for step in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [(step.reading, step.frames, step.of) for step in told[::8]] == [
        ("look", 1, 8),
        ("write", 1, 8),
        ("verify", 1, 8),
    ]
