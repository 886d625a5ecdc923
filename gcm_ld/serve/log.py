"""The access log: one JSON object a line for each request."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import IO

__all__ = ["AccessLog"]

_LONGEST = 2000
_QUOTED = {"/sparql": '"/sparql"'}


class AccessLog:
    """Gathers lines and writes them together, so that a log costs little.

    :param out: where to; nothing for no log.
    """

    def __init__(self, out: IO[str] | None) -> None:
        self._out = out
        self._lines: list[str] = []
        self._second, self._time = 0, ""

    def note(
        self,
        *,
        client: str,
        method: str,
        path: str,
        status: int,
        size: int,
        seconds: float,
        outcome: str,
        query: str = "",
        problem: str = "",
    ) -> None:
        """Note a request.

        :param client: its address.
        :param method: one that HTTP knows.
        :param outcome: one word.
        :param query: a digest of what was asked.
        :param problem: what was refused, or went wrong.
        """
        if self._out is None:
            return
        where = _QUOTED.get(path) or json.dumps(path[:_LONGEST])
        asked = f', "query": "{query}"' if query else ""
        said = f', "problem": {json.dumps(problem[: 2 * _LONGEST])}' if problem else ""
        self._lines.append(
            f'{{"time": "{self._now()}", "client": {_quote(client)}, "method": "{method}", '
            f'"path": {where}, "status": {status}, "bytes": {size}, '
            f'"ms": {seconds * 1000:.2f}, "outcome": "{outcome}"{asked}{said}}}'
        )

    def flush(self) -> None:
        """Write what was gathered; called several times a second."""
        if self._lines and self._out is not None:
            lines, self._lines = self._lines, []
            self._out.write("\n".join(lines) + "\n")
            self._out.flush()

    def _now(self) -> str:
        second, part = divmod(time.time_ns() // 1_000_000, 1000)
        if second != self._second:
            self._second = second
            self._time = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._time}.{part:03d}Z"


@lru_cache(maxsize=256)
def _quote(client: str) -> str:
    return json.dumps(client)
