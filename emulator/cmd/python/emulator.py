"""Raft clusters for suites in Python: start one, break it, wait, and see what happened.

    import emulator

    def test_failover(cluster):              # "from emulator import cluster" in conftest.py
        old = cluster.wait("leader=unique")
        assert old.put_topic("dog").status == 201
        with old.crash():                    # restarted at the end of the block
            new = cluster.wait("event=BecomeLeader")
            assert new.put_topic("cat").status == 201
        cluster.wait(f"role={old.id}:Follower", "topics=all:dog, cat")

Without pytest:

    with emulator.start("fresh_3") as cluster:
        cluster.wait("leader=unique")

What to rely on:

1. It needs Python 3.9 or later and the program emulator: on the PATH, or named by the
   environment variable EMULATOR. It needs no other package; the fixture `cluster` needs pytest.
2. Time is virtual unless you ask for clock="real": it moves only in `wait` and `advance`, so
   the same test gives the same run again. Lengths of time are seconds.
3. A change has happened when its method returns. It answers with a `Change`; as a context
   manager, `with cluster.partition([0, 1], [2, 3, 4]):`, it is undone at the end of the block.
4. Where a method takes a node, it takes a `Node`, an id, or a word: "leader", "follower",
   "candidate", or "all" for every node.
5. Events count from the last change or wait, so after a crash "event=BecomeLeader" is never
   the election before it.
6. A request of a client never raises for the status of its answer. Without any answer in time
   it raises `NoAnswer`. Everything else that goes wrong raises `Error`.

Written by `emulator python`. Your own changes are safe: nothing else writes this file.
"""

from __future__ import annotations

import atexit
import http.client
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from typing import Any, Callable, Iterator, Mapping, Sequence, Union
from urllib.parse import quote, urlencode, urlsplit

__all__ = ["Answer", "Change", "Cluster", "Error", "NoAnswer", "Node", "Untrue", "cluster", "connect", "start"]

__tracebackhide__ = True  # pytest shows the line of the test, not the lines here

START_PATIENCE = 30.0  # seconds until the ready line of the program
STOP_PATIENCE = 5.0  # seconds for the program to end, before it is killed


class Error(Exception):
    """The emulator refused something. The message says what, where, and what would be right."""

    def __init__(self, message: str, status: int = 0, problem: Mapping[str, Any] | None = None):
        super().__init__(message)
        self.status = status  # of the answer over HTTP; 0 without one
        self.problem = dict(problem or {})  # the body of the answer (RFC 9457)


class Untrue(Error, AssertionError):
    """A condition was still untrue when the time was over. The message names it."""


class NoAnswer(Error, TimeoutError):
    """A node gave no answer: nobody listens, the connection broke, or the time was over.
    The request may be carried out all the same, now or later."""


class Answer:
    """A node's answer: `status` of HTTP, `body` as Python has it (None if it is not JSON), and
    `headers` with names in lower case."""

    def __init__(self, status: int, headers: Mapping[str, str], text: bytes):
        self.status = status
        self.headers = dict(headers)
        try:
            self.body = json.loads(text)
        except ValueError:
            self.body = None

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.body!r})"


class Change:
    """A change that has happened. `seq` is its number in the trace, and `state` the state that
    the admin API answered with. As a context manager it undoes the change at the end."""

    def __init__(self, state: Mapping[str, Any], undo: Callable[[], Any]):
        self.seq: int = state["seq"]
        self.state = dict(state)
        self._undo = undo

    def undo(self) -> None:
        """Undoes the change."""
        self._undo()

    def __enter__(self) -> "Change":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self.undo()
        except Error:
            if error is None:  # the block's own error says more than that of the undo
                raise


class Node:
    """One node of a cluster: `id` from 0, and `url` of its own API."""

    def __init__(self, cluster: "Cluster", id: int, url: str):
        self.cluster, self.id, self.url = cluster, id, url

    def __repr__(self) -> str:
        return f"Node({self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (self.cluster, self.id) == (other.cluster, other.id)

    def __hash__(self) -> int:
        return hash((id(self.cluster), self.id))

    # What its clients ask, through its own port.

    def request(self, method: str, path: str, body: Any = None, timeout: float = 10) -> Answer:
        """Sends a request. `body` is sent as JSON, bytes as they are, None not at all; `timeout`
        is in seconds of real time. Raises NoAnswer."""
        return _request(self.url, method, path, body, timeout)

    def put_topic(self, topic: str, timeout: float = 10) -> Answer:
        """Creates a topic."""
        return self.request("PUT", "/topic", {"topic": topic}, timeout)

    def get_topics(self, timeout: float = 10) -> Answer:
        """Lists the topics."""
        return self.request("GET", "/topic", None, timeout)

    def put_message(self, topic: str, message: str, timeout: float = 10) -> Answer:
        """Puts a message at the end of a topic."""
        return self.request("PUT", "/message", {"topic": topic, "message": message}, timeout)

    def get_message(self, topic: str, timeout: float = 10) -> Answer:
        """Takes the oldest message of a topic."""
        return self.request("GET", "/message/" + quote(topic, safe=""), None, timeout)

    def get_status(self, timeout: float = 10) -> Answer:
        """Asks for the node's role and term."""
        return self.request("GET", "/status", None, timeout)

    # What the emulator knows of it and does to it.

    def state(self) -> dict[str, Any]:
        """The node's whole state: role, term, voted_for, log, commit_index, queue, …"""
        return self.cluster.admin("GET", f"/v1/nodes/{self.id}")

    def crash(self, wipe: bool = False) -> Change:
        """See Cluster.crash."""
        return self.cluster.crash(self, wipe=wipe)

    def restart(self) -> Change:
        """See Cluster.restart."""
        return self.cluster.restart(self)

    def pause(self) -> Change:
        """See Cluster.pause."""
        return self.cluster.pause(self)

    def resume(self) -> Change:
        """See Cluster.resume."""
        return self.cluster.resume(self)

    def isolate(self) -> Change:
        """See Cluster.isolate."""
        return self.cluster.isolate(self)

    def timeout(self) -> None:
        """See Cluster.timeout."""
        self.cluster.timeout(self)

    def skew(self, factor: float) -> Change:
        """See Cluster.skew."""
        return self.cluster.skew(self, factor)

    def heal(self) -> None:
        """See Cluster.heal."""
        self.cluster.heal(self)


AnyNode = Union[Node, int, str]


class Cluster:
    """A cluster behind an admin API. `start` and `connect` make one; `url` is its admin API."""

    def __init__(self, url: str, process: "_Process | None" = None):
        self.url = url.rstrip("/")
        self._process = process
        self._since: int = self.admin("GET", "/v1/cluster")["seq"]

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Ends the program, if `start` started it. Closing twice is fine."""
        if self._process is not None:
            self._process.stop()

    def admin(self, method: str, path: str, body: Any = None, timeout: float = 60, **query: Any) -> dict[str, Any]:
        """Asks the admin API, for everything that has no method here, and returns the answer's
        JSON. A query's value may be a list. Raises Error with the reason of a refusal."""
        if query:
            path += "?" + urlencode(query, doseq=True)
        answer = _request(self.url, method, path, body, timeout)
        if answer.status < 300 and isinstance(answer.body, dict):
            return answer.body
        problem = answer.body if isinstance(answer.body, dict) else {}
        lines = [problem.get("detail") or f"status {answer.status}"]
        if len(problem.get("errors") or ()) > 1:
            lines += [f"  {e.get('key', '')}: {e.get('message', '')}" for e in problem["errors"]]
        kind = Untrue if answer.status == 504 else Error
        raise kind("\n".join(lines) + f"\n({method} {path.partition('?')[0]})", answer.status, problem)

    # Start.

    def load(self, fixture: str = "fresh_5") -> None:
        """Replaces the cluster by a new one at its time 0; the ports stay. `fixture` is a name
        (emulator -list shows them), the path of a file, or TOML itself if it has a line break."""
        if "\n" in fixture:
            state = self.admin("PUT", "/v1/fixture", fixture.encode())
        elif fixture.endswith(".toml"):
            with open(fixture, "rb") as file:
                state = self.admin("PUT", "/v1/fixture", file.read())
        else:
            state = self.admin("PUT", "/v1/fixture", name=fixture)
        self._since = state["seq"]

    # Break.

    def crash(self, *nodes: AnyNode, wipe: bool = False) -> Change:
        """Crashes nodes: they refuse connections and keep only their disks, and with `wipe` not
        even those. Undone by a restart."""
        return self._each("crash", nodes, {"wipe": wipe}, undo="restart")

    def restart(self, *nodes: AnyNode) -> Change:
        """Starts crashed nodes again, from their disks. Undone by a crash."""
        return self._each("restart", nodes, undo="crash")

    def pause(self, *nodes: AnyNode) -> Change:
        """Pauses nodes: they accept connections and answer none. Undone by a resume."""
        return self._each("pause", nodes, undo="resume")

    def resume(self, *nodes: AnyNode) -> Change:
        """Continues paused nodes. Undone by a pause."""
        return self._each("resume", nodes, undo="pause")

    def isolate(self, *nodes: AnyNode) -> Change:
        """Cuts nodes off from all others; clients still reach them. The undo heals the nodes."""
        return self._each("isolate", nodes, undo="heal")

    def timeout(self, *nodes: AnyNode) -> None:
        """Lets the election timers of nodes run out now."""
        self._each("timeout", nodes)

    def skew(self, node: AnyNode, factor: float) -> Change:
        """Makes the timers of a node longer (above 1) or shorter. Undone by a factor of 1."""
        state, ids = self._at("skew", [node], {"factor": factor})
        return Change(state, lambda: self._at("skew", ids, {"factor": 1}))

    def plant(self, bug: str, *nodes: AnyNode) -> Change:
        """Plants a bug in nodes, without nodes in all of them. The undo removes it."""
        chosen = nodes or ("all",)
        state, ids = self._at("bug", chosen, {"bug": bug})
        return Change(state, lambda: self._at("bug", ids, {"bug": ""}))

    def partition(self, *groups: "Sequence[AnyNode] | AnyNode") -> Change:
        """Cuts the links between nodes of different groups, instead of all present cuts. A group
        of one node may be the node itself. Nodes that no group names are one more group. The
        undo removes all cuts."""
        body = {"groups": [[_name(n) for n in _group(group)] for group in groups]}
        return Change(self._change("POST", "/v1/partition", body), self._mend)

    def cut(self, *links: "tuple[AnyNode, AnyNode]") -> Change:
        """Cuts links in one direction, instead of all present cuts: the first node of each pair
        no longer reaches the second. The undo removes all cuts."""
        body = {"oneway": [[_name(a), _name(b)] for a, b in links]}
        return Change(self._change("POST", "/v1/partition", body), self._mend)

    def fault(self, name: str, match: Mapping[str, Any] | None = None, **effect: Any) -> Change:
        """Sets a fault, instead of one of the same name; the undo deletes it:

            with cluster.fault("slow", {"from": [0]}, delay_ms=[50, 100]): …
            with cluster.fault("no votes", {"type": "request_vote"}, drop=True): …
        """
        body = {**({"match": dict(match)} if match else {}), **effect}
        path = "/v1/faults/" + quote(name, safe="")
        return Change(self._change("PUT", path, body), lambda: self._change("DELETE", path))

    def heal(self, *nodes: AnyNode) -> None:
        """Undoes every change to nodes; without nodes, to the whole cluster, faults included."""
        if nodes:
            self._each("heal", nodes)
        else:
            self._change("POST", "/v1/heal")

    # Watch.

    def wait(self, *conditions: str, timeout: float = 5, since: int | None = None) -> Node | None:
        """Waits until all conditions hold at once, and returns the leader then, or None.
        `timeout` is in seconds of the cluster's time, 60 at most; events count from `since`, normally from
        the last change or wait. Raises Untrue."""
        query: dict[str, Any] = {"timeout_ms": timeout * 1000, "since": self._since if since is None else since}
        for condition in conditions:
            key, equals, value = condition.partition("=")
            if not equals:
                raise Error(f'{condition!r} is no condition, want one such as "leader=unique"')
            query.setdefault(key, []).append(value)
        state = self.admin("GET", "/v1/wait", timeout=timeout + 60, **query)
        self._since = state["seq"]
        return None if state["leader"] is None else self.node(state["leader"])

    def advance(self, seconds: float) -> None:
        """Moves the virtual time, and lets everything happen that is due until then."""
        before = self.seq
        self.admin("POST", "/v1/clock/advance", {"ms": seconds * 1000})
        self._since = before

    @property
    def nodes(self) -> list[Node]:
        """All nodes, whatever their state, in the order of their ids."""
        return [Node(self, n["id"], n["url"]) for n in self.status()["nodes"]]

    def node(self, id: AnyNode) -> Node:
        """The node of an id, or of a word such as "leader"."""
        state = self.admin("GET", "/v1/nodes/" + quote(str(_name(id)), safe=""), log=0, queue=0)
        return Node(self, state["id"], state["url"])

    @property
    def leader(self) -> Node:
        """The node that leads; of several the one with the highest term. Raises Error if there
        is none, so wait for leader=unique first."""
        return self.node("leader")

    @property
    def seq(self) -> int:
        """The number of the newest event."""
        return self.status()["seq"]

    def status(self) -> dict[str, Any]:
        """The whole cluster: clock, leader, nodes, cuts, faults, as GET /v1/cluster has it."""
        return self.admin("GET", "/v1/cluster")

    def events(self, *kinds: str, since: int | None = None) -> list[dict[str, Any]]:
        """The events since the last change or wait, the oldest first; with kinds, such as
        "Timeout", only those."""
        query: dict[str, Any] = {"since": self._since if since is None else since, "limit": 1000}
        if kinds:
            query["event"] = kinds
        events: list[dict[str, Any]] = []
        while True:
            page = self.admin("GET", "/v1/events", **query)
            if page["missed"]:
                raise Error(f"events after {query['since']} are no longer kept; the oldest is {page['first']}")
            events += page["events"]
            if page["next"] >= page["last"] or page["next"] == query["since"]:
                return events
            query["since"] = page["next"]

    def check(self) -> None:
        """Checks Raft's guarantees so far, and the answers of all clients. Raises Untrue with
        everything that was violated."""
        broken = [
            f"{i['name']} ({i['paper']}): {i['says']}\n  {json.dumps(i['violation'])}"
            for i in self.admin("GET", "/v1/invariants")["invariants"]
            if i["status"] == "violated"
        ]
        broken += [
            f"{v['name']}: {v['words']}"
            for v in self.admin("GET", "/v1/history/check")["verdicts"]
            if v["state"] == "violated"
        ]
        if broken:
            raise Untrue("\n".join(["the cluster violated:", *broken]))

    def describe(self) -> str:
        """The state of the cluster, and how it came there: changes, elections, commits, requests."""
        status = self.status()
        clock = status["clock"]["mode"]
        lines = [f"fixture {status['fixture']['name']}, seed {status['seed']}, {clock} time {status['time_ms']:g} ms"]
        for n in status["nodes"]:
            role = n["role"] if n["up"] else "down"
            paused = ", paused" if n["paused"] else ""
            bug = f", bug {n['bug']}" if n["bug"] else ""
            lines.append(
                f"node {n['id']}: {role}{paused}, term {n['term']}, log {n['last_index']},"
                f" commit {n['commit_index']}, applied {n['last_applied']}{bug}"
            )
        if status["cuts"]:
            lines.append("cut: " + ", ".join(f"{a} to {b}" for a, b in status["cuts"]))
        lines += [f"fault: {json.dumps(f)}" for f in status["faults"]]
        lines.append("what matters most of the latest events:")
        lines += ["  " + line for line in self.admin("GET", "/v1/trail")["lines"]]
        return "\n".join(lines)

    # Inside.

    def _change(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        state = self.admin(method, path, body)
        self._since = state["seq"]
        return state

    def _each(self, action: str, nodes: Sequence[AnyNode], body: Any = None, undo: str = "") -> Change:
        state, ids = self._at(action, nodes, body)
        return Change(state, lambda: undo and self._at(undo, ids))

    def _at(self, action: str, nodes: Sequence[AnyNode], body: Any = None) -> tuple[dict[str, Any], list[int]]:
        """Does one thing to nodes, to all at one moment or to none; returns their ids, too."""
        if not nodes:
            raise Error(f"{action}: no node is named")
        names = quote(",".join(str(_name(n)) for n in nodes), safe=",")
        state = self._change("POST", f"/v1/nodes/{names}/{action}", body)
        return state, [n["id"] for n in state.get("nodes", [state])]

    def _mend(self) -> None:
        self._change("DELETE", "/v1/partition")


def _group(group: "Sequence[AnyNode] | AnyNode") -> Sequence[AnyNode]:
    return [group] if isinstance(group, (Node, int, str)) else group


def _name(node: AnyNode) -> int | str:
    return node.id if isinstance(node, Node) else node


def start(
    fixture: str = "fresh_5",
    *,
    clock: str = "virtual",
    seed: int | None = None,
    program: str | None = None,
    options: Sequence[str] = (),
) -> Cluster:
    """Starts the program on free ports, with a cluster of its own, until `close`, the end of the
    `with` block, or the end of Python.

    fixture: a name, the path of a file, or TOML itself if it has a line break
    clock:   "virtual" or "real"
    seed:    of all random draws; another seed gives another run
    program: the program's file; normally that of the environment variable EMULATOR
    options: more flags, such as ["-trace", "run.jsonl"]; emulator -h lists them

    Raises Error when the program cannot be started or refuses the fixture."""
    command = [program or os.environ.get("EMULATOR", "emulator"), "-base-port", "0", "-admin", "127.0.0.1:0"]
    command += ["-clock", clock, *([] if seed is None else ["-seed", str(seed)]), *options]
    process = _Process(command if "\n" in fixture else [*command, "-fixture", fixture])
    try:
        cluster = Cluster(process.url, process)
        if "\n" in fixture:
            cluster.load(fixture)
    except BaseException:
        process.stop()
        raise
    return cluster


def connect(url: str | None = None) -> Cluster:
    """The cluster that runs behind an admin API: that of the environment variable EMULATOR_URL,
    or http://127.0.0.1:8500. `close` leaves it running."""
    return Cluster(url or os.environ.get("EMULATOR_URL", "http://127.0.0.1:8500"))


class _Process:
    """The program, from its ready line on. Its standard error goes to a file, because a pipe that
    nobody reads fills up."""

    def __init__(self, command: list[str]):
        self.said = ""  # on standard error, known after the end
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, encoding="utf-8"
            )
        except OSError as e:
            self.errors.close()
            raise Error(f"{command[0]} cannot be started: {e}; install it on the PATH, or name its file in EMULATOR") from e
        _running.append(self)
        line = self._ready()
        try:
            self.url: str = json.loads(line)["admin"]
        except (ValueError, KeyError, TypeError):
            self.stop()
            raise Error(f"{' '.join(command)} did not start: {self.said or line or 'no word in time'}") from None

    def _ready(self) -> str:
        """The first line of standard output; "" when the program ends before it or takes too long.
        Further lines are read and forgotten, so that the pipe never fills up."""
        lines: "queue.Queue[str]" = queue.Queue(1)

        def read() -> None:
            assert self.process.stdout is not None
            lines.put(self.process.stdout.readline())
            for _ in self.process.stdout:
                pass

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        try:
            return lines.get(timeout=START_PATIENCE)
        except queue.Empty:
            return ""

    def stop(self) -> None:
        if self not in _running:
            return
        _running.remove(self)
        self.process.terminate()
        try:
            self.process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.errors.seek(0)
        self.said = self.errors.read().strip()
        self.errors.close()


_running: list[_Process] = []


def _stop_all() -> None:
    for process in list(_running):
        process.stop()


atexit.register(_stop_all)


def _request(url: str, method: str, path: str, body: Any, timeout: float) -> Answer:
    """One request over a connection of its own. Proxies of the environment are for the web and
    not for a cluster on this machine, so they are not asked; a redirect is an answer."""
    parts = urlsplit(url)
    headers = {"Connection": "close"}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path + path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    except (OSError, http.client.HTTPException) as e:
        raise NoAnswer(f"no answer: {str(e) or type(e).__name__} ({method} {url}{path})") from None
    finally:
        connection.close()


_shared: Cluster | None = None  # the cluster of all tests of this process


def _share() -> Cluster:
    global _shared
    if _shared is None:
        _shared = connect() if "EMULATOR_URL" in os.environ else start()
    return _shared


try:
    import pytest
except ImportError:  # the fixture is for pytest; everything else works without it
    pass
else:

    @pytest.fixture
    def cluster(request: Any) -> Iterator[Cluster]:
        """A new cluster of five nodes for each test, in one program for all tests. With
        EMULATOR_URL, which emulator mutants sets, it is loaded into the emulator there.

        @pytest.mark.parametrize("cluster", ["fresh_3"], indirect=True) names another fixture.

        A test fails at its end if nodes without planted bugs violated one of Raft's guarantees
        or gave wrong answers. A test that fails prints the cluster's state and last events."""
        shared = _share()
        shared.load(getattr(request, "param", "fresh_5"))
        failed = request.session.testsfailed
        yield shared
        if request.session.testsfailed > failed:
            print(shared.describe(), file=sys.stderr)
        elif not any(n["bug"] for n in shared.status()["nodes"]):
            shared.check()
