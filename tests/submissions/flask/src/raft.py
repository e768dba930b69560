"""Raft for the message queue: leader election and log replication over HTTP.

All state is guarded by self.lock. Requests to peers are sent by a pool of threads, with
a timeout, and without the lock.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from message_queue import MessageQueue

HEARTBEAT = 0.15
ELECTION_TIMEOUT = (0.7, 1.4)
REQUEST_TIMEOUT = 0.8
CLIENT_TIMEOUT = 8


class LostLeadership(Exception):
    """Nobody knows yet what becomes of the request."""


class NotLeader(Exception):
    """The request was not taken."""


class RaftNode:
    def __init__(self, urls, my_id):
        self.id = my_id
        self.peers = {i: url for i, url in enumerate(urls) if i != my_id}
        self.quorum = len(urls) // 2 + 1
        self.lock = threading.RLock()
        self.applied = threading.Condition(self.lock)

        self.role = "Follower"
        self.term = 0
        self.voted_for = None
        self.votes = 0
        # A sentinel at index 0, so that indices are those of the paper.
        self.log = [{"term": 0, "command": None}]
        self.commit_index = 0
        self.last_applied = 0
        self.results = {}  # index: result, on this node only
        self.queue = MessageQueue()
        self.next_index = {}
        self.match_index = {}
        self.sending = set()  # peers to which an append is on its way

        self.last_heard = time.monotonic()
        self.timeout = random.uniform(*ELECTION_TIMEOUT)
        # Two threads for each peer: a vote request does not wait for a slow append.
        self.pool = ThreadPoolExecutor(2 * len(urls))

    def start(self):
        threading.Thread(target=self.election_loop, daemon=True).start()
        threading.Thread(target=self.heartbeat_loop, daemon=True).start()

    # Elections

    def restart_timer(self):
        self.last_heard = time.monotonic()
        self.timeout = random.uniform(*ELECTION_TIMEOUT)

    def election_loop(self):
        while True:
            time.sleep(0.03)
            with self.lock:
                if self.role != "Leader" and time.monotonic() - self.last_heard > self.timeout:
                    self.run_for_leader()

    def run_for_leader(self):
        self.role = "Candidate"
        self.term += 1
        self.voted_for = self.id
        self.votes = 1
        self.restart_timer()
        self.check_votes()
        request = {
            "term": self.term,
            "candidate": self.id,
            "last_index": len(self.log) - 1,
            "last_term": self.log[-1]["term"],
        }
        for peer in self.peers:
            self.pool.submit(self.ask_for_vote, peer, request)

    def ask_for_vote(self, peer, request):
        reply = self.post(peer, "request_vote", request)
        if reply is None:
            return
        with self.lock:
            self.see_term(reply["term"])
            if self.role == "Candidate" and self.term == request["term"] and reply["granted"]:
                self.votes += 1
                self.check_votes()

    def check_votes(self):
        if self.votes >= self.quorum and self.role == "Candidate":
            self.role = "Leader"
            self.next_index = {p: len(self.log) for p in self.peers}
            self.match_index = {p: 0 for p in self.peers}
            self.replicate()

    def see_term(self, term):
        if term > self.term:
            if self.role == "Leader":
                self.restart_timer()
            self.term = term
            self.role = "Follower"
            self.voted_for = None
            self.applied.notify_all()  # whoever waits for this leader waits no longer

    def request_vote(self, r):
        with self.lock:
            self.see_term(r["term"])
            last = (self.log[-1]["term"], len(self.log) - 1)
            granted = (
                r["term"] == self.term
                and self.voted_for in (None, r["candidate"])
                and (r["last_term"], r["last_index"]) >= last
            )
            if granted:
                self.voted_for = r["candidate"]
                self.restart_timer()
            return {"term": self.term, "granted": granted}

    # Replication

    def heartbeat_loop(self):
        while True:
            time.sleep(HEARTBEAT)
            with self.lock:
                if self.role == "Leader":
                    self.replicate()

    def replicate(self):
        """Sends an append to each peer to which none is on its way."""
        for peer in self.peers:
            if peer not in self.sending:
                self.sending.add(peer)
                self.pool.submit(self.send_append, peer)

    def send_append(self, peer):
        try:
            while True:
                with self.lock:
                    if self.role != "Leader":
                        return
                    previous = self.next_index[peer] - 1
                    request = {
                        "term": self.term,
                        "leader": self.id,
                        "prev_index": previous,
                        "prev_term": self.log[previous]["term"],
                        "entries": self.log[previous + 1 : previous + 101],
                        "commit": self.commit_index,
                    }
                reply = self.post(peer, "append_entries", request)
                with self.lock:
                    if reply is None or not self.take_append_reply(peer, request, reply):
                        return
        finally:
            with self.lock:
                self.sending.discard(peer)

    def take_append_reply(self, peer, request, reply):
        """Uses a reply; true if there is more to send now."""
        self.see_term(reply["term"])
        if self.role != "Leader" or self.term != request["term"]:
            return False
        if not reply["ok"]:
            # A peer that was started again has lost its log: it gets all of it.
            self.next_index[peer] = max(1, min(request["prev_index"], reply["length"]))
            return True
        # There is one request at a time, so this is the newest.
        self.match_index[peer] = request["prev_index"] + len(request["entries"])
        self.next_index[peer] = self.match_index[peer] + 1
        self.commit_what_a_quorum_has()
        # What was committed just now is passed on at the next heartbeat.
        return self.next_index[peer] < len(self.log)

    def commit_what_a_quorum_has(self):
        for index in range(len(self.log) - 1, self.commit_index, -1):
            if self.log[index]["term"] != self.term:
                return  # entries of earlier terms are committed along with one of ours
            if 1 + sum(m >= index for m in self.match_index.values()) >= self.quorum:
                self.commit(index)
                return

    def commit(self, index):
        self.commit_index = max(self.commit_index, index)
        while self.last_applied < self.commit_index:
            self.last_applied += 1
            entry = self.log[self.last_applied]
            self.results[self.last_applied] = self.queue.execute(entry["command"])
        self.applied.notify_all()

    def append_entries(self, r):
        with self.lock:
            self.see_term(r["term"])
            if r["term"] < self.term:
                return {"term": self.term, "ok": False, "length": len(self.log)}
            self.role = "Follower"
            self.restart_timer()
            previous = r["prev_index"]
            if previous >= len(self.log) or self.log[previous]["term"] != r["prev_term"]:
                return {"term": self.term, "ok": False, "length": len(self.log)}
            for index, entry in enumerate(r["entries"], previous + 1):
                if index < len(self.log) and self.log[index]["term"] != entry["term"]:
                    del self.log[index:]
                if index == len(self.log):
                    self.log.append(entry)
            self.commit(min(r["commit"], previous + len(r["entries"])))
            return {"term": self.term, "ok": True, "length": len(self.log)}

    def post(self, peer, path, body):
        try:
            url = f"{self.peers[peer]}/raft/{path}"
            response = requests.post(url, json=body, timeout=REQUEST_TIMEOUT)
            return response.json() if response.ok else None
        except (requests.RequestException, ValueError):
            return None

    # Clients

    def submit(self, op, *args):
        """Replicates a command and returns its result."""
        with self.lock:
            if self.role != "Leader":
                raise NotLeader
            term = self.term
            self.log.append({"term": term, "command": {"op": op, "args": args}})
            index = len(self.log) - 1
            self.commit_what_a_quorum_has()
            self.replicate()
            self.applied.wait_for(
                lambda: self.last_applied >= index or self.term != term, CLIENT_TIMEOUT
            )
            if self.last_applied < index or self.log[index]["term"] != term:
                raise LostLeadership
            return self.results[index]

    def status(self):
        with self.lock:
            return {"role": self.role, "term": self.term}
