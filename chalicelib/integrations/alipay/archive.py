"""The zip in which Alipay packs its bills, unpacked piece by piece: no size in it makes us take more memory.

The standard library would read a list of files of any length whole, and refuses one whose names are GBK but
marked as UTF-8. So the list is read here, and names are not read at all: what a file is, its first line says.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.domain.bill import BillDamagedError

LARGEST_CONTENT_BYTES = 1 << 30
_MOST_ENTRIES = 16
_LARGEST_LIST_BYTES = 1 << 14
_PIECE_BYTES = 1 << 16
_LONGEST_LINE_BYTES = 1 << 14

_END = struct.Struct("<4s4H2LH")
_LISTED = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = (1 << 16) - 1
_ENCRYPTED = 1
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the zip, as the list has it; sizes in bytes."""

    method: int
    crc: int
    packed: int
    size: int
    place: int


def entries(file: BinaryIO) -> list[Entry]:
    """What the zip holds. Raises BillDamagedError for what is no such zip."""
    try:
        return list(_listed(file))
    except (struct.error, ValueError):
        raise BillDamagedError from None


def lines_of(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The lines of one file, without their ends. Raises BillDamagedError, at the end for a wrong checksum."""
    rest = b""
    for piece in _unpacked(file, entry):
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST_LINE_BYTES:
            raise BillDamagedError
        for line in whole:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest


def _listed(file: BinaryIO) -> Iterator[Entry]:
    length = file.seek(0, 2)
    start = file.seek(max(0, length - _END.size - _LONGEST_COMMENT))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    _, disk, first_disk, here, count, size, place, _ = _END.unpack_from(tail, max(0, end))
    if end < 0 or disk or first_disk or here != count or count > _MOST_ENTRIES:
        raise ValueError("no list of files, or too many of them")
    if size > _LARGEST_LIST_BYTES or place + size > start + end:
        raise ValueError("the list of files is not where it should be")
    file.seek(place)
    listed, at = file.read(size), 0
    for _ in range(count):
        sign, _, _, flags, method, _, _, crc, packed, whole, *lengths, _, _, _, where = _LISTED.unpack_from(
            listed, at
        )
        if sign != b"PK\1\2" or flags & _ENCRYPTED or method not in {_STORED, _DEFLATED}:
            raise ValueError("a file that cannot be read")
        if whole > LARGEST_CONTENT_BYTES:
            raise ValueError("a file with an impossible size")
        yield Entry(method, crc, packed, whole, where)
        at += _LISTED.size + sum(lengths)


def _unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The content, never more at once than one piece nor in all than the list says."""
    checksum = size = 0
    for piece in _inflated(file, entry) if entry.method == _DEFLATED else _packed(file, entry):
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
        if size > entry.size:
            raise BillDamagedError
        yield piece
    if size != entry.size or checksum != entry.crc:
        raise BillDamagedError


def _inflated(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _packed(file, entry):
            yield stream.decompress(packed, _PIECE_BYTES)
            while stream.unconsumed_tail:
                yield stream.decompress(stream.unconsumed_tail, _PIECE_BYTES)
        while piece := stream.decompress(b"", _PIECE_BYTES):
            yield piece
    except zlib.error:
        raise BillDamagedError from None


def _packed(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    file.seek(entry.place)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\3\4"):
        raise BillDamagedError
    *_, name_length, extra_length = _LOCAL.unpack(header)
    place, left = file.tell() + name_length + extra_length, entry.packed
    while left:
        # Whoever shares the file may have moved on.
        file.seek(place)
        piece = file.read(min(left, _PIECE_BYTES))
        if not piece:
            raise BillDamagedError
        place += len(piece)
        left -= len(piece)
        yield piece
