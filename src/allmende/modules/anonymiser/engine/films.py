# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Films to frames and back, one frame in memory at a time: upright when read, and written afresh as H.264 in MP4."""

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Self, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import InputContainer, OutputContainer
from av.sidedata.sidedata import SideData, Type
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.pictures import PictureRefused
from allmende.modules.anonymiser.engine.settings import tables

Pixels = NDArray[np.uint8]
MEDIA_TYPE, SUFFIX = "video/mp4", ".mp4"
SUFFIXES_READ = frozenset(
    {".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg"}
)
HEAD = 256
SIGNATURES = (
    ("mov", 4, (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")),
    ("matroska", 0, (b"\x1aE\xdf\xa3",)),
    ("avi", 8, (b"AVI ",)),
    ("mpeg", 0, (b"\x00\x00\x01\xba",)),
)
"""FFmpeg's name for a kind of file, and what stands at a place in it. A kind is never guessed by FFmpeg itself: it would
follow playlists, which name other files and addresses."""
SYNC, PACKET = b"G", 188  # of a transport stream; cameras write four bytes before each packet
ALONE = MappingProxyType({"protocol_whitelist": "none"})
"""A film is one file: nothing else is opened for it."""
SAID_BY_MUXER = {
    "major_brand", "minor_version", "compatible_brands", "encoder", "language", "handler_name", "vendor_id", "duration",
}  # fmt: skip
MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9}
"""Colour matrix as a stream names it (ITU-T H.273) and as FFmpeg's scaler does; others are taken for that of BT.601."""
BT601, LIMITED_RANGE, FULL_RANGE = 5, 1, 2
RATES = {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000}
USUAL_RATE = 25


@dataclass(frozen=True)
class Shape:
    """What every frame of a film has in common. `clock`: seconds of one tick of the stamps; `rate`: frames a second, on
    average; `aspect`: width of a pixel over its height; the colours as numbers of ITU-T H.273."""

    width: int
    height: int
    clock: Fraction
    rate: Fraction
    aspect: Fraction | None
    matrix: int
    range: int
    primaries: int
    transfer: int


@dataclass(frozen=True)
class Frame:
    """One frame, upright: pixels (height, width, 3), red, green, blue; `stamp` and `lasts` in the film's own clock."""

    pixels: Pixels
    stamp: int | None
    lasts: int
    source: VideoFrame

    @property
    def digest(self) -> int:
        """Says whether a frame is the same when the film is read again."""
        return zlib.crc32(self.pixels.data)

    @property
    def is_around(self) -> bool:
        """Whether the film says that it is a 360° picture."""
        return _beside(self.source, Type.SPHERICAL) is not None


@dataclass(frozen=True)
class Film:
    """A film that is open for reading."""

    container: InputContainer
    stream: VideoStream
    sound: AudioStream | None

    @classmethod
    @contextmanager
    def read(cls, path: Path, limits: Mapping[str, Any] | None = None) -> Iterator[Self]:
        """Open a film within limits, those of the tables or narrower ones. Raises PictureRefused for anything else."""
        with path.open("rb") as file, cls.of(file, limits) as film:
            yield film

    @classmethod
    @contextmanager
    def of(cls, file: IO[bytes], limits: Mapping[str, Any] | None = None) -> Iterator[Self]:
        """The same, of a file that is open already."""
        limits = limits or tables()["film"]["limits"]
        if file.seek(0, os.SEEK_END) > limits["bytes"]:
            raise PictureRefused("too_large")
        file.seek(0)
        form = _form(file.read(HEAD))
        file.seek(0)
        with _refusing():
            container = av.open(file, "r", form, dict(ALONE), metadata_errors="replace")
        with container:
            with _refusing():
                film = cls(container, _picture_of(container), next(iter(container.streams.audio), None))
                film.stream.codec_context.options = {"max_pixels": str(limits["pixels"])}
            if film.pixels > limits["pixels"]:
                raise PictureRefused("too_large")
            yield film

    @property
    def pixels(self) -> int:
        """How many a frame has, as the file says."""
        return self.stream.codec_context.width * self.stream.codec_context.height

    @property
    def seconds(self) -> float:
        """How long the film is, as the file says; 0 where it does not."""
        return float((self.container.duration or 0) / av.time_base)

    @property
    def clock(self) -> Fraction:
        """Seconds of one tick of the stamps."""
        return self.stream.time_base or Fraction(1, 1000)

    @property
    def rate(self) -> Fraction:
        """Frames a second, on average."""
        return self.stream.average_rate or self.stream.guessed_rate or Fraction(USUAL_RATE)

    @property
    def expected(self) -> int:
        """How many frames the file says it has; at least one, and it may be wrong."""
        return max(1, self.stream.frames or round(self.seconds * self.rate))

    def shape(self, frame: Frame) -> Shape:
        """That of a frame, and with it of all."""
        height, width = frame.pixels.shape[:2]
        aspect, source = self.stream.sample_aspect_ratio, frame.source
        if aspect and _turn(source).transposed:
            aspect = 1 / aspect
        full = source.color_range == FULL_RANGE
        return Shape(
            width, height, self.clock, self.rate, aspect or None, source.colorspace,
            FULL_RANGE if full else LIMITED_RANGE, source.color_primaries, source.color_trc,
        )  # fmt: skip

    def frames(self) -> Iterator[Frame]:
        """Every frame in the order in which it is shown. Raises PictureRefused where one cannot be decoded."""
        return (frame for frame in self.mixed(sound=False) if isinstance(frame, Frame))

    def mixed(self, *, sound: bool) -> Iterator[Frame | AudioFrame]:
        """The frames, and the sound between them where it is wanted."""
        wanted = [self.stream, self.sound] if sound and self.sound else [self.stream]
        size = None
        with _refusing():
            for packet in self.container.demux(wanted):
                for decoded in cast(list[VideoFrame | AudioFrame], packet.decode()):
                    if packet.is_corrupt or decoded.is_corrupt:
                        raise PictureRefused("damaged")
                    if isinstance(decoded, AudioFrame):
                        yield decoded
                        continue
                    size = size or (decoded.width, decoded.height)
                    if size != (decoded.width, decoded.height):
                        raise PictureRefused("damaged")
                    yield _upright(decoded)

    def removed(self, *, sound: bool) -> tuple[str, ...]:
        """Names of what the file holds beside the picture and the sound that stays."""
        streams = self.container.streams
        covers = [stream for stream in streams.video if stream.disposition & Disposition.attached_pic]
        tags = {name.lower() for each in (self.container, *streams) for name in each.metadata}
        there = {
            "attachments": bool(streams.attachments),
            "chapters": bool(self.container.chapters()),
            "cover": bool(covers),
            "data": bool(streams.data),
            "more_films": len(streams.video) - len(covers) > 1,
            "sound": self.sound is not None and not sound,
            "subtitles": bool(streams.subtitles),
            "tags": bool(tags - SAID_BY_MUXER),
        }
        return tuple(name for name, is_there in there.items() if is_there)


class Writing:
    """A film that is being written, with sound where a stream of it is given. `first`: the stamp that becomes 0."""

    def __init__(self, path: Path, shape: Shape, first: int, sound: AudioStream | None) -> None:
        self._shape, self._first = shape, first
        self._container: OutputContainer = av.open(
            str(path.resolve()), "w", "mp4", container_options={"fflags": "+bitexact", "movflags": "+faststart"}
        )
        self._stream = _picture_for(self._container, shape)
        self._sound = _sound_for(self._container, sound) if sound else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self._container.mux(self._stream.encode(None))
            if self._sound:
                self._container.mux(self._sound.encode(None))
        self._container.close()

    def show(self, pixels: Pixels, stamp: int, lasts: int) -> None:
        """The next frame, when it begins and how long it lasts, in ticks."""
        height, width = pixels.shape[:2]
        even = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        matrix = MATRICES.get(self._shape.matrix, BT601)
        frame = VideoFrame.from_ndarray(even, "rgb24").reformat(
            format="yuv420p", dst_colorspace=matrix, dst_color_range=self._shape.range, threads=1
        )
        frame.pts, frame.time_base, frame.duration = stamp - self._first, self._shape.clock, lasts
        self._container.mux(self._stream.encode(frame))

    def play(self, frame: AudioFrame) -> None:
        """The next piece of sound; what lies before the first frame is left out."""
        if self._sound is None or frame.pts is None or frame.time_base is None:
            return
        frame.pts -= round(self._first * self._shape.clock / frame.time_base)
        if frame.pts >= 0:
            self._container.mux(self._sound.encode(frame))


@dataclass(frozen=True)
class Turn:
    """How stored pixels become upright ones: rows and columns change places, then the sides."""

    transposed: bool = False
    left_right: bool = False
    top_bottom: bool = False


def stamps_of(stated: Sequence[int | None]) -> list[int]:
    """When each frame begins, rising, however the file has it: some state the order of decoding."""
    stamps: list[int] = []
    for stamp in sorted(stamp for stamp in stated if stamp is not None):
        stamps.append(max(stamp, stamps[-1] + 1) if stamps else stamp)
    if len(stamps) < len(stated):
        raise PictureRefused("damaged")
    return stamps


def _form(head: bytes) -> str:
    for form, place, marks in SIGNATURES:
        if any(head[place:].startswith(mark) for mark in marks):
            return form
    for begin, length in ((0, PACKET), (4, PACKET + 4)):
        if head[begin : begin + 1] == head[begin + length : begin + length + 1] == SYNC:
            return "mpegts"
    raise PictureRefused("format")


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (PictureRefused, MemoryError):
        raise
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise PictureRefused("damaged") from error


def _picture_of(container: InputContainer) -> VideoStream:
    """The first stream of moving pictures; a cover is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise PictureRefused("format")


def _picture_for(container: OutputContainer, shape: Shape) -> VideoStream:
    """H.264 with even sides, as everything plays it: one more column or row where a side is odd."""
    options = dict(tables()["film"]["writing"])
    stream = container.add_stream("libx264", shape.rate.limit_denominator(1001), options)
    context = stream.codec_context
    context.width, context.height = shape.width + shape.width % 2, shape.height + shape.height % 2
    context.pix_fmt = "yuv420p"
    context.time_base = stream.time_base = shape.clock
    context.flags |= Flags.frame_duration | Flags.bitexact
    context.colorspace, context.color_range = shape.matrix, shape.range
    context.color_primaries, context.color_trc = shape.primaries, shape.transfer
    if shape.aspect:
        context.sample_aspect_ratio = shape.aspect
    return stream


def _sound_for(container: OutputContainer, source: AudioStream) -> AudioStream:
    """AAC, in the rate of the source where that is a usual one."""
    rate = source.rate if source.rate in RATES else max(RATES)
    stream = container.add_stream("aac", rate, layout="stereo" if source.channels > 1 else "mono")
    stream.codec_context.bit_rate = tables()["film"]["sound"]
    stream.codec_context.flags |= Flags.bitexact
    return stream


def _upright(frame: VideoFrame) -> Frame:
    turn = _turn(frame)
    pixels = frame.to_ndarray(format="rgb24", threads=1)
    if turn.transposed:
        pixels = pixels.swapaxes(0, 1)
    pixels = pixels[:: -1 if turn.top_bottom else 1, :: -1 if turn.left_right else 1]
    return Frame(np.ascontiguousarray(pixels, np.uint8), frame.pts, frame.duration or 0, frame)


def _turn(frame: VideoFrame) -> Turn:
    """From the display matrix (ISO/IEC 14496-12, 6.2.2): x' = a·x + c·y, y' = b·x + d·y, to the nearest right angle."""
    matrix = _beside(frame, Type.DISPLAYMATRIX)
    if matrix is None:
        return Turn()
    a, b, _u, c, d = (int(value) for value in np.frombuffer(matrix, np.int32)[:5])
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Turn(transposed=True, left_right=c < 0, top_bottom=b < 0)
    return Turn(left_right=a < 0, top_bottom=d < 0)


def _beside(frame: VideoFrame, kind: Type) -> bytes | None:
    """What a frame says of itself under a heading."""
    every = cast(Iterable[SideData], frame.side_data)
    return next((bytes(each) for each in every if each.type is kind), None)
