"""The pool of workers, as the process that speaks HTTP sees it.

Jobs go into one socket that all workers of a generation read from, so that whoever is free takes
the next. Memory that both sides see tells who is at what since when. Ten times a second the pool
looks at it, and ends whoever is over a limit: nothing else stops a query.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import mmap
import os
import signal
import time
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcm_ld.errors import GcmLdError, InputError
from gcm_ld.serve import frames
from gcm_ld.serve.answer import Answer, PageRequest, Refusal
from gcm_ld.serve.crew import Crew, Job, Reply, Worker
from gcm_ld.serve.limits import Limits
from gcm_ld.serve.nursery import Nursery, memory_of
from gcm_ld.store.database import MANIFEST, Database

__all__ = ["Answer", "Job", "PageRequest", "Pool", "Refusal", "Reply"]

#: How often limits are looked at, in seconds.
TICK = 0.1
#: How long a job goes on that nobody waits for any more.
_GRACE = 0.25
#: How long a job may be on its way to a worker that has nothing else to do.
_ON_ITS_WAY = 1.0
#: How often the store is looked at for a new generation.
_LOOK = 1.0
#: The longest pause before another worker is tried where one could not even begin.
_LONGEST_PAUSE = 10.0
_STARTING = 60.0
#: What ends a process from within: a query that did it once would do it again.
_BROKE = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE}
_RETRY = {"retry-after": "2"}


class Pool:
    """Workers on the generation in place.

    :param store: the folder of the store.
    :param limits: what they may take.
    """

    def __init__(self, store: Path, limits: Limits) -> None:
        self.store = store.resolve()
        self.limits = limits
        self.crew: Crew | None = None
        self.waiting: deque[Job] = deque()
        #: What happened, for the figures: kills by reason, births, losses.
        self.events: Counter[str] = Counter()
        self.problem = ""
        self._crews: list[Crew] = []
        self._next: Crew | None = None
        self._numbers = itertools.count(1)
        self._workers: dict[int, Worker] = {}
        self._pids: dict[int, Worker] = {}
        self._nursery = Nursery(self._hear, self._lose_nursery)
        self._slots = list(range(4 * limits.workers + 8))
        size = len(self._slots) * frames.SLOT.size
        self._memory = os.memfd_create("gcm-ld-slots")
        os.ftruncate(self._memory, size)
        self._shared = mmap.mmap(self._memory, size)
        self._seen: tuple[int, int] | None = None
        self._looked = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._database = Database(self.store)

    # -- life ---------------------------------------------------------------------------------

    async def open(self) -> None:
        """Start workers, and wait until they are ready.

        :raises InputError: if they can't open the store.
        """
        self._nursery.open()
        self._seen = self._stamp()
        self._next = self._make_crew()
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)
        until = time.monotonic() + _STARTING
        while self.crew is None:
            if self.problem:
                raise InputError(self.problem)
            if time.monotonic() > until:
                raise InputError(f"{self.store}: no worker came up: see the messages above")
            await asyncio.sleep(0.01)

    def close(self) -> None:
        """End all workers."""
        self._closed = True
        if self._timer:
            self._timer.cancel()
        for crew in self._crews:
            crew.close()
        self._nursery.close()
        for worker in self._workers.values():
            if worker.transport:
                worker.transport.abort()
        self._shared.close()
        os.close(self._memory)

    @property
    def generation(self) -> str:
        """The generation that answers."""
        return self.crew.generation if self.crew else ""

    def ready(self) -> bool:
        """Tell whether a worker is there to answer."""
        return self.crew is not None and any(w.ready for w in self.crew.workers)

    def in_flight(self) -> int:
        """Count the jobs that workers are at."""
        return sum(len(crew.sent) for crew in self._crews)

    def memory(self) -> dict[int, int]:
        """Return each worker's memory by its process."""
        return {pid: memory_of(pid) for pid in self._pids}

    # -- jobs ---------------------------------------------------------------------------------

    def submit(self, job: Job) -> None:
        """Take a job; its reply is told what comes of it.

        :raises Refusal: if too many are waiting.
        """
        if len(self.waiting) >= self.limits.queue:
            raise Refusal(
                503,
                f"{len(self.waiting)} requests are waiting already: try again in a moment",
                outcome="queue-full",
                headers=_RETRY,
            )
        job.asked = time.monotonic()
        self.waiting.append(job)
        self._pump()

    def abandon(self, job: Job) -> None:
        """Let go of a job whose client has left."""
        job.abandoned = time.monotonic()
        job.resume()
        with suppress(ValueError):
            self.waiting.remove(job)

    def _pump(self) -> None:
        crew = self.crew
        if crew is None:
            return
        room = 2 * len(crew.workers) - len(crew.sent)
        while self.waiting and room > 0:
            job = self.waiting[0]
            number = next(self._numbers)
            if not crew.give(frames.pack_job(number, job.kind, job.payload)):
                return
            self.waiting.popleft()
            job.number, job.sent = number, time.monotonic()
            crew.sent[number] = job
            room -= 1

    def _again(self, job: Job) -> None:
        """Give a job to another worker."""
        job.attempts += 1
        job.worker = None
        self.events["retries"] += 1
        self.waiting.appendleft(job)
        self._pump()

    # -- what workers say ---------------------------------------------------------------------

    def took(self, worker: Worker, number: int, kind: int, content: bytes) -> None:
        """Deal with a frame."""
        crew = worker.crew
        if kind == frames.READY:
            self._welcome(worker, json.loads(content))
            return
        more = kind in (frames.HEAD, frames.CHUNK)
        job = crew.sent.get(number) if more else crew.sent.pop(number, None)
        if kind == frames.END and worker.transport:
            worker.transport.write(b"\1")
        if job is not None and not job.abandoned:
            if kind == frames.WHOLE:
                job.reply.whole(*frames.unpack_head(content))
            elif kind == frames.HEAD:
                job.out, job.worker = True, worker
                status, head, _ = frames.unpack_head(content)
                job.reply.head(status, head)
            elif kind == frames.CHUNK:
                job.reply.chunk(content)
            elif kind == frames.END:
                job.reply.end()
            else:
                found = json.loads(content)
                refusal = Refusal(
                    found["status"],
                    found["problem"],
                    outcome=found["outcome"],
                    headers=found["headers"],
                )
                job.reply.fail(refusal, found["detail"])
        if self.waiting:
            self._pump()
        if crew.retired and not crew.sent:
            crew.close()

    def _welcome(self, worker: Worker, found: dict[str, Any]) -> None:
        crew = worker.crew
        if "problem" in found:
            self.problem = found["problem"]
            return
        worker.ready = True
        crew.pause = 0.0
        if not crew.generation:
            crew.generation = found["generation"]
        elif crew.generation != found["generation"]:
            self._outdate(worker)
            return
        self.problem = ""
        if crew is self._next and all(w.ready for w in crew.workers):
            old, self.crew, self._next = self.crew, crew, None
            if old is not None:
                old.retired = True
                if not old.sent:
                    old.close()
            self._pump()

    def _outdate(self, worker: Worker) -> None:
        """Part with a worker that was born after the store had changed again."""
        self._seen = None
        self._kill(worker, "outdated")
        if worker.crew is self._next:
            self._next.close()
            self._next = None

    # -- births and deaths --------------------------------------------------------------------

    def _make_crew(self) -> Crew:
        crew = Crew()
        self._crews.append(crew)
        for _ in range(self.limits.workers):
            self._hire(crew)
        return crew

    def _hire(self, crew: Crew) -> None:
        if self._closed or crew.retired or not self._slots:
            return
        slot = self._slots.pop(0)
        frames.SLOT.pack_into(self._shared, slot * frames.SLOT.size, 0, 0)
        worker = Worker(self, crew, slot, next(self._numbers))
        self._workers[worker.number] = worker
        crew.workers.append(worker)
        order = {
            "worker": worker.number,
            "slot": slot,
            "store": str(self.store),
            "memory": self.limits.memory,
        }
        theirs = worker.connect()
        try:
            self._nursery.spawn(order, [crew.source.fileno(), theirs.fileno(), self._memory])
        finally:
            theirs.close()
        self.events["births"] += 1

    def _hear(self, news: dict[str, Any]) -> None:
        if "born" in news:
            worker = self._workers.get(news["worker"])
            if worker is not None:
                worker.pid = news["born"]
                self._pids[worker.pid] = worker
            return
        worker = self._pids.pop(news["dead"], None)
        if worker is not None:
            worker.status = news["status"]
            self.bury(worker)

    def bury(self, worker: Worker) -> None:
        """Deal with the end of a worker, once all that it had to say is read."""
        if worker.status is None or not worker.ended or worker.number not in self._workers:
            return
        del self._workers[worker.number]
        crew = worker.crew
        crew.workers.remove(worker)
        number, _ = self._slot(worker)
        self._slots.append(worker.slot)
        job = crew.sent.pop(number, None)
        if worker.doom is None and not crew.retired and not self._closed:
            self.events["losses"] += 1
        if job is not None and not job.abandoned:
            self._lost(job, worker.status)
        if worker.doom == "outdated":
            pass  # others will come with a new crew
        elif worker.ready:
            self._hire(crew)
        elif not crew.retired and not self._closed:
            crew.pause = min(_LONGEST_PAUSE, 2 * crew.pause or 0.5)
            asyncio.get_running_loop().call_later(crew.pause, self._hire, crew)
        if crew.retired and not crew.workers:
            self._crews.remove(crew)
            for left in [j for j in crew.sent.values() if not j.abandoned]:
                self._again(left)  # nobody is there who could take it

    def _lost(self, job: Job, status: int) -> None:
        """Deal with a job whose worker has gone without our doing."""
        if job.out:
            job.reply.broke("worker-lost")
        elif status in _BROKE:
            problem = (
                "the query broke the engine, or needed more memory than there is: ask for less"
            )
            job.reply.fail(Refusal(500, problem, outcome="crash"))
        elif job.attempts:
            problem = "the query was broken off twice: try again in a moment"
            job.reply.fail(Refusal(503, problem, outcome="worker-lost", headers=_RETRY))
        else:
            self._again(job)

    def _lose_nursery(self) -> None:
        """Begin anew: all workers have gone with the process that they were forked from."""
        if self._closed:
            return
        self.events["losses"] += 1
        self._nursery.open()
        for worker in list(self._workers.values()):
            worker.status = worker.status or -signal.SIGKILL
            self._pids.pop(worker.pid, None)
            if worker.transport:
                worker.transport.abort()
            self.bury(worker)

    def _kill(self, worker: Worker, reason: str) -> None:
        if worker.doom is None:
            worker.doom = reason
            self.events[f"kill-{reason}"] += 1
            self._nursery.kill(worker.pid)

    # -- ten times a second -------------------------------------------------------------------

    def _slot(self, worker: Worker) -> tuple[int, int]:
        place = worker.slot * frames.SLOT.size
        (number,) = frames.WORD.unpack_from(self._shared, place)
        (began,) = frames.WORD.unpack_from(self._shared, place + frames.WORD.size)
        # It may have gone on between the two.
        same = frames.WORD.unpack_from(self._shared, place) == (number,)
        return (number, began) if same else (0, 0)

    def _tick(self) -> None:
        if self._closed:
            return
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)
        now = time.monotonic()
        for crew in list(self._crews):
            busy, idle = set(), 0
            for worker in list(crew.workers):
                if not worker.pid or worker.doom:
                    continue
                number, began = self._slot(worker)
                if number:
                    busy.add(number)
                    self._judge(worker, number, began / 1e9, now)
                else:
                    idle += worker.ready and worker.last == 0
                worker.last = number
                self._weigh(worker, number)
            if idle:
                self._find_lost(crew, busy, now)
        self._tire(now)
        if now - self._looked > _LOOK:
            self._looked = now
            self._look()
        self._pump()

    def _judge(self, worker: Worker, number: int, began: float, now: float) -> None:
        """End a worker that is at one thing for too long."""
        job = worker.crew.sent.get(number)
        if job is None:
            if worker.last == number:  # seen twice: it is not merely finishing
                self._kill(worker, "abandoned")
        elif job.abandoned:
            if now - job.abandoned > _GRACE:
                worker.crew.sent.pop(number)
                self._kill(worker, "abandoned")
        elif now - began - job.held(now) > job.timeout:
            worker.crew.sent.pop(number)
            self._kill(worker, "timeout")
            if job.out:
                job.reply.broke("timeout")
                return
            problem = f"the query took longer than the {job.timeout:g} s it may take: ask for less"
            job.reply.fail(Refusal(504, problem, outcome="timeout"))

    def _weigh(self, worker: Worker, number: int) -> None:
        """End a worker that has taken too much memory, or keeps more than it needs."""
        taken = memory_of(worker.pid)
        if taken > self.limits.memory:
            job = worker.crew.sent.pop(number, None)
            self._kill(worker, "memory")
            if job is None or job.abandoned:
                return
            if job.out:
                job.reply.broke("memory")
                return
            most = self.limits.memory >> 20
            problem = (
                f"the query needs more than the {most:,} MB of memory it may take: ask for less"
            )
            job.reply.fail(Refusal(500, problem, outcome="memory"))
        elif not number and taken > self.limits.memory // 2:
            self._kill(worker, "recycled")

    def _find_lost(self, crew: Crew, busy: set[int], now: float) -> None:
        """Give a job again that a worker took with it into its grave."""
        for number, job in list(crew.sent.items()):
            if number not in busy and now - job.sent > _ON_ITS_WAY and not job.out:
                del crew.sent[number]
                if not job.abandoned:
                    self._again(job)

    def _tire(self, now: float) -> None:
        """Turn away who has waited too long."""
        while self.waiting and now - self.waiting[0].asked > self.limits.timeout:
            job = self.waiting.popleft()
            problem = "no worker was free in time: try again in a moment"
            job.reply.fail(Refusal(503, problem, outcome="waited", headers=_RETRY))

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = (self.store / MANIFEST).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _look(self) -> None:
        """Start a new crew where the store has a new generation."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen or self._next is not None:
            return
        self._seen = stamp
        try:
            current = self._database.current()
        except GcmLdError:
            return  # the old generation goes on
        if current != self.generation and len(self._slots) >= self.limits.workers:
            self._next = self._make_crew()
