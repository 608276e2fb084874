"""The platform of a soak: judges results as they come, instead of keeping them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.soak.jobs import Asked, same, samples
from tests.support.malformed import Case
from tests.support.platform_api import GONE, RESET, TWICE, Fault, Platform, Post, at_random
from tts.clock import Samples

FAULTS = {  # chances of a request of each kind
    "job-take": {RESET: 0.02, GONE: 0.01, Fault(500): 0.03, Fault(429): 0.003, TWICE: 0.03},
    "job-done": {RESET: 0.02, GONE: 0.02, Fault(500): 0.02, Fault(503): 0.01, Fault(429): 0.02, Fault(400): 0.01},
    "job-stop": {RESET: 0.05, Fault(500): 0.05},
    "ping": {RESET: 0.1, Fault(500): 0.1},
}


class Queue(Platform):
    """Hands out jobs, cancels some, and holds every answer against what it must be."""

    def __init__(self) -> None:
        super().__init__(hold_s=2.0)
        self.asked: dict[str, Asked] = {}  # without those that are done with
        self.alone: dict[int, Samples] = {}  # the sound of each request, made with nothing else at work
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []

    def begin(self, seed: int) -> None:
        """Let things go wrong from now on."""
        for number, (kind, chances) in enumerate(FAULTS.items()):
            self.fail(kind, self._counted(kind, at_random(seed + number, chances)))
        self.fail("job-take-batch", self._counted("job-take", at_random(seed + 9, FAULTS["job-take"])))

    def ask(self, job: Asked) -> None:
        """Put a job into the queue, as often as it is delivered."""
        self.asked[job.id] = job
        self.counted["jobs"] += 1
        for _ in range(job.deliveries):
            self.jobs.put({"id": job.id, "input": job.given})

    def waiting(self) -> list[Asked]:
        """Return the jobs that have no answer yet, but for those that needn't get one."""
        with self.news:
            return [job for job in self.asked.values() if not job.answers and job.right is not None]

    def stop_some(self) -> None:
        """Stop the jobs that are to be cancelled and are at work; the SDK hears no stop before it has begun a job."""
        for job in list(self.asked.values()):
            if job.right is None and not job.answers and self.deliveries[job.id] > 0 and job.stops < 2:
                job.stops += 1
                self.counted["stops"] += 1
                self.stops.put(job.id)

    def posted(self, post: Post) -> None:
        """Judge a result."""
        if not post.taken or post.body.get("status") == "IN_PROGRESS":  # tells how far a job is, and answers nothing
            return
        with self.news:
            job = self.asked[post.job_id]
            job.answers += post.told  # a result that the worker couldn't know was taken comes again
            self.counted["answered"] += post.told and job.answers == 1
            self.news.notify_all()
        if wrong := self._wrong(job, post.body):
            self.wrong.append(f"{job.id}: {wrong}")

    def _wrong(self, job: Asked, body: dict[str, Any]) -> str:
        if isinstance(job.right, Case):
            self.counted["refused"] += 1
            error = body.get("error", {})
            return (
                "" if (error.get("code"), error.get("message")) == (job.right.code, job.right.message) else str(error)
            )
        if "output" not in body:
            return str(body)[:300]
        if job.right is None:
            return ""
        sound = samples(body)
        if job.right not in self.alone:
            self.alone[job.right] = sound
        return "" if same(sound, self.alone[job.right]) else "the sound of another job"

    def _counted(self, kind: str, faults: Iterator[Fault | None]) -> Iterator[Fault | None]:
        for fault in faults:
            self.counted[f"faults of {kind}"] += fault is not None
            yield fault
