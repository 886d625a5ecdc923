"""Figures of the running server, in the text format that Prometheus reads (version 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["CONTENT_TYPE", "Metrics", "sample"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts requests and how long they took."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def count(self, route: str, status: int, outcome: str, seconds: float, size: int) -> None:
        """Count a request.

        :param route: what was asked, one of few words.
        :param status: what was answered.
        :param outcome: how it ended.
        :param seconds: how long it took.
        :param size: how many bytes of content went out.
        """
        self._requests[route, status] += 1
        self._outcomes[outcome] += 1
        buckets = self._buckets.get(route)
        if buckets is None:
            buckets = self._buckets[route] = [0] * (len(_BOUNDS) + 1)
        buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]
        self._bytes[route] += size

    def lines(self) -> Iterator[str]:
        """Yield what was counted."""
        yield from sample(
            "gcm_ld_requests_total",
            "counter",
            "Requests answered.",
            (({"route": r, "status": str(s)}, n) for (r, s), n in sorted(self._requests.items())),
        )
        yield from sample(
            "gcm_ld_outcomes_total",
            "counter",
            "How requests ended: ok, timeout, memory and so on.",
            (({"outcome": o}, n) for o, n in sorted(self._outcomes.items())),
        )
        yield from sample(
            "gcm_ld_response_bytes_total",
            "counter",
            "Content sent.",
            (({"route": r}, n) for r, n in sorted(self._bytes.items())),
        )
        yield "# HELP gcm_ld_request_seconds How long requests took.\n"
        yield "# TYPE gcm_ld_request_seconds histogram\n"
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, "+Inf"), buckets, strict=True):
                total += count
                yield f'gcm_ld_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}\n'
            yield f'gcm_ld_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}\n'
            yield f'gcm_ld_request_seconds_count{{route="{route}"}} {total}\n'


def sample(
    name: str,
    kind: str,
    about: str,
    values: Iterable[tuple[Mapping[str, str], float]],
) -> Iterator[str]:
    r"""Yield one figure, with its labels.

    >>> print("".join(sample("a_total", "counter", "All.", [({"b": 'c"'}, 3)])), end="")
    # HELP a_total All.
    # TYPE a_total counter
    a_total{b="c\""} 3
    """
    yield f"# HELP {name} {about}\n"
    yield f"# TYPE {name} {kind}\n"
    for labels, value in values:
        text = ",".join(f'{k}="{_escape(v)}"' for k, v in labels.items())
        yield f"{name}{{{text}}} {value}\n" if text else f"{name} {value}\n"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
