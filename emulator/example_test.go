package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/replay"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A leader crashes, another is elected, and the first one comes back to follow.
// In the examples t is the test's *testing.T.
func ExampleStart() {
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Wait("leader=unique")
	old := c.Leader()
	c.Crash(old.ID)
	c.Wait("event=BecomeLeader")
	fmt.Println("another leads:", c.Leader().ID != old.ID)
	c.Restart(old.ID)
	c.Wait("leader=unique", fmt.Sprintf("role=%d:Follower", old.ID))
	fmt.Println("the old leader is a", old.Status().Role)
	// Output:
	// another leads: true
	// the old leader is a Follower
}

// A fixture need not be a file.
func ExampleStart_text() {
	c := emulator.Start(t, `
format = 1
name = "missing_entry"

[[node]]
role = "leader"
term = 2
log_terms = "1*2 2"

[[node]]
log_terms = "1"
`, emulator.Virtual())
	c.Wait("logs_equal=all")
	for _, e := range c.Node(1).Log() {
		fmt.Println(e.Index, e.Term, e)
	}
	// Output:
	// 1 1 put_topic term-1
	// 2 1 put_message term-1 "entry 2 of term 1"
	// 3 2 put_message term-1 "entry 3 of term 2"
}

// A cluster of any size, with a seed of its own.
func ExampleStartFixture() {
	f := fixture.Fresh(7)
	f.Heartbeat = 10 * time.Millisecond
	c := emulator.StartFixture(t, f, emulator.Virtual(), emulator.Seed(3))
	fmt.Println(c.Size())
	// Output: 7
}

// Clients talk to real ports.
func ExampleNode() {
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Wait("leader=unique")
	request, err := http.NewRequest("PUT", c.Leader().URL+"/topic", strings.NewReader(`{"topic": "dog"}`))
	if err != nil {
		t.Fatalf("%v", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Print(response.StatusCode, " ", string(body))
	c.Wait("applied=1")
	fmt.Println(c.Node(0).Queue()[0].Name, c.Node(1).Queue()[0].Name, c.Node(2).Queue()[0].Name)
	// Output:
	// 201 {"success": true}
	// dog dog dog
}

// A minority can elect nobody, however long it tries.
func ExampleCluster_Partition() {
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Partition([][]int{{0, 1}, {2, 3, 4}})
	c.Advance(10 * time.Second)
	fmt.Println(c.Node(0).Status().Role != "Leader", c.Node(1).Status().Role != "Leader")
	fmt.Println(c.Leader().ID >= 2)
	// Output:
	// true true
	// true
}

// Events are how to say what must not happen.
func ExampleCluster_Events() {
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Wait("leader=unique")
	since := c.Seq()
	c.Advance(10 * time.Second)
	fmt.Println("elections while all is well:", len(c.Events(since, "Timeout")))
	// Output: elections while all is well: 0
}

// Rules choose messages by sender, receiver and type; here, node 0 gets no votes.
func ExampleCluster_Fault() {
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Fault(fault.Rule{
		Name:  "no votes",
		Match: fault.Match{Type: fault.RequestVoteType, Kind: fault.ResponseKind},
		Drop:  true,
	})
	c.Advance(5 * time.Second)
	fmt.Println("leaders:", len(c.Events(0, "BecomeLeader")))
	c.DeleteFault("no votes")
	c.Wait("leader=unique")
	// Output: leaders: 0
}

// A time of its own for one wait.
func ExampleCluster_Within() {
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Within(time.Second).Wait("leader=unique")
	fmt.Println(c.Now() < time.Second)
	// Output: true
}

// Repeat the run that a test has recorded, event by event.
func ExampleTrace() {
	var trace bytes.Buffer
	emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.Trace(&trace)).Wait("leader=unique")
	t.end() // of the test
	err := replay.File(&trace, func(r replay.Run) {
		fmt.Println(r.Fixture, r.Records > 0)
	})
	fmt.Println(err)
	// Output:
	// fresh_3 true
	// <nil>
}

// A bug is planted to see what comes of it. Without AllowViolations the test would
// fail at its end: the old leader commits without a majority, and another leads
// without the entry.
func ExampleCluster_Plant() {
	c := emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.AllowViolations())
	c.Wait("leader=unique")
	old := c.Leader()
	c.Plant("commit_without_majority") // in all nodes
	c.Isolate(old.ID)
	request, err := http.NewRequest("PUT", old.URL+"/topic", strings.NewReader(`{"topic": "dog"}`))
	if err != nil {
		t.Fatalf("%v", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%v", err)
	}
	response.Body.Close()
	fmt.Println("done, without a majority:", response.StatusCode)
	c.Wait("event=BecomeLeader")
	fmt.Println("entries of the next leader:", len(c.Leader().Log()))
	// Output:
	// done, without a majority: 201
	// entries of the next leader: 0
}

// One queue could have given all the answers that clients got meanwhile.
func ExampleCluster_CheckHistory() {
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Wait("leader=unique")
	for _, topic := range []string{"dog", "cat"} {
		request, err := http.NewRequest("PUT", c.Leader().URL+"/topic", strings.NewReader(`{"topic": "`+topic+`"}`))
		if err != nil {
			t.Fatalf("%v", err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatalf("%v", err)
		}
		response.Body.Close()
		c.Crash(c.Leader().ID)
		c.Wait("event=BecomeLeader")
		c.Heal()
	}
	c.Wait("queues_equal=all")
	c.CheckHistory() // fails the test if not
	// Output:
}
