"""Starts nodes as the suites of the course do, and asks them.

Each node is a process of its own, started with a config.json and its index. A swarm starts
its nodes one after the other, polls each until it answers, and waits two seconds for an
election.

The environment says which program is tested:

  COURSE_COMMAND  how to start a node; {config} and {index} stand for its arguments, and come
                  at the end if they are not there. Default: node.py beside this file, which
                  runs `emulator node`.
  COURSE_DIR      the folder of the program. Each test gets a fresh copy of it to run in.
                  Default: an empty folder.
  COURSE_IP       what config.json says as ip: 127.0.0.1 (the default) or http://127.0.0.1.
  COURSE_FAST     if it is 1, a swarm goes on as soon as it has what it waits for.
"""

import json
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time

import requests

HERE = os.path.dirname(os.path.abspath(__file__))
LEADER = "Leader"

ELECTION_WAIT = 2.0  # after a start and after the end of a node
REQUEST_TIMEOUT = 1.0
START_POLLS, POLL_PAUSE = 20, 0.1
LEADER_SWEEPS, SWEEP_PAUSE = 3, 0.5
TERM_PATIENCE = 5.0  # from SIGTERM to SIGKILL

FAST = os.environ.get("COURSE_FAST") == "1"
IP = os.environ.get("COURSE_IP", "127.0.0.1")


def command(config, index):
    """Returns the words that start a node."""
    text = os.environ.get("COURSE_COMMAND", "")
    if not text:
        return [sys.executable, os.path.join(HERE, "node.py"), config, str(index)]
    words = shlex.split(text)
    if not any("{config}" in w or "{index}" in w for w in words):
        words += ["{config}", "{index}"]
    return [w.replace("{config}", config).replace("{index}", str(index)) for w in words]


def free_ports(n):
    """Finds ports that are free now, below those that the system gives to clients."""
    ports = []
    while len(ports) < n:
        port = random.randrange(20000, 32768)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


class Node:
    """A node of a swarm: its process, and the requests that it takes."""

    def __init__(self, swarm, index, port, command):
        self.swarm = swarm
        self.index = index
        self.command = command
        self.url = f"http://127.0.0.1:{port}"
        self.process = None

    def start(self):
        """Starts the process and waits until it answers anything."""
        self.process = subprocess.Popen(
            self.command("config.json", self.index),
            cwd=self.swarm.folder,
            env=self.swarm.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.swarm.output,
            stderr=self.swarm.output,
            start_new_session=True,
        )
        for _ in range(START_POLLS):
            try:
                requests.get(self.url, timeout=10)
                return
            except requests.exceptions.ConnectionError:
                time.sleep(POLL_PAUSE)
        raise AssertionError(f"node {self.index} does not answer {START_POLLS * POLL_PAUSE:g} s after its start")

    def end(self):
        """Asks the process to end, and kills it if it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(TERM_PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self):
        """Kills what is left of the process and of those that it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process = None

    def restart(self):
        self.end()
        self.start()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    # Each request returns the answer's body; status and the leader's search cope with nodes
    # that are down.

    def _put(self, path, body):
        return requests.put(self.url + path, json=body, timeout=REQUEST_TIMEOUT).json()

    def _get(self, path):
        return requests.get(self.url + path, timeout=REQUEST_TIMEOUT).json()

    def create_topic(self, topic):
        return self._put("/topic", {"topic": topic})

    def topics(self):
        return self._get("/topic")

    def put_message(self, topic, message):
        return self._put("/message", {"topic": topic, "message": message})

    def get_message(self, topic):
        return self._get("/message/" + topic)

    def view(self):
        """Returns the node's own state machine, which only some programs show."""
        return self._get("/force-view-state-machine")

    def status(self):
        """Returns the status, or None if there is no answer."""
        try:
            answer = requests.get(self.url + "/status", timeout=REQUEST_TIMEOUT)
        except requests.exceptions.RequestException:
            return None
        return answer.json() if answer.ok else None


class Swarm:
    """A cluster of nodes that starts with the with statement and is gone after it."""

    def __init__(self, folder, nodes, commands=None, states=None):
        self.folder = str(folder)
        commands = commands or [command] * nodes
        source = os.environ.get("COURSE_DIR")
        if source:
            shutil.copytree(source, self.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git", "__pycache__"))
        self.environment = dict(os.environ, PYTHONUNBUFFERED="1")
        self.output = open(os.path.join(self.folder, "output.txt"), "ab")
        ports = free_ports(2 * nodes)
        addresses = [{"ip": IP, "port": ports[i], "internal_port": ports[nodes + i]} for i in range(nodes)]
        for a, state in zip(addresses, states or []):
            a.update(state)
        with open(os.path.join(self.folder, "config.json"), "w") as f:
            json.dump({"addresses": addresses}, f)
        self.nodes = [Node(self, i, ports[i], commands[i]) for i in range(nodes)]

    def wait_until(self, holds, seconds=10.0):
        """Waits until a condition holds, and returns what it returned."""
        end = time.monotonic() + seconds
        while not (result := holds()):
            assert time.monotonic() < end, f"it took more than {seconds:g} s"
            time.sleep(0.02)
        return result

    def __enter__(self):
        try:
            for n in self.nodes:
                n.start()
            self.wait_for_election()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for n in self.nodes:
            n.kill()
        self.output.close()

    def __getitem__(self, index):
        return self.nodes[index]

    def statuses(self):
        """Asks every node once."""
        return [n.status() for n in self.nodes]

    def leaders(self):
        """Lists the nodes that say that they lead, with their terms."""
        found = zip(self.nodes, self.statuses())
        return [(n, s["term"]) for n, s in found if s and s["role"] == LEADER]

    def wait_for_election(self):
        """Gives the nodes the time for an election."""
        if not FAST:
            time.sleep(ELECTION_WAIT)
            return
        end = time.monotonic() + ELECTION_WAIT
        while time.monotonic() < end and not self.leaders():
            time.sleep(0.01)

    def settle(self):
        """Gives the nodes the time to replicate. Nothing that a client sees tells that they
        have done so."""
        time.sleep(0.3 if FAST else ELECTION_WAIT)

    def leader(self):
        """Returns the leader, or None after three sweeps over the nodes."""
        for sweep in range(LEADER_SWEEPS):
            if sweep > 0:
                time.sleep(SWEEP_PAUSE)
            if found := self.leaders():
                return found[0][0]
        return None
