"""Where costs are computed: in this process, or bucket by bucket on a dask cluster.

`dask://HOST:PORT` names the scheduler of a running cluster, `dask://local/N` starts N workers on
this machine for the one run. Buckets hold whole components of connected items, so a worker needs
nothing from another and the result is that of one process, byte for byte; a worker that dies is
replaced by another one that does its bucket again. Workers run the same release as we do: an
older kernel could cost differently.

Problems: engine-unreachable, engine-differs, engine-failed, missing-part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import cpu_count
from typing import TYPE_CHECKING, Any

from invledger import __version__
from invledger.books.loading import no_collection
from invledger.costing import Costed, CostLine, Setting, cost
from invledger.costing.buckets import Bucket, cost_in_buckets
from invledger.model import CostPolicy, Refused, problem

if TYPE_CHECKING:
    from distributed import Client

Engine = Callable[[Sequence[CostLine], Mapping[str, CostPolicy], Setting], Costed]
SCHEME = "dask://"
LOCAL = "local"
#: More buckets than workers: one lost is little to do again, and loads even out.
BUCKETS_A_WORKER = 4
SECONDS_TO_CONNECT = 10
WORKERS_A_CORE = 4  # at most: a slip of the finger brings no machine down
TRIES = 5  # of a bucket whose worker dies


def engine_of(address: str) -> Engine | None:
    """The engine of that address; None for '' and 'local', the kernel of this process.

    Raises ValueError for any other word.
    """
    if address in ("", LOCAL):
        return None
    place = address.removeprefix(SCHEME)
    workers = place.removeprefix(f"{LOCAL}/")
    is_local = place == LOCAL or (workers != place and _is_count(workers))
    host, _, port = place.rpartition(":")
    is_remote = bool(host) and port.isascii() and port.isdigit()
    if not address.startswith(SCHEME) or not (is_local or is_remote):
        raise ValueError(address)
    most = WORKERS_A_CORE * (cpu_count() or 1)
    count = min(int(workers), most) if is_local and workers != place else 2

    def run(
        lines: Sequence[CostLine], policies: Mapping[str, CostPolicy], setting: Setting
    ) -> Costed:
        with no_collection(), _client(None if is_local else place, count) as client:
            there = len(client.scheduler_info()["workers"]) or count
            return cost_in_buckets(
                lines,
                policies,
                setting,
                there * BUCKETS_A_WORKER,
                lambda buckets: _cost_there(client, buckets),
            )

    return run


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and 0 < int(word) <= 1024


@contextmanager
def _client(place: str | None, count: int) -> Iterator[Client]:
    """A client of the cluster at `place`, or of one made of `count` workers for as long."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise Refused(problem("missing-part", part="distributed", extra="dask")) from None
    if place is None:
        with (
            LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",  # a free port: the usual one may be taken
                silence_logs=50,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(f"tcp://{place}", timeout=SECONDS_TO_CONNECT)
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise Refused(problem("engine-unreachable", engine=place, reason=reason)) from None
    with client:
        yield client


def _cost_there(client: Client, buckets: Sequence[Bucket]) -> list[Costed]:
    """Every bucket costed by some worker; in the order given."""
    from distributed.scheduler import KilledWorker

    tasks = [
        client.submit(cost_packed, _packed(bucket), __version__, pure=False, retries=TRIES)
        for bucket in buckets
    ]
    try:
        answers: list[Costed | str] = client.gather(tasks)
    except KilledWorker as error:
        raise Refused(problem("engine-failed", reason=str(error))) from None
    except ModuleNotFoundError:
        raise Refused(problem("engine-differs", theirs="-", ours=__version__)) from None
    costed: list[Costed] = []
    for answer in answers:
        if isinstance(answer, str):
            raise Refused(problem("engine-differs", theirs=answer, ours=__version__))
        costed.append(answer)
    return costed


def _packed(bucket: Bucket) -> Any:  # noqa: ANN401  distributed has no types
    """A bucket as it travels: lines as columns, one block of bytes.

    dask takes bytes as they are; lists it would look through first, at twice the time.
    """
    from distributed.protocol.pickle import dumps

    fields = range(len(CostLine._fields))
    columns = tuple([line[n] for line in bucket.lines] for n in fields)
    return dumps((columns, dict(bucket.policies), bucket.setting))


def cost_packed(packed: bytes, release: str) -> Costed | str:
    """On a worker: cost a bucket, or say which other release is installed here."""
    from distributed.protocol.pickle import loads

    if __version__ != release:
        return __version__
    columns, policies, setting = loads(packed)
    with no_collection():
        lines = list(map(CostLine._make, zip(*columns, strict=True)))
        return cost(lines, policies, setting=setting)
