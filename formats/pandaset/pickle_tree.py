"""Pickles as trees of what they ask for; no name in them is ever imported and nothing of theirs is called.

Python's own unpickler does what a file tells it to. This one walks the opcodes (named by ``pickletools``), keeps
numbers, texts, bytes, tuples, lists and dicts, and writes down each call as a ``Made``. A name that is not on the list,
or an opcode that plain tables do not need, ends the reading.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pickletools import genops
from typing import Any

MAX_OPCODES = 1_000_000
"""A frame's 300 cuboids take 10 000, a sweep's columns 200."""
_FAULTS = (ValueError, TypeError, KeyError, IndexError, OverflowError, struct.error)


class PickleError(Exception):
    """A pickle holds more than a plain table, or is none; its text says what was found."""


@dataclass(frozen=True, eq=False)
class Name:
    """A global of a module, such as ``pandas.core.frame.DataFrame``, as a name alone."""

    name: str


@dataclass(eq=False)
class Made:
    """A call that a pickle asks for.

    Attributes:
        name: What is called.
        args: With what.
        state: What the result is then set to, or None.
    """

    name: str
    args: tuple[Any, ...]
    state: Any = None


def read_tree(data: bytes, allowed: Collection[str]) -> Any:
    """The value of a pickle, its calls as ``Made``.

    Args:
        data: The pickle.
        allowed: The names that it may call.

    Raises:
        PickleError: It calls others, holds what plain data does not, or is broken.
    """
    machine = _Machine(allowed)
    try:
        for count, (opcode, argument, _) in enumerate(genops(data)):
            if count >= MAX_OPCODES:
                raise PickleError(f"more than {MAX_OPCODES} steps")
            machine.step(opcode.name, argument)
        return machine.pop()
    except _FAULTS as error:
        raise PickleError(f"a fault ({str(error)[:80]})") from error


class _Machine:
    """The stack of one pickle; ``step`` takes one opcode."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = allowed
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def pop(self) -> Any:
        """The topmost value."""
        return self._stack.pop()

    def step(self, opcode: str, argument: Any) -> None:
        """Do what one opcode says."""
        if opcode in _IGNORED:
            return
        if opcode in _VALUES:
            self._stack.append(argument)
        elif opcode in _CONSTANTS:
            self._stack.append(_CONSTANTS[opcode])
        elif opcode in _EMPTY:
            self._stack.append(_EMPTY[opcode]())
        elif opcode in _ACTIONS:
            _ACTIONS[opcode](self, argument)
        else:
            raise PickleError(f"the step {opcode}")

    def mark(self, _: Any) -> None:
        self._marked.append(self._stack)
        self._stack = []

    def since_mark(self) -> list[Any]:
        items, self._stack = self._stack, self._marked.pop()
        return items

    def put(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def memoize(self, _: Any) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    def tuple_of(self, size: int) -> None:
        if len(self._stack) < size:
            raise IndexError("the stack is empty")
        items = self._stack[-size:]
        del self._stack[-size:]
        self._stack.append(tuple(items))

    def mark_to_tuple(self, _: Any) -> None:
        items = self.since_mark()
        self._stack.append(tuple(items))

    def mark_to_list(self, _: Any) -> None:
        items = self.since_mark()
        self._stack.append(items)

    def mark_to_dict(self, _: Any) -> None:
        items = self.since_mark()
        self._stack.append({})
        self._set(items)

    def append(self, _: Any) -> None:
        value = self.pop()
        self._list().append(value)

    def appends(self, _: Any) -> None:
        items = self.since_mark()
        self._list().extend(items)

    def set_item(self, _: Any) -> None:
        value, key = self.pop(), self.pop()
        self._set([key, value])

    def set_items(self, _: Any) -> None:
        self._set(self.since_mark())

    def global_of(self, name: str) -> None:
        self._push_name(".".join(name.split(" ", 1)))

    def stack_global(self, _: Any) -> None:
        name, module = self.pop(), self.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise PickleError("a name that is no text")
        self._push_name(f"{module}.{name}")

    def call(self, _: Any) -> None:
        args, called = self.pop(), self.pop()
        if not isinstance(called, Name) or not isinstance(args, tuple):
            raise PickleError("a call of what has no name")
        self._stack.append(Made(called.name, args))

    def build(self, _: Any) -> None:
        state, made = self.pop(), self._stack[-1]
        if not isinstance(made, Made) or made.state is not None:
            raise PickleError("a state of what has none")
        made.state = state

    def _push_name(self, name: str) -> None:
        if name not in self._allowed:
            raise PickleError(f"the name {name[:80]!r}")
        self._stack.append(Name(name))

    def _list(self) -> list[Any]:
        items = self._stack[-1]
        if not isinstance(items, list):
            raise PickleError("items of what is no list")
        return items

    def _set(self, items: list[Any]) -> None:
        table = self._stack[-1]
        keys, values = items[::2], items[1::2]
        # Texts alone: a hash of tuples in tuples in tuples would go as deep as they do.
        if not isinstance(table, dict) or len(keys) != len(values) or not all(isinstance(key, str) for key in keys):
            raise PickleError("a table whose keys are no texts")
        table.update(zip(keys, values, strict=True))


_IGNORED = frozenset(("PROTO", "FRAME", "STOP"))
_VALUES = frozenset(
    (
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    )
)
_CONSTANTS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_EMPTY: dict[str, Callable[[], Any]] = {"EMPTY_LIST": list, "EMPTY_DICT": dict}
_ACTIONS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "PUT": _Machine.put,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "GET": _Machine.get,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "TUPLE": _Machine.mark_to_tuple,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "LIST": _Machine.mark_to_list,
    "DICT": _Machine.mark_to_dict,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "GLOBAL": _Machine.global_of,
    "STACK_GLOBAL": _Machine.stack_global,
    "REDUCE": _Machine.call,
    "NEWOBJ": _Machine.call,
    "BUILD": _Machine.build,
}
