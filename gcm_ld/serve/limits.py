"""What the server puts up with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]

_MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Every limit of the server; sizes in bytes, times in seconds.

    :param timeout: how long a query may take; waiting for a slow reader does not count.
    :param answer: the largest answer.
    :param memory: what a worker may take, beyond which it is ended.
    :param merge: the most statements that several default graphs are merged of.
    :param workers: how many processes answer.
    :param queue: how many requests may wait for a worker.
    :param per_client: how many requests of one address are answered at a time.
    :param query: the longest query.
    :param target: the longest address.
    :param head: the largest head of a request.
    :param body: the largest body of a request.
    :param connections: how many connections are open at a time.
    :param patience: how long a client may take to send a request, or to take a piece of an answer.
    :param idle: how long a connection stays open between requests.
    :param cache: the memory that answers are kept in.
    """

    timeout: float = 30.0
    answer: int = 256 * _MEGABYTE
    memory: int = 2048 * _MEGABYTE
    merge: int = 500_000
    workers: int = 4
    queue: int = 256
    per_client: int = 32
    query: int = 128 * 1024
    target: int = 64 * 1024
    head: int = 32 * 1024
    body: int = 2 * _MEGABYTE
    connections: int = 1000
    patience: float = 20.0
    idle: float = 60.0
    cache: int = 64 * _MEGABYTE
