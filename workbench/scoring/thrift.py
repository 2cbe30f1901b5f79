"""Reads structs of Thrift's compact protocol, the form of what a Parquet file says of itself.

Source: apache/thrift, ``doc/specs/thrift-compact-protocol.md``. Field numbers are given no names
here; nothing is read beyond the bytes there are.
"""

from __future__ import annotations

from typing import Any

_MOST_DEPTH = 12
_TRUE, _FALSE, _BYTE, _DOUBLE, _TEXT, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = (4, 5, 6)


def read_struct(
    content: bytes, place: int = 0, depth: int = _MOST_DEPTH
) -> tuple[dict[int, Any], int]:
    """Return the fields of a struct by their numbers, and where it ends.

    Numbers, structs and lists have values; texts and floating-point numbers are None.

    Args:
        content: The bytes.
        place: Where it begins.
        depth: How many structs may lie in each other.

    Raises:
        ValueError: It is broken, or holds a map.
    """
    if depth == 0:
        raise ValueError("structs lie too deep")
    fields: dict[int, Any] = {}
    number = 0
    while (head := _byte(content, place)) != 0:
        place, kind, step = place + 1, head & 0x0F, head >> 4
        if step:
            number += step
        else:
            number, place = _signed(content, place)
        if kind in (_TRUE, _FALSE):
            fields[number] = int(kind == _TRUE)
        else:
            fields[number], place = _value(content, place, kind, depth)
    return fields, place + 1


def _value(content: bytes, place: int, kind: int, depth: int) -> tuple[Any, int]:
    """Return a value and where it ends."""
    if kind in _INTEGERS:
        return _signed(content, place)
    if kind in (_TRUE, _FALSE, _BYTE):  # a truth value is a byte within a list
        return _byte(content, place), place + 1
    if kind == _DOUBLE:
        return None, place + 8
    if kind == _TEXT:
        length, place = _unsigned(content, place)
        return None, place + length
    if kind in (_LIST, _SET):
        return _list(content, place, depth)
    if kind == _STRUCT:
        return read_struct(content, place, depth - 1)
    raise ValueError(f"a field of kind {kind}")


def _list(content: bytes, place: int, depth: int) -> tuple[list[Any], int]:
    """Return a list and where it ends; each element takes a byte at least, so it ends in time."""
    head = _byte(content, place)
    place, kind, length = place + 1, head & 0x0F, head >> 4
    if length == 15:
        length, place = _unsigned(content, place)
    found = []
    for _ in range(length):
        element, place = _value(content, place, kind, depth - 1)
        found.append(element)
    return found, place


def _signed(content: bytes, place: int) -> tuple[int, int]:
    """Return a zigzag number and where it ends."""
    value, place = _unsigned(content, place)
    return (value >> 1) ^ -(value & 1), place


def _unsigned(content: bytes, place: int) -> tuple[int, int]:
    """Return a number of seven bits a byte and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = _byte(content, place)
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number of more than ten bytes")


def _byte(content: bytes, place: int) -> int:
    if not 0 <= place < len(content):
        raise ValueError("it ends too early")
    return content[place]
