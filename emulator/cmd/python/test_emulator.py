"""Tests of emulator.py. They need only Python and the program:

    cd emulator/cmd/python && EMULATOR=/path/to/emulator python3 -m unittest
"""

import contextlib
import http.server
import io
import os
import subprocess
import sys
import tempfile
import textwrap
import threading
import unittest
from unittest import mock

import emulator
from emulator import Error, NoAnswer, Untrue


class ClusterTest(unittest.TestCase):
    """One program for all tests; each loads a new cluster."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = emulator.start()
        cls.addClassCleanup(cls.cluster.close)

    def setUp(self):
        self.cluster.load("fresh_5")
        self.leader = self.cluster.wait("leader=unique")

    def test_clients_put_and_take(self):
        self.assertEqual(self.leader.put_topic("a/b?ü").status, 201)
        self.assertEqual(self.leader.put_topic("a/b?ü").status, 409)
        self.assertEqual(self.leader.get_topics().body, {"success": True, "topics": ["a/b?ü"]})
        self.assertEqual(self.leader.put_message("a/b?ü", "one").status, 201)
        answer = self.leader.get_message("a/b?ü")
        self.assertEqual((answer.status, answer.body), (200, {"success": True, "message": "one"}))
        self.assertEqual(self.leader.get_message("a/b?ü").status, 404)
        self.assertEqual(self.leader.get_status().body["role"], "Leader")
        other = self.cluster.node((self.leader.id + 1) % 5)
        answer = other.put_topic("dog")
        self.assertEqual(answer.status, 421)
        self.assertEqual(answer.headers["x-raft-leader"], str(self.leader.id))

    def test_crash_is_undone_by_restart(self):
        with self.leader.crash() as change:
            self.assertEqual(change.seq, change.state["seq"])
            self.assertFalse(self.leader.state()["up"])
            with self.assertRaises(NoAnswer):
                self.leader.get_status()
            new = self.cluster.wait("event=BecomeLeader")
            self.assertNotEqual(new, self.leader)
        self.assertTrue(self.leader.state()["up"])

    def test_a_crash_that_wipes_loses_the_log(self):
        self.assertEqual(self.leader.put_topic("dog").status, 201)
        self.leader.crash(wipe=True)
        self.assertEqual(self.leader.state()["last_index"], 0)

    def test_pause_is_undone_by_resume(self):
        with self.cluster.pause(0, 1):
            self.assertEqual([n["paused"] for n in self.cluster.status()["nodes"]], [True, True, False, False, False])
            with self.assertRaises(NoAnswer):
                self.cluster.node(0).get_status(timeout=0.1)
        self.assertFalse(any(n["paused"] for n in self.cluster.status()["nodes"]))

    def test_isolated_leader_promises_nothing(self):
        with self.leader.isolate():
            self.assertEqual(len(self.cluster.status()["cuts"]), 8)
            with self.assertRaises(NoAnswer):
                self.leader.put_topic("lost", timeout=0.2)
        self.assertEqual(self.cluster.status()["cuts"], [])

    def test_partition_and_cut_are_undone(self):
        with self.cluster.partition([0, 1], "leader"):
            self.assertTrue(self.cluster.status()["cuts"])
        self.assertEqual(self.cluster.status()["cuts"], [])
        with self.cluster.cut((0, 1), (2, 3)):
            self.assertEqual(len(self.cluster.status()["cuts"]), 2)
        self.assertEqual(self.cluster.status()["cuts"], [])

    def test_fault_is_undone_by_its_deletion(self):
        with self.cluster.fault("slow links", {"from": [0]}, delay_ms=[5, 10]) as change:
            self.assertEqual(change.state["delay_ms"], [5, 10])
            self.assertEqual([f["name"] for f in self.cluster.status()["faults"]], ["slow links"])
        self.assertEqual(self.cluster.status()["faults"], [])

    def test_skew_and_plant_are_undone(self):
        with self.cluster.skew(0, 2), self.cluster.plant("vote_twice", 0, self.leader):
            self.assertEqual(self.cluster.node(0).state()["skew"], 2)
            bugs = {n["id"] for n in self.cluster.status()["nodes"] if n["bug"] == "vote_twice"}
            self.assertEqual(bugs, {0, self.leader.id})
        self.assertEqual(self.cluster.node(0).state()["skew"], 1)
        self.assertEqual({n["bug"] for n in self.cluster.status()["nodes"]}, {""})

    def test_words_for_nodes(self):
        with self.cluster.crash("leader", (self.leader.id + 1) % 5) as change:
            self.assertEqual(len(change.state["nodes"]), 2)
            self.assertFalse(self.leader.state()["up"])
            with self.assertRaisesRegex(Error, "did you mean"):
                self.cluster.pause("leadr")
        self.assertTrue(self.leader.state()["up"])
        with self.cluster.pause("all"):
            self.assertTrue(all(n["paused"] for n in self.cluster.status()["nodes"]))
        self.assertFalse(any(n["paused"] for n in self.cluster.status()["nodes"]))
        self.cluster.wait("leader=unique")
        with self.cluster.partition(["leader"], ["follower"]), self.cluster.fault("deaf", {"to": ["leader"]}, drop=True):
            self.assertEqual(self.cluster.status()["faults"][0]["match"]["to"], [self.cluster.leader.id])

    def test_heal_undoes_everything(self):
        self.cluster.crash(0)
        self.cluster.pause(1)
        self.cluster.fault("no votes", {"type": "request_vote"}, drop=True)
        self.cluster.heal(0)
        self.assertEqual([n["up"] for n in self.cluster.status()["nodes"]], [True] * 5)
        self.cluster.heal()
        self.assertEqual(self.cluster.status()["faults"], [])
        self.assertFalse(any(n["paused"] for n in self.cluster.status()["nodes"]))

    def test_timeout_starts_an_election(self):
        follower = (self.leader.id + 1) % 5
        self.cluster.timeout(follower)
        self.assertIn(follower, [e["node"] for e in self.cluster.events("Timeout", since=0)])

    def test_events_count_from_the_last_change(self):
        self.leader.crash()
        with self.assertRaises(Untrue):  # the first election does not count
            self.cluster.wait("event=BecomeLeader", timeout=0)
        self.cluster.wait("event=BecomeLeader")
        self.assertEqual(len(self.cluster.events("BecomeLeader", since=0)), 2)
        self.cluster.advance(1)
        self.assertEqual(self.cluster.events("Timeout"), [])
        self.assertGreater(len(self.cluster.events()), 20)

    def test_events_read_all_pages(self):
        self.cluster.advance(60)
        seqs = [e["seq"] for e in self.cluster.events(since=0)]
        self.assertGreater(len(seqs), 5000)
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)))

    def test_an_untrue_condition_is_named(self):
        with self.assertRaisesRegex(Untrue, "leader=none: node . leads in term 1") as caught:
            self.cluster.wait("leader=none", timeout=0.1)
        self.assertEqual(caught.exception.status, 504)
        self.assertIsInstance(caught.exception, AssertionError)

    def test_conditions_with_one_key_must_all_hold(self):
        self.cluster.wait(f"role={self.leader.id}:Leader", f"role={(self.leader.id + 1) % 5}:Follower")
        with self.assertRaises(Untrue):
            self.cluster.wait(f"role={self.leader.id}:Leader", "role=all:Follower", timeout=0)

    def test_a_refusal_says_why(self):
        with self.assertRaisesRegex(Error, 'did you mean "drop"') as caught:
            self.cluster.fault("x", dropp=True)
        self.assertEqual(caught.exception.status, 422)
        with self.assertRaisesRegex(Error, "condition"):
            self.cluster.wait("leader")
        with self.assertRaisesRegex(Error, "no node is named"):
            self.cluster.crash()
        self.cluster.crash(0, 1, 2, 3, 4)
        with self.assertRaises(Error):
            _ = self.cluster.leader

    def test_the_error_of_a_block_is_not_hidden_by_the_undo(self):
        with self.assertRaisesRegex(ZeroDivisionError, "division"):
            with self.cluster.fault("slow", delay_ms=[1, 2]):
                self.cluster.admin("DELETE", "/v1/faults/slow")
                _ = 1 / 0

    def test_check_finds_what_a_bug_violates(self):
        self.cluster.check()
        self.cluster.load("fresh_5")
        self.cluster.plant("vote_twice")
        self.cluster.fault("slow", {"type": "request_vote"}, delay_ms=[5, 5])
        self.cluster.timeout(0, 1)  # two candidates of one term
        self.cluster.advance(0.1)
        with self.assertRaisesRegex(Untrue, "one_vote_per_term|election_safety"):
            self.cluster.check()

    def test_describe_has_nodes_and_last_events(self):
        self.leader.crash()
        text = self.cluster.describe()
        self.assertIn(f"node {self.leader.id}: down", text)
        self.assertRegex(text, "node . was crashed|crashed")
        self.assertNotIn("heartbeat", text)

    def test_load_takes_names_files_and_text(self):
        self.cluster.load("fresh_3")
        self.assertEqual(len(self.cluster.nodes), 3)
        text = 'format = 1\nname = "two"\n[cluster]\nnodes = 2\n'
        self.cluster.load(text)
        self.assertEqual(len(self.cluster.nodes), 2)
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "four.toml")
            with open(file, "w", encoding="utf-8") as f:
                f.write(text.replace("nodes = 2", "nodes = 4"))
            self.cluster.load(file)
        self.assertEqual(len(self.cluster.nodes), 4)
        with self.assertRaisesRegex(Error, "fresh_3"):
            self.cluster.load("fresh_33")
        self.assertEqual(len(self.cluster.nodes), 4)

    def test_connect_leaves_the_program_running(self):
        with mock.patch.dict(os.environ, EMULATOR_URL=self.cluster.url):
            with emulator.connect() as other:
                self.assertEqual(other.leader.id, self.leader.id)
        self.cluster.status()

    def test_a_proxy_of_the_environment_is_not_asked(self):
        with mock.patch.dict(os.environ, http_proxy="http://127.0.0.1:1", HTTP_PROXY="http://127.0.0.1:1"):
            self.cluster.status()


class StartTest(unittest.TestCase):
    def test_the_program_ends_with_the_block(self):
        with emulator.start("fresh_3", seed=7) as cluster:
            process = cluster._process.process
            self.assertEqual(cluster.status()["seed"], 7)
        self.assertIsNotNone(process.returncode)
        cluster.close()

    def test_same_seed_same_run(self):
        runs = []
        for _ in range(2):
            with emulator.start(seed=3) as cluster:
                cluster.wait("leader=unique")
                cluster.advance(1)
                runs.append(cluster.events(since=0))
        self.assertEqual(runs[0], runs[1])

    def test_real_time_passes_by_itself(self):
        with emulator.start("fresh_3", clock="real") as cluster:
            cluster.wait("leader=unique", timeout=20)
            with self.assertRaises(Error):
                cluster.advance(1)

    def test_a_fixture_as_text(self):
        with emulator.start('format = 1\nname = "two"\n[cluster]\nnodes = 2\n') as cluster:
            self.assertEqual(cluster.status()["fixture"]["name"], "two")

    def test_a_missing_program_is_named(self):
        with self.assertRaisesRegex(Error, "no-such-program cannot be started.*EMULATOR"):
            emulator.start(program="no-such-program")

    def test_a_refused_start_says_why(self):
        with self.assertRaisesRegex(Error, "fresh_33"):
            emulator.start("fresh_33")
        with self.assertRaisesRegex(Error, "did not start"):
            emulator.start(program=sys.executable, options=["--version"])

    def test_the_program_ends_with_python(self):
        script = "import emulator; c = emulator.start(); print(c._process.process.pid, c.url)"
        out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        _, url = out.split()
        with self.assertRaises(NoAnswer):
            emulator.connect(url)

    def test_an_emulator_that_is_not_there(self):
        with self.assertRaisesRegex(NoAnswer, "no answer"):
            emulator.connect("http://127.0.0.1:1")

    def test_a_redirect_is_not_followed(self):
        class Elsewhere(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with self.assertRaisesRegex(Error, "status 302"):
                emulator.connect(f"http://127.0.0.1:{server.server_port}")
            server.shutdown()


try:
    import pytest
except ImportError:
    pytest = None


@unittest.skipIf(pytest is None, "the fixture is for pytest")
class FixtureTest(unittest.TestCase):
    """The fixture, in tests of its own."""

    def run_pytest(self, tests):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "test_it.py"), "w", encoding="utf-8") as f:
                f.write("import emulator, pytest\nfrom emulator import cluster\n" + textwrap.dedent(tests))
            command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", folder]
            environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.abspath(emulator.__file__))}
            environment.pop("EMULATOR_URL", None)
            done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
            return done.returncode, done.stdout + done.stderr

    def test_each_test_has_a_new_cluster(self):
        code, out = self.run_pytest("""
            def test_one(cluster):
                cluster.wait("leader=unique").put_topic("dog")
                cluster.crash(0)
            def test_two(cluster):
                assert cluster.status()["time_ms"] == 0 and cluster.node(0).state()["up"]
            @pytest.mark.parametrize("cluster", ["fresh_3"], indirect=True)
            def test_three(cluster):
                assert len(cluster.nodes) == 3
        """)
        self.assertEqual(code, 0, out)

    def test_a_failure_shows_the_cluster(self):
        code, out = self.run_pytest("""
            def test_one(cluster):
                cluster.wait("leader=unique").crash()
                assert False
        """)
        self.assertEqual(code, 1, out)
        self.assertRegex(out, "node .: down")

    def test_a_violation_fails_the_test_but_not_that_of_a_planted_bug(self):
        code, out = self.run_pytest("""
            def elect_two(cluster):
                cluster.plant("vote_twice")
                cluster.fault("slow", {"type": "request_vote"}, delay_ms=[5, 5])
                cluster.timeout(0, 1)
                cluster.advance(0.1)
            def test_clean_again(cluster):
                elect_two(cluster)
                cluster.plant("")
            def test_planted(cluster):
                elect_two(cluster)
        """)
        self.assertEqual(code, 1, out)
        self.assertIn("the cluster violated:", out)
        self.assertRegex(out, "2 passed, 1 error")

    def test_works_without_pytest(self):
        with mock.patch.dict(sys.modules, pytest=None), contextlib.redirect_stderr(io.StringIO()):
            script = "import sys; sys.modules['pytest'] = None; import emulator; print(emulator.start)"
            subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    unittest.main()
