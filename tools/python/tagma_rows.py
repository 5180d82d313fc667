#!/usr/bin/env python3
"""Reads a Tagma shard's profile rows from their two files, also while the engine writes them.

Standard library only. As a module:

    with Rows("DIR/profiles/shard-0.dat") as rows:
        row = rows.read(subject)          # Row, or None when there is no such row
        print(row.updated_ns, row.floats)

As a command: tagma_rows.py DIR SHARD [KIND:ID ...]      (KIND is a number; without subjects, all rows)

A row is a 64-byte header and D floats; its sequence is odd while the owner writes it. What read() returns is one version of the
row: the sequence was even and the same before and after the copy, and checksum and digest agree. Layouts: docs/layouts/profile-row.md
and docs/layouts/row-directory.md.
"""

import collections
import mmap
import os
import struct
import sys

Row = collections.namedtuple("Row", "subject sequence layout_version updated_ns owner digest floats")

HEADER = 64
ROW_MAGIC = 0x32524754  # "TGR2"
DIRECTORY_MAGIC = 0x31444754  # "TGD1"
ATTEMPTS = 10_000
MASK64 = (1 << 64) - 1
MASK32 = (1 << 32) - 1
GOLDEN = 0x9E3779B97F4A7C15
SEED = 0x7461676D615F4E48
KIND_SHIFT = 56


class Damaged(Exception):
    """A row whose bytes do not agree with its checksum or digest."""


class Busy(Exception):
    """A row that changed under every attempt, or whose owner was killed in the middle of an update."""


def _mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK64
    return x ^ (x >> 31)


def _keys(pairs):
    keys, state = [], SEED
    for _ in range(pairs):
        state = (state + GOLDEN) & MASK64
        keys.append(_mix(state))
    return keys


def _table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_CRC_TABLE = _table()


def crc32c(data):
    crc = MASK32
    for byte in data:
        crc = (crc >> 8) ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ MASK32


def digest(subject, words, keys):
    """NH digest of a row's floats, given as unsigned 32-bit words."""
    total = 0
    for i in range(0, len(words), 2):
        key = keys[i >> 1]
        second = words[i + 1] if i + 1 < len(words) else 0
        total += ((words[i] + (key & MASK32)) & MASK32) * ((second + (key >> 32)) & MASK32)
    return _mix((total & MASK64) ^ _mix((subject + len(words) * GOLDEN) & MASK64))


class Rows:
    """The rows of one shard, read only. Not thread-safe. Rows of a launch after this was opened need another."""

    def __init__(self, map_file):
        self._map = _mapped(map_file)
        self._directory = _mapped(map_file + ".rows")
        magic, version, self.dimension, self.layout_version, _ = struct.unpack_from("<IIiiq", self._directory, 0)
        if magic != DIRECTORY_MAGIC or version != 1:
            raise ValueError("%s.rows is no row directory of version 1" % map_file)
        self._keys = _keys((self.dimension + 1) // 2)
        self._offsets = {}
        self._seen = 0

    def subjects(self):
        """Whose rows there are now."""
        self._refresh()
        return list(self._offsets)

    def read(self, subject):
        """One version of a subject's row, or None; raises Damaged or Busy."""
        offset = self._offsets.get(subject)
        if offset is None:
            self._refresh()
            offset = self._offsets.get(subject)
            if offset is None:
                return None
        for _ in range(ATTEMPTS):
            before = self._sequence(offset)
            if before == 0 or before & 1:
                continue
            copy = self._map[offset : offset + HEADER + 4 * self.dimension]
            if self._sequence(offset) == before:
                return self._check(subject, before, copy)
        raise Busy("the row of subject %d at byte %d" % (subject, offset))

    def _sequence(self, offset):
        return struct.unpack_from("<q", self._map, offset)[0]

    def _check(self, subject, sequence, copy):
        layout, dimension, updated, crc, owner, stored, owned_by, magic = struct.unpack_from("<iiqIiQqI", copy, 8)
        if magic != ROW_MAGIC or owned_by != subject:
            return None  # the place has another row, or none
        header = bytearray(copy[8:HEADER])
        header[16:20] = b"\0\0\0\0"
        words = struct.unpack_from("<%dI" % self.dimension, copy, HEADER)
        whole = not any(words) if stored == 0 else digest(subject & MASK64, words, self._keys) == stored
        if crc32c(header) != crc or dimension != self.dimension or not whole:
            raise Damaged("the row of subject %d" % subject)
        floats = struct.unpack_from("<%df" % self.dimension, copy, HEADER)
        return Row(subject, sequence, layout, updated, owner, stored, floats)

    def _refresh(self):
        count = struct.unpack_from("<q", self._directory, 24)[0]
        for i in range(self._seen, count):
            subject, offset = struct.unpack_from("<qq", self._directory, HEADER + 16 * i)
            self._offsets[subject] = offset
        self._seen = count

    def close(self):
        self._map.close()
        self._directory.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _mapped(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _subject(text):
    kind, _, number = text.partition(":")
    if not (kind.isdecimal() and number.isdecimal()):
        raise ValueError("'%s' is no subject; write KIND:ID in numbers, 1:42 say: names of kinds are the engine's" % text)
    return (int(kind) << KIND_SHIFT) | int(number)


def main(arguments):
    if "-h" in arguments or "--help" in arguments:
        print(__doc__)
        return 0
    if len(arguments) < 2 or not arguments[1].isdecimal():
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return show(arguments)
    except Damaged as wrong:
        print("tagma_rows: damaged: %s" % wrong, file=sys.stderr)
        return 1
    except Busy as wrong:
        print("tagma_rows: busy, try again: %s" % wrong, file=sys.stderr)
        return 1
    except BrokenPipeError:  # of 'head', which has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, ValueError) as wrong:
        print("tagma_rows: %s" % wrong, file=sys.stderr)
        return 1


def show(arguments):
    with Rows(os.path.join(arguments[0], "profiles", "shard-%d.dat" % int(arguments[1]))) as rows:
        wanted = [_subject(text) for text in arguments[2:]] or rows.subjects()
        for subject in wanted:
            row = rows.read(subject)
            name = "%d:%d" % (subject >> KIND_SHIFT, subject & ((1 << KIND_SHIFT) - 1))
            if row is None:
                print("%s has no row" % name)
                return 1
            print(name, row.updated_ns, " ".join(repr(f) for f in row.floats))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
