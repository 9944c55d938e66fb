"""Many clients: each run into its own folder, beside each other, and one page over all of them.

The work is one function (`one_client.run_one`) handed to an executor. It can be done again at any time: what stands
is kept. That is why a lost worker costs no more than another try, and why a portfolio that was cut off goes on where
it was.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import date
from os import cpu_count
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.shared_evidence import FILE as SHARED
from referral_playbook.contract.shared_evidence import shared_text
from referral_playbook.facts.engines.places import DUCKDB, engine_at
from referral_playbook.run.client.chain import Progress
from referral_playbook.run.client.parameters import settings_for
from referral_playbook.run.client.plan import find_notebooks
from referral_playbook.run.portfolio.executors import executor_at, lost_worker
from referral_playbook.run.portfolio.one_client import Blame, Outcome, Task, run_one
from referral_playbook.run.portfolio.places import Found, Place, PlaceError, place_at
from referral_playbook.run.portfolio.shards import Shard
from referral_playbook.run.portfolio.summary import portfolio_csv
from referral_playbook.run.portfolio.summary_page import portfolio_page
from referral_playbook.show.words import STATUS, clean

TRIES = 3
"""How often a client is begun at most: again only where a worker or a kernel was lost."""


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """All clients that were asked for, in the order of their folders' names, and where their summary is."""

    outcomes: tuple[Outcome, ...]
    page: str
    table: str

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.blame)


def run_portfolio(
    folder: str | Path,
    out: str | Path,
    *,
    jobs: int | None = None,
    executor: str | None = None,
    shard: Shard | None = None,
    progress: Progress = print,
    notebooks: Path | None = None,
    **options: Any,
) -> Portfolio:
    """Run every client of a folder and write the summary over them.

    Parameters
    ----------
    folder
        Holds client folders; a folder, or an fsspec URL.
    out
        Gets a run folder of the same name for each, ``portfolio.html`` and ``portfolio.csv``; a folder or a URL.
    jobs
        Clients at a time. Default: as many as there are processors.
    executor
        Address of a Dask scheduler, whose workers then run the clients.
    shard
        Only this part of the clients; the summary then is of this part, and says so in its name.
    progress
        Is told a line for each client.
    notebooks
        Folder of the notebooks, as the workers see it. Default: the project's own.
    options
        Passed to `notebooks.run_client` for every client: overrides, fresh, engine.

    Returns
    -------
    Portfolio
        A client that failed is an outcome like the others.

    Raises
    ------
    PlaceError, ExecutorError, PlanError
        There is nothing to run, or nowhere to run it.
    ParameterError, EngineError
        An override that no notebook takes, or an engine that there is not.
    """
    _check(notebooks, **options)
    clients, target = _found(folder, shard, progress), place_at(out)
    sound = [client.name for client in clients if not client.fault]
    jobs = min(jobs or cpu_count() or 1, len(sound) or 1)
    told = Task(
        client="",
        source=_everywhere(folder),
        out=_everywhere(out),
        options=options,
        notebooks=str(notebooks.resolve()) if notebooks else None,
        width=None if executor else _width(jobs),
    )
    tell = _Teller(progress, len(clients))
    outcomes = [tell.done(Outcome(client=c.name, blame=Blame.CLIENT, why=c.fault)) for c in clients if c.fault]
    if sound:
        with executor_at(executor, jobs=jobs, progress=progress) as pool:
            tasks = [replace(told, client=name) for name in sound]
            outcomes += [tell.done(_seen(outcome, target)) for outcome in _each(pool, tasks, tell)]
    return _summed_up(sorted(outcomes, key=lambda outcome: outcome.client), target, shard)


def _width(jobs: int) -> int:
    """Steps at a time of each client, so that all processors are at work and no more processes than that."""
    return max(1, (cpu_count() or 1) // jobs)


def beside_reports(folder: str) -> str:
    """Where the runs of a folder of clients go unless told otherwise: ``reports/<its name>``.

    For a URL PlaceError asks for --out: workers elsewhere would not see a folder of this machine.
    """
    if "://" in folder:
        raise PlaceError(f"{place_at(folder).shown('')}: say with --out where the runs go, for instance another URL")
    return str(Path("reports") / Path(folder).resolve().name)


def _check(notebooks: Path | None, *, overrides: Iterable[str] = (), engine: str = DUCKDB, **_: Any) -> None:
    """Refuse at once what every client would refuse."""
    engine_at(engine)
    nobody = Client(folder=Path(), name="-", currency="GBP", as_of=date.min)
    settings_for(nobody, overrides)
    find_notebooks(notebooks)


def _everywhere(address: str | Path) -> str:
    """An address that a worker in another folder understands."""
    return str(address) if "://" in str(address) else str(Path(address).absolute())


def _found(folder: str | Path, shard: Shard | None, progress: Progress) -> tuple[Found, ...]:
    found = place_at(folder).clients()
    for name, why in found.skipped:
        progress(f"{clean(name)} ... skipped: {why}")
    if not found.clients:
        raise PlaceError(f"{folder} holds no client folder: each has a client.toml (for one client: playbook run)")
    if shard is None:
        return found.clients
    mine = tuple(client for client in found.clients if shard.holds(client.name))
    progress(f"shard {shard.number}/{shard.of}: {len(mine)} of {len(found.clients)} clients")
    return mine


def _each(pool: Executor, tasks: Iterable[Task], tell: _Teller) -> Iterator[Outcome]:
    """The outcome of every task, as they come."""
    done: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
    waiting: dict[Future[Outcome], tuple[Task, int]] = {}

    def begin(task: Task, again: int) -> None:
        try:
            future = pool.submit(run_one, task)
        except RuntimeError as error:  # a pool that is broken takes nothing more
            future = Future()
            future.set_exception(error)
        waiting[future] = task, again
        future.add_done_callback(done.put)

    for task in tasks:
        begin(task, 1)
    while waiting:
        future = done.get()
        task, tried = waiting.pop(future)
        outcome = _outcome(future, task)
        if outcome.again and tried < TRIES:
            tell.again(outcome, tried)
            begin(task, tried + 1)
        else:
            yield outcome


def _outcome(future: Future[Outcome], task: Task) -> Outcome:
    error = None if future.cancelled() else future.exception()
    if future.cancelled() or error:
        why = f"{type(error).__name__}: {error}" if error else "the cluster gave it up; is the scheduler still there?"
        return Outcome(client=task.client, blame=Blame.WORKER, why=why, again=error is not None and lost_worker(error))
    return future.result()


def _seen(outcome: Outcome, target: Place) -> Outcome:
    """The outcome, unless the run that a worker tells of cannot be seen from here."""
    if outcome.blame or target.has_run(outcome.client):
        return outcome
    why = f"the worker wrote to a {target.shown('')} that is not this machine's: share the folder, or use a URL"
    return Outcome(client=outcome.client, blame=Blame.WORKER, why=why)


def _summed_up(outcomes: list[Outcome], target: Place, shard: Shard | None) -> Portfolio:
    name = f"portfolio-{shard.number}-of-{shard.of}" if shard else "portfolio"
    page = target.write(f"{name}.html", portfolio_page(outcomes, shard).encode())
    # Excel takes a CSV for UTF-8 only when it begins with the mark.
    table = target.write(f"{name}.csv", portfolio_csv(outcomes).encode("utf-8-sig"))
    if not shard and (shared := _shared(outcomes)):
        target.write(SHARED, shared.encode())
    return Portfolio(outcomes=tuple(outcomes), page=page, table=table)


def _shared(outcomes: Iterable[Outcome]) -> str | None:
    """Measured uplifts of the clients that agreed to share them; None where there are fewer than three."""
    return shared_text(uplift for outcome in outcomes if outcome.findings for uplift in outcome.findings.shared)


@dataclass
class _Teller:
    """Tells how far it is, a line for each client."""

    progress: Progress
    of: int
    count: int = 0
    began: float = field(default_factory=lambda: time.monotonic())

    def done(self, outcome: Outcome) -> Outcome:
        self.count += 1
        self.progress(f"[{self.count}/{self.of}] {clean(outcome.client)} ... {_said(outcome)}{self._left()}")
        return outcome

    def _left(self) -> str:
        """How long the other clients take if they take as long as those before; nothing below a minute."""
        minutes = (time.monotonic() - self.began) / self.count * (self.of - self.count) / 60
        if minutes < 1:
            return ""
        return f"; about {minutes:.0f} min left" if minutes < 90 else f"; about {minutes / 60:.0f} hours left"

    def again(self, outcome: Outcome, tried: int) -> None:
        self.progress(f"{clean(outcome.client)} ... again, try {tried + 1} of {TRIES}: {_first(outcome.why)}")


DECISIONS: Mapping[str, str] = {status.value: words for status, words in STATUS.items()}


def _said(outcome: Outcome) -> str:
    if outcome.blame or outcome.findings is None:
        return f"FAILED ({outcome.blame}): {_first(outcome.why)}"
    work = f"{outcome.ran} ran, {outcome.kept} kept" if outcome.ran else "all kept"
    return f"{DECISIONS.get(outcome.findings.decision, 'done')} ({outcome.seconds:.1f} s; {work})"


def _first(why: str) -> str:
    lines = why.splitlines() or [""]
    return clean(lines[0]) + (f" (and {len(lines) - 1} more lines)" if len(lines) > 1 else "")
