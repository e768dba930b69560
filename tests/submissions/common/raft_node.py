"""One node of a replicated message queue: Raft behind an HTTP API.

Started as `python3 src/node.py config.json INDEX`. References are to "In Search of an
Understandable Consensus Algorithm" by Ongaro and Ousterhout, mostly to its Figure 2.

Nodes are fail-stop, as the course allows: everything is kept in memory.

Threads: the election timer, one for each peer, one for each HTTP request. One lock
guards the state of the node. No thread holds it while it waits for another node: a
thread takes what it needs, lets go, calls, and takes the lock again to use the answer.
"""

import http.client
import json
import random
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Optional
from urllib.parse import unquote

FOLLOWER, CANDIDATE, LEADER = "Follower", "Candidate", "Leader"
VOTE, APPEND = "VoteRequestMessage", "AppendEntriesMessage"

REFUSED = {"success": False}  # the request was not done, and never will be
UNKNOWN = None  # the request may still be done: the client must not hear "false"


@dataclass
class Entry:
    """One entry of the log. Its result is set when it is applied."""

    term: int
    command: dict
    result: Optional[dict] = None


class Queue:
    """The replicated state machine: topics in order of creation, each a FIFO queue."""

    def __init__(self):
        self.topics = {}

    def apply(self, command):
        endpoint, method, body = command["endpoint"], command["method"], command["body"]
        if endpoint == "topic" and method == "GET":
            return {"success": True, "topics": list(self.topics)}
        name = body["topic"]
        if endpoint == "topic":
            if name in self.topics:
                return {"success": False}
            self.topics[name] = deque()
            return {"success": True}
        if name not in self.topics:
            return {"success": False}
        if method == "PUT":
            self.topics[name].append(body["message"])
            return {"success": True}
        if not self.topics[name]:
            return {"success": False}
        return {"success": True, "message": self.topics[name].popleft()}


class Node:
    election_timeout = (0.6, 1.2)  # seconds
    heartbeat = 0.1
    call_timeout = 1.0  # for one message to a peer
    answer_timeout = 10.0  # for one request of a client
    batch = 200  # entries in one message

    def __init__(self, addresses, index):
        self.addresses = addresses
        self.id = index
        self.peers = [i for i in range(len(addresses)) if i != index]
        self.majority = len(addresses) // 2 + 1

        self.changed = threading.Condition()  # its lock guards all that follows
        self.role = FOLLOWER
        self.term = 0
        self.voted_for = None
        self.votes = set()  # of the peers that answered, those that voted for this node
        self.answered = set()  # peers that answered this node's candidacy
        self.log = []  # index 1 of the paper is log[0]
        self.commit_index = 0
        self.last_applied = 0
        self.queue = Queue()
        self.next_index = {}
        self.match_index = {}
        self.next_heartbeat = {}
        self.deadline = 0.0
        self.reset_timer()

    def start(self):
        threading.Thread(target=self.run_timer, daemon=True).start()
        for peer in self.peers:
            threading.Thread(target=self.talk_to, args=(peer,), daemon=True).start()

    # -- Elections (section 5.2) ----------------------------------------------------

    def reset_timer(self):
        self.deadline = time.monotonic() + random.uniform(*self.election_timeout)

    def run_timer(self):
        while True:
            with self.changed:
                left = self.deadline - time.monotonic()
                if self.role == LEADER:
                    self.changed.wait()
                elif left > 0:
                    self.changed.wait(left)
                else:
                    self.start_election()

    def start_election(self):
        self.role = CANDIDATE
        self.term += 1
        self.voted_for = self.id
        self.votes = {self.id}
        self.answered = set()
        self.reset_timer()
        self.changed.notify_all()  # the threads of the peers ask for votes
        if self.wins():
            self.become_leader()

    def wins(self):
        return len(self.votes) >= self.majority

    def become_leader(self):
        self.role = LEADER
        self.next_index = {p: len(self.log) + 1 for p in self.peers}
        self.match_index = {p: 0 for p in self.peers}
        self.next_heartbeat = {p: 0.0 for p in self.peers}  # at once
        self.changed.notify_all()

    def become_follower(self, term):
        """Follows in this term. The vote of a term is kept for as long as the term."""
        if term > self.term:
            self.term = term
            self.voted_for = None
        if self.role == LEADER:
            self.reset_timer()
        self.role = FOLLOWER
        self.changed.notify_all()

    def on_vote_request(self, m):
        if m["term"] > self.term:
            self.become_follower(m["term"])
        granted = (
            m["term"] == self.term
            and self.voted_for in (None, m["candidateId"])
            and self.is_up_to_date(m["lastLogTerm"], m["lastLogIndex"])
        )
        if granted:
            self.voted_for = m["candidateId"]
            self.reset_timer()
        return {"term": self.term, "voteGranted": granted}

    def is_up_to_date(self, term, index):
        """Whether a log that ends so is at least as up to date as this one (5.4.1)."""
        return (term, index) >= (self.term_at(len(self.log)), len(self.log))

    def term_at(self, index):
        return self.log[index - 1].term if index > 0 else 0

    # -- Log replication (sections 5.3 and 5.4) --------------------------------------

    def on_append_entries(self, m):
        if m["term"] < self.term:
            return {"term": self.term, "success": False}
        self.become_follower(m["term"])
        self.reset_timer()
        previous = m["prevLogIndex"]
        if previous > len(self.log) or self.term_at(previous) != m["prevLogTerm"]:
            hint = min(previous, len(self.log) + 1)
            return {"term": self.term, "success": False, "conflictIndex": hint}
        self.store(previous, m["entries"])
        last_new = previous + len(m["entries"])
        self.commit(min(m["leaderCommit"], last_new))
        return {"term": self.term, "success": True, "matchIndex": last_new}

    def store(self, previous, entries):
        """Appends what is new. Only an entry of another term makes the log shorter."""
        for index, e in enumerate(entries, previous + 1):
            if index <= len(self.log):
                if self.log[index - 1].term == e["term"]:
                    continue
                del self.log[index - 1 :]
            self.log.append(Entry(e["term"], e["command"]))

    def advance_commit(self):
        """A leader commits what a majority has, if it is of its own term (5.4.2)."""
        ends = sorted([len(self.log), *self.match_index.values()], reverse=True)
        index = ends[self.majority - 1]
        if self.term_at(index) == self.term:
            self.commit(index)

    def commit(self, index):
        self.commit_index = max(self.commit_index, index)
        while self.last_applied < self.commit_index:
            self.last_applied += 1
            entry = self.log[self.last_applied - 1]
            entry.result = self.queue.apply(entry.command)
        self.changed.notify_all()

    # -- Messages to peers ----------------------------------------------------------

    def talk_to(self, peer):
        """Sends one message after the other to a peer, and uses the answers."""
        while True:
            with self.changed:
                while (wait := self.time_until_message(peer)) is None or wait > 0:
                    self.changed.wait(wait)
                message = self.message_for(peer)
            answer = self.call(peer, message)
            if answer is None:
                time.sleep(self.heartbeat)  # it is down: do not ask in a busy loop
                continue
            with self.changed:
                self.on_answer(peer, message, answer)

    def time_until_message(self, peer):
        """Seconds until there is something to send; None: until something changes."""
        if self.role == CANDIDATE and peer not in self.answered:
            return 0
        if self.role == LEADER:
            if self.next_index[peer] <= len(self.log):
                return 0
            return max(0, self.next_heartbeat[peer] - time.monotonic())
        return None

    def message_for(self, peer):
        if self.role == CANDIDATE:
            return self.envelope(
                VOTE,
                candidateId=self.id,
                lastLogIndex=len(self.log),
                lastLogTerm=self.term_at(len(self.log)),
            )
        self.next_heartbeat[peer] = time.monotonic() + self.heartbeat
        first = self.next_index[peer]
        entries = self.log[first - 1 : first - 1 + self.batch]
        return self.envelope(
            APPEND,
            leaderId=self.id,
            prevLogIndex=first - 1,
            prevLogTerm=self.term_at(first - 1),
            entries=[
                {"term": e.term, "index": i, "command": e.command}
                for i, e in enumerate(entries, first)
            ],
            leaderCommit=self.commit_index,
        )

    def envelope(self, kind, **fields):
        return {"class": kind, "dict": {"term": self.term, **fields}}

    def host(self, peer):
        return self.addresses[peer]["ip"].removeprefix("http://")

    def bind_address(self):
        return self.host(self.id), self.addresses[self.id]["port"]

    def call(self, peer, message):
        """Sends a message; None if no proper answer comes in time."""
        connection = http.client.HTTPConnection(
            self.host(peer), self.addresses[peer]["port"], timeout=self.call_timeout
        )
        try:
            connection.request("POST", f"/rpc/{self.id}", json.dumps(message))
            response = connection.getresponse()
            answer = json.loads(response.read())
            return answer if response.status == 200 and "term" in answer else None
        except (OSError, http.client.HTTPException, ValueError, TypeError):
            return None
        finally:
            connection.close()

    def on_message(self, message):
        """Handles a message of a peer and returns the answer."""
        handlers = {VOTE: self.on_vote_request, APPEND: self.on_append_entries}
        with self.changed:
            return handlers[message["class"]](message["dict"])

    def on_answer(self, peer, message, answer):
        if answer["term"] > self.term:
            self.become_follower(answer["term"])
        elif message["dict"]["term"] != self.term:
            pass  # late: the answer to a message of an earlier term
        elif message["class"] == VOTE and self.role == CANDIDATE:
            self.answered.add(peer)
            if answer["voteGranted"]:
                self.votes.add(peer)
                if self.wins():
                    self.become_leader()
        elif message["class"] == APPEND and self.role == LEADER:
            self.on_append_answer(peer, answer)

    def on_append_answer(self, peer, answer):
        if answer["success"]:
            # Answers of one peer come in order: there is one message at a time.
            self.match_index[peer] = answer["matchIndex"]
            self.next_index[peer] = answer["matchIndex"] + 1
            self.advance_commit()
        else:
            # Back to index 1 if need be: a peer that was started again has lost its log.
            back = self.next_index[peer] - 1
            self.next_index[peer] = max(1, min(back, answer.get("conflictIndex", back)))

    # -- Requests of clients (section 8) --------------------------------------------

    def execute(self, command):
        """Has a command replicated and applied, and returns its result.

        Reads go through the log as well, so that a leader that was replaced without
        noticing answers nothing. When leadership is lost the entry may still be
        committed by a later leader: the answer is UNKNOWN then, and never a refusal.
        """
        with self.changed:
            if self.role != LEADER:
                return REFUSED
            entry = self.append(command)
            self.changed.wait_for(
                lambda: entry.result is not None or not self.leads_in(entry.term),
                self.answer_timeout,
            )
            return entry.result or UNKNOWN

    def append(self, command):
        entry = Entry(self.term, command)
        self.log.append(entry)
        self.advance_commit()  # a single node is a majority
        self.changed.notify_all()
        return entry

    def leads_in(self, term):
        return self.role == LEADER and self.term == term

    def status(self):
        with self.changed:
            return {"role": self.role, "term": self.term}


class Handler(BaseHTTPRequestHandler):
    """The HTTP API. Bodies have exactly the keys that the course asks for."""

    node: Node

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/status":
            self.answer(200, self.node.status())
        elif path == "/topic":
            self.execute("topic", "GET", {})
        elif path.startswith("/message/"):
            self.execute("message", "GET", {"topic": unquote(path[len("/message/") :])})
        else:
            self.answer(404, REFUSED)

    def do_PUT(self):
        keys = {"/topic": ["topic"], "/message": ["topic", "message"]}.get(self.path)
        if keys is None:
            self.answer(404, REFUSED)
            return
        body = self.body()
        if not isinstance(body, dict) or not all(isinstance(body.get(k), str) for k in keys):
            self.answer(400, REFUSED)
            return
        self.execute(self.path[1:], "PUT", {k: body[k] for k in keys})

    def do_POST(self):
        if not self.path.startswith("/rpc/"):
            self.answer(404, REFUSED)
            return
        try:
            self.answer(200, self.node.on_message(self.body()))
        except (KeyError, TypeError) as error:
            self.answer(400, {"error": repr(error)})

    def execute(self, endpoint, method, body):
        result = self.node.execute({"endpoint": endpoint, "method": method, "body": body})
        if result is UNKNOWN:
            self.answer(503, None)
        elif result["success"]:
            self.answer(201 if method == "PUT" else 200, result)
        elif result is REFUSED:
            self.answer(421, result)  # not the leader
        else:
            self.answer(404 if method == "GET" or endpoint == "message" else 409, result)

    def body(self):
        try:
            return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        except ValueError:
            return None

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # the client has given up

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


def main(node_class=Node, handler=Handler):
    with open(sys.argv[1], encoding="utf-8") as file:
        addresses = json.load(file)["addresses"]
    index = int(sys.argv[2])
    node = node_class(addresses, index)
    handler = type("NodeHandler", (handler,), {"node": node})
    server = Server(node.bind_address(), handler)
    node.start()
    server.serve_forever()


if __name__ == "__main__":
    main()
