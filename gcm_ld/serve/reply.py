"""The way back: what a worker says becomes what the client is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcm_ld.serve.cache import Kept

if TYPE_CHECKING:
    from gcm_ld.serve.answer import Refusal
    from gcm_ld.serve.crew import Job
    from gcm_ld.serve.exchange import Exchange
    from gcm_ld.serve.front import Front
    from gcm_ld.serve.protocol import Question

__all__ = ["ClientReply"]


class ClientReply:
    """Passes on to a client what comes of a job; see :class:`gcm_ld.serve.crew.Reply`."""

    __slots__ = ("_client", "_exchange", "_front", "_key", "_question", "_route", "job")

    def __init__(
        self,
        front: Front,
        exchange: Exchange,
        route: str,
        question: Question,
        key: tuple[Any, ...],
        client: str,
    ) -> None:
        self._front, self._exchange, self._route = front, exchange, route
        self._question, self._key, self._client = question, key, client
        self.job: Job

    def whole(self, status: int, head: bytes, body: bytes) -> None:
        """Send a whole answer, and keep it for those who ask again."""
        front, question, route = self._front, self._question, self._route
        front.finish(self.job, self._client)
        kept = Kept(status, front.head_of(route, question, head), body)
        if status == 200:
            front.cache.put(self._key, kept, weight=len(question.payload.get("query", "")))
        front.reply(self._exchange, route, question, kept, "ok")
        del self.job  # the two would keep each other alive until they are collected

    def head(self, status: int, head: bytes) -> None:
        """Begin an answer that comes in pieces."""
        exchange = self._exchange
        exchange.start(status, self._front.head_of(self._route, self._question, head))
        if exchange.method == "HEAD":
            self.end()
            self._front.pool.abandon(self.job)
            return
        exchange.on_room = self._room

    def _room(self, there: bool) -> None:
        if there:
            self.job.resume()
        else:
            self.job.pause()

    def chunk(self, content: bytes) -> None:
        """Send a piece."""
        self._exchange.write(content)

    def end(self) -> None:
        """End an answer that came in pieces."""
        self._front.finish(self.job, self._client)
        self._exchange.finish()
        self._front.note(self._exchange, self._route, "ok", self._question.digest)

    def fail(self, refusal: Refusal, detail: str = "") -> None:
        """Say why there is no answer, or no more of it."""
        self._front.finish(self.job, self._client)
        digest = self._question.digest
        self._front.refuse(self._exchange, self._route, refusal, digest, detail)

    def broke(self, outcome: str) -> None:
        """Break the answer off."""
        self._front.finish(self.job, self._client)
        self._exchange.abort()
        self._front.note(self._exchange, self._route, outcome, self._question.digest)

    def leave(self) -> None:
        """Let go of the job: nobody waits for it."""
        self._front.finish(self.job, self._client)
        self._front.pool.abandon(self.job)
        self._front.note(self._exchange, self._route, "client-left", self._question.digest)
