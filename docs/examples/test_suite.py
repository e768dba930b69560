"""The suite with pytest and requests. EMULATOR is the program, if it is not on the path.

With EMULATOR_URL it uses the emulator whose admin API is there; emulator mutants sets it."""

import json
import os
import subprocess

import pytest
import requests


@pytest.fixture(scope="session")
def admin():
    """The admin API of one emulator for all tests, on free ports, in virtual time."""
    if "EMULATOR_URL" in os.environ:
        yield os.environ["EMULATOR_URL"]
        return
    command = [os.environ.get("EMULATOR", "emulator"), "-base-port", "0", "-admin", "127.0.0.1:0", "-clock", "virtual"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["admin"]  # it listens once it has printed that
        process.terminate()


class Cluster:
    def __init__(self, admin):
        self.admin = admin
        self.seq = self.do("PUT", "/v1/fixture?name=fresh_5")["seq"]  # a new cluster for each test

    def do(self, method, path, **options):
        """Asks the admin API; a refusal fails the test with its reason."""
        answer = requests.request(method, self.admin + path, **options)
        assert answer.ok, answer.json()["detail"]
        return answer.json()

    def change(self, method, path, **options):
        """Changes something: events count from here on."""
        self.seq = self.do(method, path, **options)["seq"]

    def wait(self, timeout_ms=5000, **conditions):
        """Waits until all conditions hold, and gives the leader then."""
        return self.do("GET", "/v1/wait", params={"since": self.seq, "timeout_ms": timeout_ms, **conditions})["leader"]

    def put_topic(self, id, topic, timeout=10):
        """Asks a node through its own port, as its clients do."""
        url = self.do("GET", f"/v1/nodes/{id}")["url"]
        return requests.put(url + "/topic", json={"topic": topic}, timeout=timeout)


@pytest.fixture
def cluster(admin):
    return Cluster(admin)


def test_election(cluster):
    cluster.wait(leader="unique", timeout_ms=1000)
    since = cluster.do("GET", "/v1/cluster")["seq"]
    cluster.do("POST", "/v1/clock/advance", json={"ms": 3000})
    timeouts = cluster.do("GET", "/v1/events", params={"since": since, "event": "Timeout"})["events"]
    assert timeouts == [], "heartbeats keep the followers from standing for election"


def test_failover(cluster):
    old = cluster.wait(leader="unique")
    assert cluster.put_topic(old, "dog").status_code == 201
    cluster.change("POST", f"/v1/nodes/{old}/crash")
    new = cluster.wait(event="BecomeLeader")
    assert cluster.put_topic(new, "cat").status_code == 201
    cluster.change("POST", f"/v1/nodes/{old}/restart")
    cluster.wait(role=f"{old}:Follower", topics="all:dog, cat", timeout_ms=1000)


def test_old_leader(cluster):
    old = cluster.wait(leader="unique")
    cluster.change("POST", f"/v1/nodes/{old}/isolate")
    with pytest.raises(requests.Timeout):  # without a majority nothing is committed
        cluster.put_topic(old, "lost", timeout=0.2)
    new = cluster.wait(event="BecomeLeader")
    assert cluster.put_topic(new, "cat").status_code == 201
    cluster.change("POST", "/v1/heal")
    cluster.wait(role=f"{old}:Follower", topics="all:cat", logs_equal="all", timeout_ms=1000)
