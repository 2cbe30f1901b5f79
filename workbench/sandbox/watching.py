"""Watches a running program: its clock, what it prints, what it answers."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from dataclasses import dataclass
from typing import IO, Any

from workbench.sandbox.limits import Limits
from workbench.sandbox.log import Log
from workbench.sandbox.outcome import Ending
from workbench.sandbox.outputs import most_bytes
from workbench.sandbox.task import ProtocolError, Talk

_STEP = 2**16
_LOG_TIMES = 64
_LONGEST_LINE = 2**20


@dataclass(frozen=True)
class Watched:
    """What was seen of a program.

    Attributes:
        started: Whether the program itself was reached.
        stopped: Why it was stopped; None where it ended of itself.
        reason: The same, in words for the host.
        exit_code: Of a program that ended of itself.
        result: The bytes of its result; empty in a conversation.
        log: What was kept of what it printed.
    """

    started: bool
    stopped: Ending | None
    reason: str
    exit_code: int | None
    result: bytes
    log: bytes


class _Stop(Exception):
    """The program must be stopped."""

    def __init__(self, ending: Ending, reason: str) -> None:
        super().__init__(reason)
        self.ending = ending


def watch(
    process: subprocess.Popen[bytes], limits: Limits, talk: Talk | None, started: bytes
) -> Watched:
    """Watch a program until it ends, or until it must be stopped, which is then the caller's.

    Args:
        process: The program, with pipes for its streams.
        limits: What it may use.
        talk: The host's side of a conversation.
        started: The line with which standard output begins once the program was reached.
    """
    streams = _Streams(process, limits, talk, started)
    deadline = time.monotonic() + limits.wall_s
    stopped: Ending | None = None
    reason, code = "", None
    try:
        while streams.open and streams.wait(deadline):
            pass
        if streams.open:
            raise _Stop("timeout", f"over {limits.wall_s:g} s of wall clock")
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except _Stop as stop:
        stopped, reason = stop.ending, str(stop)
    except subprocess.TimeoutExpired:
        stopped, reason = "timeout", f"over {limits.wall_s:g} s of wall clock"
    finally:
        streams.close()
    result = bytes(streams.result)
    return Watched(streams.started, stopped, reason, code, result, streams.log.content())


class _Streams:
    """The three streams of a program, none of which may block the others."""

    def __init__(
        self, process: subprocess.Popen[bytes], limits: Limits, talk: Talk | None, started: bytes
    ) -> None:
        assert process.stdout is not None and process.stderr is not None
        self.limits, self.talk, self.mark = limits, talk, started
        self.log = Log(limits.log_kb * 1024)
        self.result, self.sending = bytearray(), bytearray()
        self.started = False
        self._input = process.stdin
        self._waiting = selectors.DefaultSelector()
        self._watch(process.stdout, selectors.EVENT_READ, self._read_result)
        self._watch(process.stderr, selectors.EVENT_READ, self._read_log)
        self.open = 2

    def wait(self, deadline: float) -> bool:
        """Move what can be moved; return False once the deadline has passed."""
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        for key, _ in self._waiting.select(left):
            if key.fd in self._waiting.get_map():  # what came before may have closed it
                key.data(key.fileobj)
        return True

    def close(self) -> None:
        """Let go of the streams' registrations."""
        self._waiting.close()

    def _watch(self, stream: IO[bytes], event: int, moves: Any) -> None:
        os.set_blocking(stream.fileno(), False)
        self._waiting.register(stream, event, moves)

    def _piece(self, stream: IO[bytes]) -> bytes:
        """Return more bytes of a stream; at its end stop waiting for it."""
        try:
            piece = os.read(stream.fileno(), _STEP)
        except BlockingIOError:
            return b""
        if not piece:
            self._waiting.unregister(stream)
            self.open -= 1
        return piece

    def _read_log(self, stream: IO[bytes]) -> None:
        self.log.add(self._piece(stream))
        if self.log.size > _LOG_TIMES * self.limits.log_kb * 1024:
            raise _Stop("output-size", f"printed over {self.log.size:,} bytes")

    def _read_result(self, stream: IO[bytes]) -> None:
        self.result += self._piece(stream)
        if not self.started and self.result.startswith(self.mark):
            del self.result[: len(self.mark)]
            self.started = True
            if self.talk is not None:
                self._send(self.talk.first())
        if self.talk is not None and self.started:
            self._take_lines(self.talk)
        elif len(self.result) > most_bytes(self.limits):
            raise _Stop("output-size", f"over {self.limits.output_mb} MiB of output")

    def _take_lines(self, talk: Talk) -> None:
        """Hand each whole line to the conversation."""
        while (end := self.result.find(b"\n")) >= 0:
            line = bytes(self.result[:end])
            del self.result[: end + 1]
            if self._input is None:
                raise _Stop("protocol", "a line after the last answer")
            try:
                self._send(talk.answer(line))
            except ProtocolError as error:
                raise _Stop("protocol", str(error)) from error
        if len(self.result) > _LONGEST_LINE:
            raise _Stop("protocol", f"a line over {_LONGEST_LINE:,} bytes")

    def _send(self, content: bytes | None) -> None:
        """Send what is next; None ends the program's input."""
        assert self._input is not None
        if content is None:
            self._stop_sending()
            self._input.close()
            self._input = None
            return
        self.sending += content
        if self._input not in self._waiting.get_map():
            self._watch(self._input, selectors.EVENT_WRITE, self._write)

    def _write(self, stream: IO[bytes]) -> None:
        """Send as much as fits; a program that closed its input is heard of by its end."""
        try:
            del self.sending[: os.write(stream.fileno(), self.sending)]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.sending.clear()
        if not self.sending:
            self._stop_sending()

    def _stop_sending(self) -> None:
        """Wait no longer for room in the program's input."""
        if self._input is not None and self._input in self._waiting.get_map():
            self._waiting.unregister(self._input)
