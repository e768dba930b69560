"""A Raft node in Python that speaks the origin's format of POST /rpc/{sender}.

It is here to be one of the nodes of a mixed cluster: python3 mixed_node.py config.json INDEX.
It uses the standard library only, keeps everything in memory, and does what Figure 2 of the
Raft paper says, in its simplest form: one lock, one thread for the timers, one thread for
each message to a peer.
"""

import http.client
import json
import os
import random
import socket
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FOLLOWER, CANDIDATE, LEADER = "Follower", "Candidate", "Leader"
ELECTION = tuple(float(s) for s in os.environ.get("ELECTION", "0.4 0.8").split())
HEARTBEAT = 0.08
PEER_TIMEOUT = 0.5
REFUSED = {"success": False}


class Queue:
    """The state machine: topics with their messages."""

    def __init__(self):
        self.topics = {}

    def apply(self, command):
        endpoint, method, body = command["endpoint"], command["method"], command.get("body") or {}
        topic = body.get("topic")
        if endpoint == "topic" and method == "GET":
            return {"success": True, "topics": list(self.topics)}
        if endpoint == "topic":
            if topic in self.topics:
                return REFUSED
            self.topics[topic] = []
            return {"success": True}
        messages = self.topics.get(topic)
        if method == "PUT":
            if messages is None:
                return REFUSED
            messages.append(body["message"])
            return {"success": True}
        return {"success": True, "message": messages.pop(0)} if messages else REFUSED


class Raft:
    """The state of Figure 2. Indices begin at 1; log[i - 1] is the entry at index i."""

    def __init__(self, index, peers):
        self.id, self.peers = index, peers  # peers: id -> (host, port)
        self.lock = threading.Condition()
        self.role, self.term, self.voted_for, self.leader = FOLLOWER, 0, None, None
        self.log, self.commit, self.applied = [], 0, 0
        self.queue, self.results = Queue(), {}
        self.votes, self.next, self.match, self.busy = set(), {}, {}, set()
        self.deadline = self.next_heartbeat = 0.0
        self.reset_timer()

    def reset_timer(self):
        self.deadline = time.monotonic() + random.uniform(*ELECTION)

    def majority(self, count):
        return count > (len(self.peers) + 1) // 2

    def term_at(self, index):
        return self.log[index - 1]["term"] if index else 0

    def see_term(self, term):
        if term > self.term:
            self.term, self.voted_for, self.role, self.leader = term, None, FOLLOWER, None
            self.reset_timer()
            self.lock.notify_all()

    # Requests of the peers.

    def handle(self, message):
        with self.lock:
            m = message["dict"]
            self.see_term(m["term"])
            if message["class"] == "VoteRequestMessage":
                return self.vote(m)
            return self.append(m)

    def vote(self, m):
        mine = (self.term_at(len(self.log)), len(self.log))
        granted = (
            m["term"] == self.term
            and self.role == FOLLOWER
            and self.voted_for in (None, m["candidateId"])
            and (m["lastLogTerm"], m["lastLogIndex"]) >= mine
        )
        if granted:
            self.voted_for = m["candidateId"]
            self.reset_timer()
        return {"term": self.term, "voteGranted": granted}

    def append(self, m):
        if m["term"] < self.term:
            return {"term": self.term, "success": False}
        self.role, self.leader = FOLLOWER, m["leaderId"]
        self.reset_timer()
        prev = m["prevLogIndex"]
        if prev > len(self.log) or self.term_at(prev) != m["prevLogTerm"]:
            return {"term": self.term, "success": False}
        for i, entry in enumerate(m["entries"], prev + 1):
            if i <= len(self.log) and self.term_at(i) != entry["term"]:
                del self.log[i - 1 :]
            if i > len(self.log):
                self.log.append(entry)
        last_new = prev + len(m["entries"])
        self.commit_to(min(m["leaderCommit"], last_new))
        return {"term": self.term, "success": True, "matchIndex": last_new}

    def commit_to(self, index):
        self.commit = max(self.commit, index)
        while self.applied < self.commit:
            self.applied += 1
            entry = self.log[self.applied - 1]
            self.results[self.applied] = (entry["term"], self.queue.apply(entry["command"]))
        self.lock.notify_all()

    # Timers.

    def run(self):
        while True:
            time.sleep(0.01)
            with self.lock:
                now = time.monotonic()
                if self.role == LEADER:
                    if now >= self.next_heartbeat:
                        self.next_heartbeat = now + HEARTBEAT
                        self.replicate()
                elif now >= self.deadline:
                    self.start_election()

    def start_election(self):
        self.term += 1
        self.role, self.voted_for, self.leader, self.votes = CANDIDATE, self.id, None, {self.id}
        self.reset_timer()
        last = len(self.log)
        m = {"term": self.term, "candidateId": self.id, "lastLogIndex": last, "lastLogTerm": self.term_at(last)}
        for peer in self.peers:
            self.send(peer, "VoteRequestMessage", m, self.count_vote)
        self.maybe_lead()

    def count_vote(self, peer, sent, answer):
        if self.role == CANDIDATE and answer["term"] == self.term == sent["term"] and answer["voteGranted"]:
            self.votes.add(peer)
            self.maybe_lead()

    def maybe_lead(self):
        if self.majority(len(self.votes)):
            self.role, self.leader = LEADER, self.id
            self.next = {p: len(self.log) + 1 for p in self.peers}
            self.match = {p: 0 for p in self.peers}
            self.busy, self.next_heartbeat = set(), 0.0

    # Replication.

    def replicate(self):
        for peer in self.peers:
            if peer in self.busy:
                continue
            self.busy.add(peer)
            prev = self.next[peer] - 1
            m = {
                "term": self.term,
                "leaderId": self.id,
                "prevLogIndex": prev,
                "prevLogTerm": self.term_at(prev),
                "entries": self.log[prev:],
                "leaderCommit": self.commit,
            }
            self.send(peer, "AppendEntriesMessage", m, self.count_copy, lambda p=peer: self.busy.discard(p))

    def count_copy(self, peer, sent, answer):
        if self.role != LEADER or not answer["term"] == self.term == sent["term"]:
            return
        if not answer["success"]:
            self.next[peer] = max(1, min(self.next[peer], sent["prevLogIndex"]))
            self.next_heartbeat = 0.0
            return
        self.match[peer] = max(self.match[peer], sent["prevLogIndex"] + len(sent["entries"]))
        self.next[peer] = self.match[peer] + 1
        for index in range(len(self.log), self.commit, -1):
            copies = 1 + sum(match >= index for match in self.match.values())
            if self.majority(copies) and self.term_at(index) == self.term:
                self.commit_to(index)
                self.next_heartbeat = 0.0
                break

    def send(self, peer, kind, m, count, done=lambda: None):
        def work():
            answer = self.ask(peer, {"class": kind, "dict": m})
            with self.lock:
                done()
                if answer is not None:
                    self.see_term(answer["term"])
                    count(peer, m, answer)

        threading.Thread(target=work, daemon=True).start()

    def ask(self, peer, message):
        connection = http.client.HTTPConnection(*self.peers[peer], timeout=PEER_TIMEOUT)
        try:
            connection.request("POST", f"/rpc/{self.id}", json.dumps(message), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return json.load(response) if response.status == 200 else None
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    # Clients.

    def propose(self, endpoint, method, body):
        """Returns what the queue answered, or a refusal if this node does not lead."""
        with self.lock:
            if self.role != LEADER:
                return REFUSED
            term, index = self.term, len(self.log) + 1
            command = {"endpoint": endpoint, "method": method, "body": body}
            self.log.append({"term": term, "index": index, "command": command, "result": None})
            self.replicate()
            self.maybe_commit_alone()
            self.lock.wait_for(lambda: index in self.results or self.term != term)
            done = self.results.get(index)
            return done[1] if done and done[0] == term else REFUSED

    def maybe_commit_alone(self):
        if not self.peers:
            self.commit_to(len(self.log))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    raft = None

    def reply(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def do_GET(self):
        endpoint, _, topic = urllib.parse.unquote(self.path)[1:].partition("/")
        if endpoint == "status":
            with self.raft.lock:
                return self.reply({"role": self.raft.role, "term": self.raft.term})
        if endpoint == "force-view-state-machine":
            with self.raft.lock:
                topics = [{"topic": t, "messages": m} for t, m in self.raft.queue.topics.items()]
                return self.reply({"topics": topics, "lastApplied": self.raft.applied})
        if endpoint == "topic":
            return self.reply(self.raft.propose("topic", "GET", {}))
        if endpoint == "message":
            return self.reply(self.raft.propose("message", "GET", {"topic": topic}))
        return self.reply(REFUSED, 404)

    def do_PUT(self):
        self.reply(self.raft.propose(self.path[1:], "PUT", self.body()))

    def do_POST(self):
        self.reply(self.raft.handle(self.body()))

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address


def main(config, index):
    with open(config) as f:
        addresses = json.load(f)["addresses"]
    places = {i: (a["ip"].removeprefix("http://"), a["port"]) for i, a in enumerate(addresses)}
    own = places.pop(index)
    Handler.raft = Raft(index, places)
    Handler.raft.term = addresses[index].get("term", 0)
    Handler.raft.log = addresses[index].get("log", [])
    server = Server(own, Handler)
    threading.Thread(target=Handler.raft.run, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
