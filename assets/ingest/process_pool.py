"""A pool of worker processes that ingest files side by side, one file per worker at a time.

Belongs here: starting workers, sending them files, receiving reports. Processes, not threads: validation spends half its
time in Python, where threads wait for one lock. A worker is `python -m assets.ingest.process_pool`. It reads requests in
JSON from its standard input and answers in JSON. When its parent ends, its input ends and it stops. It reads the key from
the environment, as its parent does: no secret is sent.
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
from schemas.refusals import CRASHED

WORKERS = environment.WORKERS  # the number of files read at once; default: every core that this process may use
MAX_WORKERS = 256
MIN_BYTES_FOR_WORKERS = 64 << 20  # bytes of a delivery above which starting workers (a second each) saves time
ONE_CORE = {
    "POLARS_MAX_THREADS": "1",  # one worker per core: no thread pool to wait for
    "POLARS_ENGINE_AFFINITY": "in-memory",  # a batch is in memory already; the streaming engine starts more slowly
    # keep freed memory for the next file: returning it to the system costs a tenth of the time
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
}
_CRASHES = (
    -signal.SIGSEGV,
    -signal.SIGABRT,
    -signal.SIGBUS,
    -signal.SIGILL,
    -signal.SIGFPE,
)  # without SIGKILL: out of memory


class IngestFile(Protocol):
    """A function that ingests one file; `scheme`: the scheme of its region codes, if the other files determine it."""

    def __call__(self, position: int, file: DeliveredFile, scheme: str = "") -> FileReport:
        """Ingest the file at this position of the delivery and return its report."""


@dataclass(frozen=True)
class IngestTask:
    """The task of a worker: extract, month and folders, as values that JSON can represent."""

    extract: str
    month: str
    accepted: str
    quarantine: str
    synthetic: bool

    def file_ingest(self) -> FileIngest:
        """A `FileIngest` for this task in the current process."""
        key = person_key(synthetic=self.synthetic)
        month = first_day(self.month)
        return FileIngest(BY_NAME[self.extract], month, key, Path(self.accepted), Path(self.quarantine))


def worker_count() -> int:
    """The number of files read at once: CAKUPAN_WORKERS, by default the cores that this process may use."""
    named = environment.read(WORKERS)
    if not named:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not named.isdecimal() or not 1 <= int(named) <= MAX_WORKERS:
        raise errors.MonthRefused(
            f"{WORKERS} is a whole number from 1 to {MAX_WORKERS}: how many files to read at once"
        )
    return int(named)


class _WorkerCrashedError(Exception):
    """A worker crashed in a library (for example a segmentation fault) while it read a file."""


@contextmanager
def ingest_pool(task: IngestTask, files: tuple[DeliveredFile, ...]) -> Iterator[IngestFile]:
    """Yields a function that ingests one file; up to `worker_count()` threads may call it at once."""
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
                return task.file_ingest().reject(position, file, errors.FileRejected(CRASHED))
            finally:
                idle.put(worker)

        yield ingest_file


@contextmanager
def _worker(task: IngestTask) -> Iterator[subprocess.Popen[str]]:
    """A worker with this task; killed when the files are done. Its stderr might quote cells, so it is discarded."""
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
        raise errors.MonthRefused(
            f"a worker process ended while it read {file.name}: give the run more memory, or lower {WORKERS}"
        )
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
            raise errors.MonthRefused(
                f"a worker process ended before its first file: give the run more memory, or lower {WORKERS}"
            ) from None


def _serve() -> None:
    """Write one line of output per line of standard input, until the input ends."""
    ingest = IngestTask(**json.loads(sys.stdin.readline())).file_ingest()
    for line in sys.stdin:
        message = json.loads(line)
        file = DeliveredFile(**message["file"] | {"path": Path(message["file"]["path"])})
        try:
            answer = ingest.ingest_file(message["position"], file, message["scheme"]).as_json()
        except Exception as error:  # noqa: BLE001  every failure becomes an answer without cell values
            explained = errors.explained(error, ingest.accepted)
            answer = {"error": type(explained).__name__, "message": str(explained)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
