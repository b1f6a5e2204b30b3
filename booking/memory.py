"""What is read once for each request and shared by all that asks for it. Pure.

Outside of ``remembered`` nothing is kept: every reading is a new one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Keep what is read inside, such as while one request is answered."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def recall(key: str, read: Callable[[], T]) -> T:
    """Return what was read under ``key``, reading it if nothing was yet."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    found: T = memory[key]
    return found


def keep(key: str, found: object) -> None:
    """Let ``recall`` return what was read along with something else."""
    memory = _memory.get()
    if memory is not None:
        memory[key] = found


def forget(key: str) -> None:
    """Let the next ``recall`` read anew, after a change."""
    memory = _memory.get()
    if memory is not None:
        memory.pop(key, None)
