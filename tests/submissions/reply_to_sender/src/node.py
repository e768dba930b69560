"""A node as an actor: one thread owns the state and takes messages from a queue.

Nodes send each other messages and no requests: each carries the address of its sender,
and an answer is a message of its own, posted to that address.
"""

import http.client
import json
import queue
import random
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

HEARTBEAT = 0.1
ELECTION = (0.6, 1.2)
SEND_TIMEOUT = 0.5
NOT_LEADER = {"success": False}


class Mailbox(threading.Thread):
    """Sends messages to one peer. Only the newest wait: Raft sends lost ones again."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.host, self.port = address.split(":")
        self.waiting = deque(maxlen=4)
        self.filled = threading.Semaphore(0)

    def post(self, message):
        self.waiting.append(message)
        self.filled.release()

    def run(self):
        while True:
            self.filled.acquire()
            try:
                message = self.waiting.popleft()
            except IndexError:
                continue  # a newer message has pushed one out
            try:
                c = http.client.HTTPConnection(self.host, int(self.port), timeout=SEND_TIMEOUT)
                c.request("POST", "/inbox", json.dumps(message))
                c.getresponse().read()
                c.close()
            except (OSError, http.client.HTTPException):
                pass


class Request:
    """A client's request on its way through the log."""

    def __init__(self, command):
        self.command = command
        self.answered = threading.Event()
        self.answer = None

    def reply(self, answer):
        self.answer = answer
        self.answered.set()


class Actor(threading.Thread):
    def __init__(self, me, peers):
        super().__init__(daemon=True)
        self.me = me
        self.mail = {p: Mailbox(p) for p in peers}
        self.inbox = queue.Queue()
        self.role, self.term, self.vote = "Follower", 0, None
        self.log = []  # (term, command); the paper's index 1 is log[0]
        self.committed = self.applied = 0
        self.topics = {}
        self.ballots, self.next, self.match = set(), {}, {}
        self.waiting = {}  # index: request of a client, while this node leads
        self.wake_at = 0.0
        self.set_timer()
        self.publish()

    def run(self):
        for m in self.mail.values():
            m.start()
        while True:
            try:
                item = self.inbox.get(timeout=max(0, self.wake_at - time.monotonic()))
            except queue.Empty:
                self.on_timer()
                self.publish()
                continue
            if isinstance(item, Request):
                self.on_client(item)
            else:
                self.on_message(item)
            if time.monotonic() >= self.wake_at:
                self.on_timer()
            self.publish()

    def publish(self):
        """Shows role and term together: other threads must not see one of them changed."""
        self.status = {"role": self.role, "term": self.term}

    def set_timer(self):
        wait = HEARTBEAT if self.role == "Leader" else random.uniform(*ELECTION)
        self.wake_at = time.monotonic() + wait

    def on_timer(self):
        if self.role == "Leader":
            self.broadcast()
        else:
            self.role, self.term, self.vote = "Candidate", self.term + 1, self.me
            self.ballots = {self.me}
            for p in self.mail:
                self.send(p, "vote?", last=self.last())
            self.count()
        self.set_timer()

    def last(self):
        return [self.log[-1][0] if self.log else 0, len(self.log)]

    def is_quorum(self, n):
        return n > (len(self.mail) + 1) // 2

    def send(self, to, kind, **more):
        self.mail[to].post({"kind": kind, "sender": self.me, "term": self.term, **more})

    def on_message(self, m):
        if m["term"] > self.term:
            self.follow(m["term"])
        {"vote?": self.on_vote_asked, "vote": self.on_vote,
         "append": self.on_append, "appended": self.on_appended}[m["kind"]](m)

    def follow(self, term):
        if term > self.term:
            self.term, self.vote = term, None
        if self.role == "Leader":
            # Their entries may still be committed: nobody may promise that they won't.
            for r in self.waiting.values():
                r.reply(None)
            self.waiting = {}
        was, self.role = self.role, "Follower"
        if was == "Leader":
            self.set_timer()

    def on_vote_asked(self, m):
        grant = m["term"] == self.term and self.vote in (None, m["sender"]) and m["last"] >= self.last()
        if grant:
            self.vote = m["sender"]
            self.set_timer()
        self.send(m["sender"], "vote", granted=grant)

    def on_vote(self, m):
        if self.role == "Candidate" and m["term"] == self.term and m["granted"]:
            self.ballots.add(m["sender"])
            self.count()

    def count(self):
        if self.role == "Candidate" and self.is_quorum(len(self.ballots)):
            self.role = "Leader"
            self.next = {p: len(self.log) + 1 for p in self.mail}
            self.match = {p: 0 for p in self.mail}
            self.broadcast()
            self.set_timer()

    def broadcast(self):
        for p in self.mail:
            self.send_entries(p)

    def send_entries(self, p):
        before = self.next[p] - 1
        self.send(p, "append", before=before, before_term=self.log[before - 1][0] if before else 0,
                  entries=self.log[before:before + 100], committed=self.committed)

    def on_append(self, m):
        if m["term"] < self.term:
            self.send(m["sender"], "appended", ok=False, upto=len(self.log))
            return
        self.follow(m["term"])
        self.set_timer()
        n = m["before"]
        if n > len(self.log) or (n and self.log[n - 1][0] != m["before_term"]):
            self.send(m["sender"], "appended", ok=False, upto=min(n - 1, len(self.log)))
            return
        for i, entry in enumerate(m["entries"], n):
            if i < len(self.log) and self.log[i][0] != entry[0]:
                del self.log[i:]
            if i == len(self.log):
                self.log.append(entry)
        upto = n + len(m["entries"])
        self.commit(min(upto, m["committed"]))
        self.send(m["sender"], "appended", ok=True, upto=upto)

    def on_appended(self, m):
        if self.role != "Leader" or m["term"] != self.term:
            return
        p = m["sender"]
        if not m["ok"]:
            # Also below what it once had: a peer that is started again has lost its log.
            self.next[p] = max(1, min(self.next[p] - 1, m["upto"] + 1))
            self.send_entries(p)
            return
        self.match[p] = max(self.match[p], m["upto"])
        self.next[p] = max(self.next[p], self.match[p] + 1)
        self.commit_by_quorum()
        if m["upto"] < len(self.log) and self.match[p] == m["upto"]:
            self.send_entries(p)

    def commit_by_quorum(self):
        for n in range(len(self.log), self.committed, -1):
            if self.log[n - 1][0] == self.term and self.is_quorum(1 + sum(x >= n for x in self.match.values())):
                self.commit(n)
                return

    def commit(self, n):
        self.committed = max(self.committed, n)
        while self.applied < self.committed:
            self.applied += 1
            result = self.apply(*self.log[self.applied - 1][1])
            if self.applied in self.waiting:
                self.waiting.pop(self.applied).reply(result)

    def apply(self, op, topic=None, message=None):
        if op == "topics":
            return {"success": True, "topics": list(self.topics)}
        if op == "create":
            new = topic not in self.topics
            self.topics.setdefault(topic, deque())
            return {"success": new}
        if topic not in self.topics or (op == "pop" and not self.topics[topic]):
            return {"success": False}
        if op == "pop":
            return {"success": True, "message": self.topics[topic].popleft()}
        self.topics[topic].append(message)
        return {"success": True}

    def on_client(self, r):
        if self.role != "Leader":
            r.reply(NOT_LEADER)
            return
        self.log.append([self.term, r.command])
        self.waiting[len(self.log)] = r
        self.commit_by_quorum()
        self.broadcast()
        self.set_timer()


class Handler(BaseHTTPRequestHandler):
    actor: Actor

    def do_GET(self):
        if self.path == "/status":
            self.answer(self.actor.status)
        elif self.path == "/topic":
            self.ask("topics")
        elif self.path.startswith("/message/"):
            self.ask("pop", unquote(self.path[len("/message/"):]))
        else:
            self.answer({"success": False}, 404)

    def do_PUT(self):
        body = self.body()
        if self.path == "/topic" and self.has_strings(body, "topic"):
            self.ask("create", body["topic"])
        elif self.path == "/message" and self.has_strings(body, "topic", "message"):
            self.ask("put", body["topic"], body["message"])
        else:
            self.answer({"success": False}, 400)

    def do_POST(self):
        self.actor.inbox.put(self.body())
        self.answer({})

    def has_strings(self, body, *keys):
        return isinstance(body, dict) and all(isinstance(body.get(k), str) for k in keys)

    def ask(self, *command):
        request = Request(command)
        self.actor.inbox.put(request)
        request.answered.wait(8)
        self.answer(request.answer, 200 if request.answer else 500)

    def body(self):
        try:
            return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        except ValueError:
            return None

    def answer(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # the client is gone


if __name__ == "__main__":
    with open(sys.argv[1]) as f:
        addresses = [f"{a['ip'].removeprefix('http://')}:{a['port']}" for a in json.load(f)["addresses"]]
    me = addresses[int(sys.argv[2])]
    Handler.actor = Actor(me, [a for a in addresses if a != me])
    host, port = me.split(":")
    server = Server((host, int(port)), Handler)
    Handler.actor.start()
    server.serve_forever()
