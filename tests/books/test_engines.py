"""Costs computed on a dask cluster: the same bytes, whatever happens to a worker (CO-07)."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from invledger.books import engine_of, engines, init, post
from invledger.books.engines import cost_packed
from invledger.costing import CostLine, Kind, Setting, cost
from invledger.model import CostPolicy, Refused
from tests.books.conftest import files_of

if TYPE_CHECKING:  # imported late: it takes long, and only one of the processes has these tests
    from distributed import Client, LocalCluster

pytestmark = [pytest.mark.req("CO-07")]
FIFO = {f"I{n}": CostPolicy("fifo") for n in range(40)}


def movements(count: int) -> list[CostLine]:
    """Receipts of 2 for 7 and issues of 1, item after item."""
    lines = []
    for n in range(count):
        item = f"I{n % 40}"
        if n // 40 % 3 == 0:
            lines.append(CostLine(Kind.RECEIVE, item, 2, "", item, 7 + n % 5, -1, ""))
        else:
            lines.append(CostLine(Kind.ISSUE, item, 1, item, "", None, -1, ""))
    return lines


def workers(count: int, **more: object) -> LocalCluster:
    """A cluster on this machine."""
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=count, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50,
        **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with workers(2) as made:
        yield made


def address_of(cluster: LocalCluster) -> str:
    return "dask://" + str(cluster.scheduler_address).removeprefix("tcp://")


@pytest.mark.parametrize("word", ["", "local"])
def test_no_engine_is_the_kernel_of_this_process(word: str) -> None:
    assert engine_of(word) is None


@pytest.mark.parametrize(
    "word", ["dask", "dask://", "dask://host", "dask://local/0", "dask://local/x", "ray://a:1",
             "dask://host:٣", "local/2", "dask://:80"],
)  # fmt: skip
def test_other_words_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match=word or "^$"):
        engine_of(word)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is bound and never listens: told with the address, as soon as patience ends."""
    monkeypatch.setattr("invledger.books.engines.SECONDS_TO_CONNECT", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        engine = engine_of(f"dask://127.0.0.1:{taken.getsockname()[1]}")
        assert engine is not None
        with pytest.raises(Refused) as refused:
            engine(movements(10), FIFO, Setting())
    assert refused.value.problems[0].code == "engine-unreachable"


def test_a_worker_of_another_release_says_so() -> None:
    assert cost_packed(b"", "0.0.0") != "0.0.0"


def test_other_release(monkeypatch: pytest.MonkeyPatch, cluster: LocalCluster) -> None:
    monkeypatch.setattr("invledger.books.engines.__version__", "9.9.9")
    engine = engine_of(address_of(cluster))
    assert engine is not None
    with pytest.raises(Refused) as refused:
        engine(movements(10), FIFO, Setting())
    assert refused.value.problems[0].code == "engine-differs"


@pytest.mark.slow
def test_the_sample_posts_the_same_bytes(tmp_path: Path, cluster: LocalCluster) -> None:
    """The sample knows every movement type; its vouchers are made anew by the cluster."""
    roots = [tmp_path / "one", tmp_path / "many"]
    for root, engine in zip(roots, ["", address_of(cluster)], strict=True):
        init(root)
        for path in (root / "ledgers/vouchers").rglob("2026-02*.beancount"):
            path.unlink()
        assert post(root, engine=engine).counts["new"] > 0
    assert files_of(roots[0]) == files_of(roots[1])


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_costs_time_not_data() -> None:
    """While buckets are being costed one of two workers gets SIGKILL; the result is whole."""
    from distributed import Client

    lines = movements(400_000)
    alone = cost(lines, FIFO)
    killed = []

    def kill_one(client: Client) -> None:
        while not any(client.processing().values()):
            time.sleep(0.01)
        busy = next(where for where, keys in client.processing().items() if keys)
        pid = client.run(os.getpid, workers=[busy])[busy]
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    with workers(2) as made, Client(made) as watching:
        engine = engine_of(address_of(made))
        assert engine is not None
        thread = threading.Thread(target=kill_one, args=(watching,))
        thread.start()
        apart = engine(lines, FIFO, Setting())
        thread.join()
    assert len(killed) == 1
    assert (apart.costs, apart.pools, apart.troubles) == (alone.costs, alone.pools, [])


@pytest.mark.slow
def test_workers_that_die_again_and_again_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket that kills its worker, however often it is tried: engine-failed, no result."""
    monkeypatch.setattr(
        "invledger.books.engines.cost_packed", lambda _packed, _release: os._exit(9)
    )
    with workers(1, scheduler_kwargs={"allowed_failures": 0}) as made:
        engine = engine_of(address_of(made))
        assert engine is not None
        with pytest.raises(Refused) as refused:
            engine(movements(10), FIFO, Setting())
    assert [p.code for p in refused.value.problems] == ["engine-failed"]


def test_a_slip_of_the_finger_starts_no_thousand_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def client(_place: str | None, count: int) -> object:
        asked.append(count)
        raise InterruptedError

    monkeypatch.setattr(engines, "_client", client)
    monkeypatch.setattr(engines, "cpu_count", lambda: 2)
    for word in ("999", "3"):
        engine = engine_of(f"dask://local/{word}")
        assert engine is not None
        with pytest.raises(InterruptedError):
            engine([], {}, Setting())
    assert asked == [2 * engines.WORKERS_A_CORE, 3]
