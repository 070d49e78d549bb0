"""Ctrl-C: once, training ends after the step at hand and keeps what it has; twice, at once.

Training that begins within a second of one that Ctrl-C ended follows it: a loop or a search goes on, with no person in
between. There the first Ctrl-C is the second, and raises `KeyboardInterrupt`.

The handler is installed for the length of a `with` block, and only on the main thread.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any, ClassVar

AT_ONCE = 1.0  # seconds


class Interrupt:
    """Notice Ctrl-C instead of raising; the second one raises.

    Attributes
    ----------
    asked : bool
        Whether Ctrl-C came.

    Examples
    --------
    >>> with Interrupt() as interrupt:
    ...     interrupt.asked
    False
    """

    _ended: ClassVar[float] = -math.inf  # when the last block ended that Ctrl-C ended, or that followed one

    def __init__(self) -> None:
        self.asked = False
        self._follows = False
        self._before: Any = None
        self._installed = False

    @classmethod
    def forget(cls) -> None:
        """Let the next training follow none."""
        cls._ended = -math.inf

    def _notice(self, number: int, frame: FrameType | None) -> None:
        if self.asked or self._follows:
            raise KeyboardInterrupt
        self.asked = True

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._follows = time.monotonic() - Interrupt._ended < AT_ONCE
            self._before = signal.signal(signal.SIGINT, self._notice)
            self._installed = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, self._before)
            if kind is not None:
                Interrupt.forget()
            elif self.asked or self._follows:
                Interrupt._ended = time.monotonic()
