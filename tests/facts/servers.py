"""Real servers for the tests: PostgreSQL as the system has it, Spark Connect from the PySpark wheel. Loopback only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPARK_HOME = "REFERRAL_PLAYBOOK_SPARK_HOME"
"""Environment variable: the folder `pyspark` of an installed wheel. Default: in `.spark` (`make spark`)."""
START_SECONDS = 120
PASSWORD = "s3cret/word"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    # for tables of some rows, what is planned and compiled for many is all that takes time
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


class NoServerError(RuntimeError):
    """This machine cannot start the server; the message says what it lacks."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of its own, with a user, a password and a language that sorts unlike ours."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not homes:
        raise NoServerError("PostgreSQL is not installed here (apt-get install postgresql)")
    if find_spec("psycopg") is None:
        raise NoServerError("psycopg is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # not below pytest's folder, which only its owner may enter
    port = _free_port()
    try:
        _start_postgres(homes[-1], folder, port)
        yield f"postgres://ann:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{port}/postgres"
    finally:
        _as_server(folder, [homes[-1] / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _start_postgres(home: Path, folder: Path, port: int) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if os.geteuid() == 0:
        for path in (folder, secret):
            shutil.chown(path, "postgres")
    _as_server(
        folder,
        [
            home / "initdb",
            "-D",
            folder / "data",
            "-U",
            "ann",
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=icu",
            "--icu-locale=en-US",
        ],
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c autovacuum=off"
    _as_server(folder, [home / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start"])


def _as_server(folder: Path, command: list[object], *, check: bool = True) -> None:
    """Run as the user of the server: PostgreSQL refuses root."""
    who = (
        {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=START_SECONDS, **who)
    if check and done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stdout[-500:]} {done.stderr[-1000:]}")


@contextmanager
def spark() -> Iterator[str]:
    """The URL of a Spark Connect server of its own."""
    if find_spec("pyspark") is None:
        raise NoServerError("pyspark-client is not installed here")
    if shutil.which("java") is None:
        raise NoServerError("java is not installed here (17 or later)")
    home = _spark_home()
    folder = Path(tempfile.mkdtemp(prefix="spark-"))
    try:
        with (folder / "log").open("w") as log:
            yield from _serving(home, folder, log)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _spark_home() -> Path:
    named = os.environ.get(SPARK_HOME)
    home = Path(named) if named else ROOT / ".spark" / "pyspark"
    if not (home / "bin" / "spark-submit").is_file():
        raise NoServerError(f"no Spark server is installed here (make spark, or set {SPARK_HOME})")
    return home


def _serving(home: Path, folder: Path, log: object) -> Iterator[str]:
    port = _free_port()
    settings = SETTINGS | {"spark.connect.grpc.binding.port": str(port), "spark.local.dir": str(folder)}
    words = [f"--conf={name}={value}" for name, value in settings.items()]
    words += [f"--driver-java-options=-Djava.io.tmpdir={folder}"]
    command = [home / "bin" / "spark-submit", "--master=local[1]", *words]
    command += ["--class=org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    own = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONPATH": ""}
    server = subprocess.Popen(
        command, cwd=folder, env=os.environ | own, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        _wait_for(port, server, folder / "log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"Spark did not start: {log.read_text()[-2000:]}")
