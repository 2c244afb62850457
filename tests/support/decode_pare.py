#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second decoder of .pare files, written from docs/format.md alone.

Shares no code with the framework, so that the two can check each other.
Prints one JSON object: for every parameter its name, shape, state and the
SHA-256 of its values as little-endian float32. Any deviation from the format
ends the program with status 1 and one line on stderr."""

import hashlib
import json
import struct
import sys
import zlib

PRUNED, SHARED, INLINE, PLAIN = 1, 2, 4, 8
DENSE, CONV, MAXPOOL, AVGPOOL, RELU, DROPOUT, FLATTEN = range(1, 8)


class Bad(Exception):
    pass


def need(condition, text):
    if not condition:
        raise Bad(text)


class Bytes:
    """Bytes from the front, never past the end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return len(self.data) - self.at

    def take(self, n):
        need(n <= self.left(), "too few bytes")
        self.at += n
        return self.data[self.at - n:self.at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                need(byte > 0 or shift == 7, "overlong number")
                return value
            need(shift < 63, "number too long")


class Bits:
    """Bits from the front, the top bit of a byte first."""

    def __init__(self, data):
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.at = 0

    def get(self, n):
        need(self.at + n <= len(self.text), "too few bits")
        self.at += n
        return int(self.text[self.at - n:self.at] or "0", 2)

    def golomb(self, order):
        zeros = 0
        while self.get(1) == 0:
            zeros += 1
        return (1 << (zeros + order) | self.get(zeros + order)) - (1 << order)

    def finish(self):
        rest = self.text[self.at:]
        need(len(rest) < 8 and "1" not in rest, "bits left over")


def width(m):
    return max(m - 1, 0).bit_length()


def decode_raw(bits, count, alphabet):
    w = width(alphabet)
    return [bits.get(w) for _ in range(count)] if w else [0] * count


def used_symbols(bits, used, alphabet):
    """Which symbols occur, from the lengths of alternating runs."""
    if used == alphabet:
        return list(range(alphabet))
    runs = bits.golomb(0) + 2
    occurs = bits.get(1)
    left = {1: used, 0: alphabet - used}
    to_come = {occurs: (runs + 1) // 2, 1 - occurs: runs // 2}
    at, found = 0, []
    for _ in range(runs):
        spare = left[occurs] - to_come[occurs]
        need(spare >= 0, "runs do not fit")
        if to_come[occurs] == 1:
            extra = spare
        elif spare == 0:
            extra = 0
        else:
            extra = bits.golomb((spare // to_come[occurs] or 1).bit_length() - 1)
            need(extra <= spare, "a run that is too long")
        if occurs:
            found.extend(range(at, at + extra + 1))
        at += extra + 1
        left[occurs] -= extra + 1
        to_come[occurs] -= 1
        occurs = 1 - occurs
    return found


def code_lengths(bits, used):
    deepest = min(max(15, width(used) + 8), used - 1)
    lengths = [1 + bits.get(width(deepest))]
    while len(lengths) < used - 1:
        n = 0
        while bits.get(1) == 1:
            n += 1
        lengths.append(lengths[-1] + ((n + 1) // 2 if n % 2 else -(n // 2)))
        need(1 <= lengths[-1] <= deepest, "code length out of range")
    if used > 1:
        rest = (1 << deepest) - sum(1 << (deepest - n) for n in lengths)
        need(rest > 0 and rest & (rest - 1) == 0, "incomplete code")
        lengths.append(deepest - rest.bit_length() + 1)
    need(all(1 <= n <= deepest for n in lengths), "code length out of range")
    need(sum(1 << (deepest - n) for n in lengths) == 1 << deepest, "incomplete code")
    return lengths


def decode_huffman(bits, count, alphabet):
    if count == 0:
        return []
    used = 1 + bits.get(width(min(alphabet, count)))
    need(used <= min(alphabet, count), "more symbols than can occur")
    symbols = used_symbols(bits, used, alphabet)
    if used == 1:
        return symbols * count
    lengths = code_lengths(bits, used)
    code, previous, table = 0, 0, {}
    for length, symbol in sorted(zip(lengths, symbols)):
        code = (code + 1 if table else 0) << (length - previous if table else 0)
        table[length, code] = symbol
        previous = length
    quarter, ends = -(-count // 4), {}
    if count >= 8192:
        sizes = [bits.get(width(quarter * max(lengths) + 1)) for _ in range(3)]
        ends = {(i + 1) * quarter: bits.at + sum(sizes[:i + 1]) for i in range(3)}
    out = []
    while len(out) < count:
        need(ends.get(len(out), bits.at) == bits.at, "a part of another length")
        code = length = 0
        while (length, code) not in table:
            code, length = code << 1 | bits.get(1), length + 1
        out.append(table[length, code])
    return out


DECODERS = {"raw": decode_raw, "huffman": decode_huffman}


def window_out(size, kernel, stride, pad):
    need(stride > 0 and kernel <= size + 2 * pad, "window does not fit")
    return (size + 2 * pad - kernel) // stride + 1


def read_layers(c):
    """Names and shapes of the parameters."""
    shape = [c.varint() for _ in range(3)]
    classes = c.varint()
    params, seen = [], {}
    while c.left():
        kind = c.varint()
        need(DENSE <= kind <= FLATTEN, f"layer kind {kind}")
        seen[kind] = seen.get(kind, 0) + 1
        if kind in (DENSE, CONV):
            usual = ("fc" if kind == DENSE else "conv") + str(seen[kind])
            name = c.take(c.varint()).decode("ascii") or usual
            units = c.varint()
        if kind in (CONV, MAXPOOL, AVGPOOL):
            kernel, stride = c.varint(), c.varint()
        pad = c.varint() if kind == CONV else 0
        if kind == DROPOUT and c.varint() == 0:
            c.take(8)
        if kind == DENSE:
            params.append((name + ".weight", [units, shape[0] * shape[1] * shape[2]]))
            params.append((name + ".bias", [units]))
            shape = [units, 1, 1]
        elif kind == CONV:
            params.append((name + ".weight", [units, shape[0], kernel, kernel]))
            params.append((name + ".bias", [units]))
            shape = [units] + [window_out(n, kernel, stride, pad) for n in shape[1:]]
        elif kind in (MAXPOOL, AVGPOOL):
            shape = shape[:1] + [window_out(n, kernel, stride, 0) for n in shape[1:]]
        elif kind == FLATTEN:
            shape = [shape[0] * shape[1] * shape[2], 1, 1]
    need(shape[0] * shape[1] * shape[2] == classes, "output is not the classes")
    return params


def read_encoders(c):
    names = ["raw"]
    while c.left():
        names.append(c.take(c.varint()).decode("ascii"))
        need(names[-1] in DECODERS, f"encoder '{names[-1]}'")
    return names


def read_stream(c, encoders, count, alphabet):
    size, index = divmod(c.varint(), len(encoders))
    bits = Bits(c.take(size))
    symbols = DECODERS[encoders[index]](bits, count, alphabet)
    bits.finish()
    need(all(s < alphabet for s in symbols), "symbol outside the alphabet")
    return symbols


def kept_positions(gaps, span, count):
    at, positions = 0, []
    for gap in gaps:
        at += gap
        if gap < span:
            need(at < count, "a kept weight past the end")
            positions.append(at)
            at += 1
    return positions


def read_param(c, encoders, count):
    """The values as bytes, kept weights, centroids."""
    byte = c.take(1)[0]
    flags, span = byte & 15, 1 << (byte >> 4)
    gap = flags & PRUNED and not flags & INLINE
    need(gap or span == 1, "span without gaps")
    need(not flags & INLINE or flags & PRUNED and flags & SHARED, "inline what?")
    need(not (flags & PLAIN and flags & SHARED), "plain and shared")
    kept = fillers = 0
    if gap:
        kept, fillers = c.varint(), c.varint()
    book = []
    if flags & SHARED:
        book = [c.take(4) for _ in range(c.varint())]
    positions = range(count)
    if gap:
        gaps = read_stream(c, encoders, kept + fillers, span + 1)
        need(not gaps or gaps[-1] < span, "a filler at the end")
        need(sum(g == span for g in gaps) == fillers, "number of fillers")
        positions = kept_positions(gaps, span, count)
        need(len(positions) == kept, "number of kept weights")
    if flags & INLINE:
        symbols = read_stream(c, encoders, count, len(book) + 1)
        positions = [i for i, s in enumerate(symbols) if s]
        values = [book[symbols[i] - 1] for i in positions]
    elif flags & SHARED:
        values = [book[s] for s in read_stream(c, encoders, len(positions), len(book))]
    elif flags & PLAIN:
        values = [c.take(4) for _ in positions]
    else:
        planes = [read_stream(c, encoders, len(positions), 256) for _ in range(4)]
        values = [bytes(four) for four in zip(*planes)]
    out = bytearray(4 * count)
    for i, value in zip(positions, values):
        out[4 * i:4 * i + 4] = value
    return bytes(out), len(positions), len(book)


def read_chunk(c):
    tag = chr(c.take(1)[0])
    return tag, Bytes(c.take(c.varint()))


def finish(c, what):
    need(c.left() == 0, f"bytes left over in {what}")


def decode(data):
    need(data[:4] == b"PARE", "not a .pare file")
    need(data[4:5] == b"\x01", "unknown version")
    need(struct.pack("<I", zlib.crc32(data[:-4])) == data[-4:], "checksum does not match")
    c = Bytes(data)
    c.take(5)
    tag, part = read_chunk(c)
    need(tag == "L", "no layers")
    shapes = read_layers(part)
    encoders, params = ["raw"], []
    tag, part = read_chunk(c)
    if tag == "E":
        encoders = read_encoders(part)
        tag, part = read_chunk(c)
    for name, shape in shapes:
        need(tag == "P", f"no chunk for {name}")
        count = 1
        for n in shape:
            count *= n
        values, kept, centroids = read_param(part, encoders, count)
        finish(part, name)
        params.append({"name": name, "shape": shape, "kept": kept, "centroids": centroids,
                       "values": values})
        tag, part = read_chunk(c)
    seen = set()
    while tag.islower():
        need(tag not in seen, f"chunk '{tag}' twice")
        seen.add(tag)
        tag, part = read_chunk(c)
    need(tag == "Z" and part.left() == 4, f"chunk '{tag}' where the end was expected")
    finish(c, "the file")
    return {"params": params}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: decode_pare.py FILE")
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    try:
        decoded = decode(data)
        for param in decoded["params"]:
            param["sha256"] = hashlib.sha256(param.pop("values")).hexdigest()
        json.dump(decoded, sys.stdout)
        print()
    except (Bad, UnicodeDecodeError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
