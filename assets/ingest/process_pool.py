"""Files in flight: a worker process for each core, fed one file at a time.

Belongs here: starting workers, handing them files, getting reports back. Threads would not do: validation spends half
its time in Python, and two interpreters do not share a lock. A worker is `python -m assets.ingest.process_pool`, told on
its standard input what to do and answering in JSON; when its parent dies, its input ends and so does it. It finds the
key in the environment as its parent does: no secret is handed over.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from assets import environment, errors
from assets.ingest.delivery import DeliveredFile
from assets.ingest.file import FileIngest
from assets.ingest.pseudonyms import person_key
from assets.ingest.report import FileReport
from schemas.extracts.catalogue import BY_NAME
from schemas.months import first_day

WORKERS = environment.WORKERS  # how many files are read at once; default: every core this process may use
MAX_WORKERS = 256
MIN_BYTES_FOR_WORKERS = 64 << 20  # bytes of a delivery from which two starts (a second each) pay
ONE_CORE = {
    "POLARS_MAX_THREADS": "1",  # a worker a core: no thread pool to wait for
    "POLARS_ENGINE_AFFINITY": "in-memory",  # a batch is in memory already; the streaming engine costs more to start
    # keep freed memory for the next file instead of giving it back and faulting it in again (a tenth of the time)
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
}
_CRASHES = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE)  # not: want of memory
_CRASHED = "a library crashed at its content: save the table as CSV in UTF-8; if that does not help, report this line"


class IngestFile(Protocol):
    """Ingests one file; `scheme`: of its region codes, where the other files settled it."""

    def __call__(self, position: int, file: DeliveredFile, scheme: str = "") -> FileReport:
        """The report of the file at its place in the delivery."""


@dataclass(frozen=True)
class IngestTask:
    """What a worker ingests into: plain values, so that it can be written to its input."""

    extract: str
    month: str
    accepted: str
    quarantine: str
    synthetic: bool

    def file_ingest(self) -> FileIngest:
        """The ingest of these files in this process."""
        key = person_key(synthetic=self.synthetic)
        month = first_day(self.month)
        return FileIngest(BY_NAME[self.extract], month, key, Path(self.accepted), Path(self.quarantine))


def worker_count() -> int:
    """How many files are read at once: CAKUPAN_WORKERS, by default the cores this process may use."""
    named = environment.read(WORKERS)
    if not named:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not named.isdecimal() or not 1 <= int(named) <= MAX_WORKERS:
        raise errors.MonthRefused(
            f"{WORKERS} is a whole number from 1 to {MAX_WORKERS}: how many files to read at once"
        )
    return int(named)


class _WorkerCrashedError(Exception):
    """A worker ended by an error that no language catches, in a library, at the file it was reading."""


@contextmanager
def ingest_pool(task: IngestTask, files: tuple[DeliveredFile, ...]) -> Iterator[IngestFile]:
    """A function that ingests one file; `worker_count()` threads may call it at once."""
    if sum(file.bytes for file in files) < MIN_BYTES_FOR_WORKERS:
        yield task.file_ingest().ingest_file
        return
    idle: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(min(worker_count(), len(files))):
            idle.put(stack.enter_context(_worker(task)))

        def ingest_file(position: int, file: DeliveredFile, scheme: str = "") -> FileReport:
            worker = idle.get()
            try:
                return _request(worker, position, file, scheme)
            except _WorkerCrashedError:
                worker = stack.enter_context(_worker(task))
                return task.file_ingest().reject(position, file, errors.FileRejected("unreadable", _CRASHED))
            finally:
                idle.put(worker)

        yield ingest_file


@contextmanager
def _worker(task: IngestTask) -> Iterator[subprocess.Popen[str]]:
    """A worker that is told its assignment, and ended when the files are done. Its stderr might quote cells: dropped."""
    variables = environment.of_child(**ONE_CORE, PYTHONPATH=str(Path(__file__).resolve().parents[2]))
    command = [sys.executable, "-m", "assets.ingest.process_pool"]
    pipe = subprocess.PIPE
    worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=variables)
    try:
        _send(worker, vars(task))
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def _request(worker: "subprocess.Popen[str]", position: int, file: DeliveredFile, scheme: str) -> FileReport:
    _send(worker, {"position": position, "file": vars(file) | {"path": str(file.path)}, "scheme": scheme})
    line = worker.stdout.readline() if worker.stdout else ""
    if not line and worker.wait() in _CRASHES:
        raise _WorkerCrashedError
    if not line:
        raise errors.MonthRefused(f"the worker ended while it read {file.name}: is there memory enough?")
    answer = json.loads(line)
    if "error" in answer:
        raise getattr(errors, answer["error"], errors.MonthRefused)(answer["message"])
    return FileReport.from_json(answer)


def _send(worker: "subprocess.Popen[str]", message: dict[str, Any]) -> None:
    if worker.stdin:
        try:
            worker.stdin.write(json.dumps(message) + "\n")
            worker.stdin.flush()
        except BrokenPipeError:
            raise errors.MonthRefused("a worker ended before its work: is there memory enough?") from None


def _serve() -> None:
    """Answer one line for each line of standard input, until it ends."""
    ingest = IngestTask(**json.loads(sys.stdin.readline())).file_ingest()
    for line in sys.stdin:
        message = json.loads(line)
        file = DeliveredFile(**message["file"] | {"path": Path(message["file"]["path"])})
        try:
            answer = ingest.ingest_file(message["position"], file, message["scheme"]).as_json()
        except Exception as error:  # noqa: BLE001  every failure is an answer; its text may quote a cell
            explained = errors.explained(error, ingest.accepted)
            answer = {"error": type(explained).__name__, "message": str(explained)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
