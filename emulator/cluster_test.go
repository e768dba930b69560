package emulator_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/replay"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// All TBs of package testing will do.
var (
	_ emulator.TB = (*testing.T)(nil)
	_ emulator.TB = (*testing.B)(nil)
	_ emulator.TB = (*testing.F)(nil)
)

const twoNodes = `
format = 1
name = "two_nodes"

[[node]]
role = "leader"
term = 3
log_terms = "1*2 3"

[[node]]
log_terms = "1*2"
`

// put sends a request to create a topic and gives the answer's status.
func put(t *testing.T, url, topic string) int {
	t.Helper()
	request, err := http.NewRequest("PUT", url+"/topic", strings.NewReader(fmt.Sprintf(`{"topic": %q}`, topic)))
	assert.NilError(t, err)
	response, err := http.DefaultClient.Do(request)
	assert.NilError(t, err)
	assert.NilError(t, response.Body.Close())
	return response.StatusCode
}

// A fixture can be given by name, as a file, as TOML and as a value.
func TestStartFixtures(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine.toml")
	assert.NilError(t, os.WriteFile(file, []byte(twoNodes), 0o600))
	for name, given := range map[string]string{"File": file, "Text": twoNodes} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := emulator.Start(t, given, emulator.Virtual())
			assert.Equal(t, c.Size(), 2)
			assert.Equal(t, c.Leader().ID, 0)
		})
	}
	for _, name := range []string{"fresh_5", "fresh_5.toml"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := emulator.Start(t, name, emulator.Virtual())
			assert.Equal(t, c.Size(), 5)
			c.Wait("leader=unique")
		})
	}
	f := fixture.Fresh(7)
	c := emulator.StartFixture(t, f, emulator.Virtual(), emulator.Seed(99))
	assert.Equal(t, c.Size(), 7)
	assert.Equal(t, f.Seed, uint64(1), "the caller's fixture stays as it is")
}

// Each cluster has ports of its own, real ones, and they are free again at the
// end, with no goroutine left.
func TestStartAndEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	var urls []string
	f := try(func(f *fakeT) {
		a, b := emulator.Start(f, "fresh_3"), emulator.Start(f, "fresh_3")
		for _, c := range []*emulator.Cluster{a, b} {
			c.Within(20 * time.Second).Wait("leader=unique")
			urls = append(urls, c.AdminURL)
			for id, n := range c.Nodes() {
				assert.Check(t, n.ID == id)
				urls = append(urls, n.URL)
			}
			assert.Check(t, put(t, c.Leader().URL, "dog") == http.StatusCreated)
			c.Wait("applied=1")
			assert.Check(t, cmp.DeepEqual(c.Leader().Queue(), []emulator.Topic{{Name: "dog", Messages: []string{}}}))
		}
	})
	assert.Assert(t, !f.failed, f.said.String())
	assert.Equal(t, f.said.String(), "")
	slices.Sort(urls)
	assert.Equal(t, len(slices.Compact(urls)), 8)
	http.DefaultClient.CloseIdleConnections()
	for _, url := range urls {
		_, err := http.Get(url)
		assert.ErrorContains(t, err, "refused")
	}
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if n := runtime.NumGoroutine() - 1; n > before { // this is one itself
			return poll.Continue("%d goroutines, %d before", n, before)
		}
		return poll.Success()
	}, poll.WithTimeout(20*time.Second))
}

// In virtual time the same test gives the same run, to the byte; another seed
// another one; and the trace can be replayed.
func TestVirtualRepeats(t *testing.T) {
	t.Parallel()
	once := func(options ...emulator.Option) string {
		var trace bytes.Buffer
		f := try(func(f *fakeT) {
			c := emulator.Start(f, "fresh_5", append(options, emulator.Virtual(), emulator.Trace(&trace))...)
			c.Wait("leader=unique")
			c.Crash(c.Leader().ID)
			c.Wait("event=BecomeLeader")
			c.Advance(time.Second)
			c.Heal()
			c.Wait("logs_equal=all", "leader=unique")
		})
		assert.Assert(t, !f.failed, f.said.String())
		assert.NilError(t, replay.File(bytes.NewReader(trace.Bytes()), func(replay.Run) {}))
		_, records, _ := strings.Cut(trace.String(), "\n") // the first line has the ports
		return records
	}
	first := once()
	assert.Assert(t, first == once())
	assert.Assert(t, first != once(emulator.Seed(2)))
}

// A repeated change is no error.
func TestNodeChangesTakeEffect(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	c.Wait("leader=unique")
	assert.Equal(t, put(t, c.Leader().URL, "dog"), http.StatusCreated)
	c.Advance(time.Second)
	leader := c.Leader().ID
	others := slices.DeleteFunc([]int{0, 1, 2, 3, 4}, func(id int) bool { return id == leader })
	a, b, d := c.Node(others[0]), c.Node(others[1]), c.Node(others[2])
	full := emulator.Entry{Index: 1, Term: c.Leader().Status().Term, Op: "put_topic", Topic: "dog"}

	for range 2 {
		c.Crash(a.ID, b.ID)
		assert.Assert(t, !a.Status().Up && !b.Status().Up && d.Status().Up)
		assert.Equal(t, a.Status().Role, "")
		assert.DeepEqual(t, a.Log(), []emulator.Entry{full})
		assert.Equal(t, len(a.Queue()), 0)
	}
	_, err := http.Get(a.URL + "/status")
	assert.ErrorContains(t, err, "refused")
	for range 2 {
		c.Wipe(b.ID)
		assert.Equal(t, len(b.Log()), 0)
	}
	for range 2 {
		c.Restart(a.ID, b.ID)
		assert.Assert(t, a.Status().Up && b.Status().Up)
		assert.Equal(t, a.Status().Role, "Follower")
	}
	for range 2 {
		c.Pause(d.ID)
		assert.Assert(t, d.Status().Paused)
	}
	for range 2 {
		c.Resume(d.ID)
		assert.Assert(t, !d.Status().Paused)
	}
	for range 2 {
		c.Isolate(d.ID)
		assert.Equal(t, len(d.Status().CutFrom), 4)
		assert.DeepEqual(t, a.Status().CutFrom, []int{d.ID})
	}
	c.Skew(d.ID, 1.5)
	assert.Equal(t, d.Status().Skew, 1.5)
	c.Plant("vote_twice", a.ID, d.ID)
	c.Heal(d.ID)
	assert.Equal(t, d.Status().Bug, "vote_twice")
	c.Plant("", a.ID, d.ID)
	assert.Equal(t, d.Status().Bug, "")
	c.Plant("read_local")
	for _, n := range c.Nodes() {
		assert.Equal(t, n.Status().Bug, "read_local")
	}
	c.Plant("")
	assert.Equal(t, d.Status().Bug, "")
	assert.Equal(t, d.Status().Skew, 1.0)
	assert.Equal(t, len(d.Status().CutFrom), 0)
	term := a.Status().Term
	c.Timeout(a.ID)
	assert.Equal(t, a.Status().Term, term+1)
	c.Wait("leader=unique", "logs_equal=all")
	assert.Equal(t, b.Log()[0], full)
	s := c.Leader().Status()
	assert.Equal(t, len(s.NextIndex), 4)
	assert.Equal(t, len(s.MatchIndex), 4)
}

// A partition replaces all other cuts.
func TestCutsAndFaultsTakeEffect(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_5", emulator.Virtual())
	cut := func(id int) []int { return c.Node(id).Status().CutFrom }
	c.Partition([][]int{{0, 1}, {2, 3, 4}})
	assert.DeepEqual(t, cut(0), []int{2, 3, 4})
	assert.DeepEqual(t, cut(4), []int{0, 1})
	c.Partition([][]int{{0}})
	assert.DeepEqual(t, cut(0), []int{1, 2, 3, 4})
	assert.DeepEqual(t, cut(4), []int{0})
	c.PartitionOneWay([][2]int{{0, 2}, {1, 2}})
	assert.DeepEqual(t, cut(0), []int{2})
	assert.Assert(t, cut(2) == nil)
	c.Partition(nil)
	assert.Assert(t, cut(0) == nil)

	c.Fault(fault.Rule{Name: "no votes", Match: fault.Match{From: []raft.NodeID{1}, Type: fault.RequestVoteType}, Drop: true})
	c.Fault(fault.Rule{Name: "slow", DelayMin: time.Microsecond, DelayMax: time.Millisecond})
	c.Timeout(1)
	rules := c.Faults()
	assert.Equal(t, len(rules), 2)
	assert.Equal(t, rules[0].Name, "no votes")
	assert.Equal(t, rules[0].Acted, uint64(4))
	assert.Equal(t, rules[1].DelayMin, time.Microsecond)
	c.DeleteFault("no votes", "slow")
	assert.Equal(t, len(c.Faults()), 0)
	c.Isolate(2)
	c.Fault(fault.Rule{Name: "slow", DelayMax: time.Millisecond})
	c.Heal()
	assert.Equal(t, len(c.Faults()), 0)
	assert.Assert(t, cut(2) == nil)
}

// Events count since the last thing that was done, or since what Since says.
// A place in a run that is over is no place in the run after it.
func TestSinceOfAnotherRun(t *testing.T) {
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Wait("leader=unique")
	run, since := c.RunID(), c.Since(c.Seq())
	c.Load("fresh_3")
	assert.Assert(t, c.RunID() != run)
	c.Wait("leader=unique")
	f := try(func(f *fakeT) { since.On(f).Holds("event=BecomeLeader") })
	assert.Assert(t, cmp.Contains(f.said.String(), "is a place in a run that is over: the cluster was replaced"))

	c.Crash(0)
	replace(t, c)
	c.Wait("event=BecomeLeader")
}

// A wait does not go on in another run.
func TestWaitFailsWhenTheClusterIsReplaced(t *testing.T) {
	c := emulator.Start(t, "fresh_3")
	ended := make(chan *fakeT)
	go func() {
		ended <- try(func(f *fakeT) { c.On(f).Within(time.Minute).Wait("term=1000") })
	}()
	for {
		replace(t, c)
		select {
		case f := <-ended:
			assert.Assert(t, cmp.Contains(f.said.String(), "the cluster was replaced during the wait"))
			return
		default:
		}
	}
}

// replace replaces a cluster through its admin API.
func replace(t *testing.T, c *emulator.Cluster) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "PUT", c.AdminURL+"/v1/fixture?name=fresh_3", nil)
	assert.NilError(t, err)
	answer, err := http.DefaultClient.Do(r)
	assert.NilError(t, err)
	assert.NilError(t, answer.Body.Close())
	assert.Equal(t, answer.StatusCode, 200)
}

func TestWaitSince(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Wait("event=BecomeLeader")
	assert.Assert(t, !c.Holds("event=BecomeLeader"), "that was before the wait has ended")
	assert.Assert(t, c.Since(0).Holds("event=BecomeLeader"))
	assert.Assert(t, c.Holds("leader=unique"))
	old, since := c.Leader(), c.Seq()
	c.Crash(old.ID)
	assert.Assert(t, c.Holds("event=Nemesis"))
	c.Advance(time.Second)
	assert.Assert(t, !c.Holds("event=Nemesis"))
	c.Wait("event=BecomeLeader") // within the second
	assert.Assert(t, c.Since(since).Holds("event=Nemesis", "event=BecomeLeader"))
	assert.Assert(t, c.Leader().ID != old.ID)

	now := c.Now()
	c.Wait("leader=unique")
	assert.Equal(t, c.Now(), now, "what holds takes no time")
	c.Advance(1500 * time.Millisecond)
	assert.Equal(t, c.Now(), now+1500*time.Millisecond)

	c.Load("figure_7")
	assert.Equal(t, c.Now(), time.Duration(0))
	assert.Equal(t, c.Size(), 7)
	assert.Assert(t, c.Holds("event=Init"))
	assert.Assert(t, put(t, c.Node(6).URL, "dog") != 0, "the larger cluster has more ports")
}

func TestEventsAreListedAndCounted(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Wait("leader=unique")
	leads := c.Events(0, "becomeleader")
	assert.Equal(t, len(leads), 1)
	assert.Equal(t, leads[0].Node, c.Leader().ID)
	assert.Equal(t, leads[0].State.Role, "Leader")
	all := c.Events(0)
	assert.Equal(t, uint64(len(all)), c.Seq())
	for i, e := range all {
		assert.Equal(t, e.Seq, uint64(i+1))
	}
	c.Heal()
	assert.Equal(t, len(c.Events(c.Seq())), 0)
	c.Isolate(0)
	last := c.Events(c.Seq() - 1)
	assert.Equal(t, len(last), 1)
	assert.Equal(t, last[0].Change.Op, "isolate")
	assert.Equal(t, last[0].Node, 0)
}

// Words for nodes stand wherever an id stands, and mean a node at the moment of the change.
func TestWordsForNodes(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Wait("leader=unique")
	leader := c.Leader().ID
	follower := c.Node(emulator.Follower).ID
	assert.Assert(t, follower != leader)
	c.Fault(fault.Rule{Name: "deaf", Drop: true, Match: fault.Match{From: []raft.NodeID{emulator.Leader}, To: []raft.NodeID{emulator.Follower, 2}}})
	match := c.Faults()[0].Match
	assert.DeepEqual(t, match.From, []raft.NodeID{raft.NodeID(leader)})
	assert.Equal(t, match.To[0], raft.NodeID(follower))
	c.Partition([][]int{{emulator.Leader}})
	c.Heal()
	c.Crash(emulator.Leader)
	c.Wait("leader=unique", "event=BecomeLeader")
	assert.Assert(t, c.Leader().ID != leader)
	assert.Assert(t, !c.Node(leader).Status().Up)
	c.Pause(emulator.All)
	c.Resume(emulator.All)
	c.Restart(emulator.All)
	c.Wait("leader=unique", "up=0,1,2")
}

// A request that cannot be carried out fails the test with a sentence about it,
// and the cluster and its last events.
func TestBadRequestFailsTheTest(t *testing.T) {
	t.Parallel()
	gone := func(c *emulator.Cluster) *emulator.Node {
		n := c.Node(4)
		c.Load("fresh_3")
		return n
	}
	for name, test := range map[string]struct {
		do   func(c *emulator.Cluster)
		says string
	}{
		"Wait":          {func(c *emulator.Cluster) { c.Within(time.Second).Wait("leader=unique", "committed=12") }, "still untrue after 1s: committed=12: node 0 has committed 0"},
		"WaitNothing":   {func(c *emulator.Cluster) { c.Wait() }, "want one such as leader=unique"},
		"WaitUnknown":   {func(c *emulator.Cluster) { c.Wait("leeder=unique") }, "did you mean \"leader\"?"},
		"WaitNode":      {func(c *emulator.Cluster) { c.Wait("role=9:Leader") }, "node 9 does not exist"},
		"HoldsUnknown":  {func(c *emulator.Cluster) { c.Holds("leader") }, "want KEY=VALUE"},
		"Crash":         {func(c *emulator.Cluster) { c.Crash(9) }, "crash: node 9: no such node, the cluster has nodes 0 to 4"},
		"CrashNegative": {func(c *emulator.Cluster) { c.Crash(-1) }, "node -1: no such node"},
		"CrashLeader":   {func(c *emulator.Cluster) { c.Crash(emulator.Leader) }, "crash: there is no leader among the nodes that are up: node 0 is Follower in term 0"},
		"PauseSome":     {func(c *emulator.Cluster) { c.Crash(1); c.Pause(0, 1) }, "pause: node 1: the node is down"},
		"NodeAll":       {func(c *emulator.Cluster) { c.Node(emulator.All) }, "all stands for every node, and one is wanted"},
		"FaultLeader": {func(c *emulator.Cluster) {
			c.Fault(fault.Rule{Name: "x", Drop: true, Match: fault.Match{To: []raft.NodeID{emulator.Leader}}})
		}, "match.to: there is no leader"},
		"CrashNobody":   {func(c *emulator.Cluster) { c.Crash() }, "crash: no node is named"},
		"Pause":         {func(c *emulator.Cluster) { c.Crash(1); c.Pause(1) }, "pause: node 1: the node is down"},
		"Timeout":       {func(c *emulator.Cluster) { c.Wait("leader=unique"); c.Timeout(c.Leader().ID) }, "the node leads"},
		"Plant":         {func(c *emulator.Cluster) { c.Plant("vote_twize", 0) }, "plant: node 0: \"vote_twize\": no such bug; did you mean \"vote_twice\"?"},
		"Skew":          {func(c *emulator.Cluster) { c.Skew(0, 0) }, "the skew must be from 0.001 to 1000"},
		"Partition":     {func(c *emulator.Cluster) { c.Partition([][]int{{0, 1}, {1, 2}}) }, "partition: "},
		"PartitionNode": {func(c *emulator.Cluster) { c.Partition([][]int{{0, 9}}) }, "partition: node 9: no such node, the cluster has nodes 0 to 4"},
		"OneWayNothing": {func(c *emulator.Cluster) { c.PartitionOneWay(nil) }, "partition: "},
		"OneWaySelf":    {func(c *emulator.Cluster) { c.PartitionOneWay([][2]int{{1, 1}}) }, "to itself"},
		"FaultNothing":  {func(c *emulator.Cluster) { c.Fault(fault.Rule{Name: "lazy"}) }, "set_fault: "},
		"FaultDelays":   {func(c *emulator.Cluster) { c.Fault(fault.Rule{Name: "slow", DelayMin: time.Second}) }, "want the smaller one first"},
		"FaultNode":     {func(c *emulator.Cluster) { c.Fault(fault.Rule{Drop: true, Match: fault.Match{To: []raft.NodeID{7}}}) }, "match.to[0]: is 7"},
		"FaultOver": {func(c *emulator.Cluster) {
			c.Advance(time.Second)
			c.Fault(fault.Rule{Name: "x", Drop: true, Until: time.Second})
		}, "it is 1s already"},
		"DeleteFault":  {func(c *emulator.Cluster) { c.DeleteFault("slow") }, `delete_fault: fault "slow": no such fault`},
		"Lift":         {func(c *emulator.Cluster) { c.Lift("slow") }, `delete_fault: fault "slow": no such fault`},
		"Load":         {func(c *emulator.Cluster) { c.Load("figure_77") }, `did you mean "figure_7"`},
		"LoadText":     {func(c *emulator.Cluster) { c.Load("format = 1\nnodes = 3") }, "fixture.toml:2: "},
		"Advance":      {func(c *emulator.Cluster) { c.Advance(-1) }, "advance: "},
		"Node":         {func(c *emulator.Cluster) { c.Node(5) }, "there is no node 5: the cluster has 5"},
		"NodeGone":     {func(c *emulator.Cluster) { gone(c).Status() }, "there is no node 4 any more"},
		"Leader":       {func(c *emulator.Cluster) { c.Leader() }, "no node leads; wait for leader=unique first"},
		"Events":       {func(c *emulator.Cluster) { c.Events(99) }, "there is no event 99"},
		"EventsKind":   {func(c *emulator.Cluster) { c.Events(0, "BecomeLeeder") }, "did you mean \"BecomeLeader\"?"},
		"EventsGone":   {func(c *emulator.Cluster) { c.Advance(time.Hour); c.Events(0) }, "are no longer kept"},
		"WaitForOther": {func(c *emulator.Cluster) { c.Wait("role=boss:Leader") }, "boss"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var passed bool
			f := try(func(f *fakeT) {
				test.do(emulator.Start(f, "fresh_5", emulator.Virtual()))
				passed = true
			})
			said := f.said.String()
			assert.Assert(t, f.failed && !passed, "it did not fail")
			assert.Assert(t, cmp.Contains(said, "emulator: "))
			assert.Assert(t, cmp.Contains(said, test.says))
			assert.Equal(t, strings.Count(said, "the cluster (fixture fresh_"), 1, said)
			assert.Assert(t, cmp.Contains(said, "the last events:\n  "))
		})
	}
}

// In real time there is nothing to advance.
func TestAdvanceReal(t *testing.T) {
	t.Parallel()
	f := try(func(f *fakeT) { emulator.Start(f, "fresh_3").Advance(time.Second) })
	assert.Assert(t, cmp.Contains(f.said.String(), "start it with emulator.Virtual()"))
}

// A cluster that cannot start leaves nothing to clean up.
func TestStartFailureFailsTheTest(t *testing.T) {
	t.Parallel()
	taken := emulator.Start(t, "fresh_1", emulator.Virtual())
	elsewhere := func(o *emulator.Options) { o.Admin = strings.TrimPrefix(taken.AdminURL, "http://") }
	for name, test := range map[string]struct {
		start func(f *fakeT)
		says  string
	}{
		"Name":   {func(f *fakeT) { emulator.Start(f, "fresh_55") }, `did you mean "fresh_5"`},
		"File":   {func(f *fakeT) { emulator.Start(f, "no/such.toml") }, "no/such.toml"},
		"Text":   {func(f *fakeT) { emulator.Start(f, "format = 1\ncolour = 2\n") }, "fixture.toml:2: colour"},
		"Port":   {func(f *fakeT) { emulator.Start(f, "fresh_1", elsewhere) }, "cannot have its port"},
		"Remote": {func(f *fakeT) { emulator.Start(f, "fresh_1", func(o *emulator.Options) { o.Admin = "0.0.0.0:0" }) }, "not a loopback address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := try(test.start)
			assert.Assert(t, f.failed)
			assert.Assert(t, cmp.Contains(f.said.String(), test.says))
			assert.Equal(t, len(f.cleanups), 0)
		})
	}
}

// A test that fails for another reason also shows the cluster, once. A test that passes
// shows nothing, and a subtest's failure is its own.
func TestFailureShowsTheCluster(t *testing.T) {
	t.Parallel()
	own := try(func(f *fakeT) {
		c := emulator.Start(f, "fresh_3", emulator.Virtual())
		c.Crash(2)
		c.Pause(1)
		c.Isolate(0)
		c.Fault(fault.Rule{Name: "slow", DelayMax: time.Millisecond})
		f.Errorf("the dog is missing")
	})
	said := own.said.String()
	assert.Equal(t, strings.Count(said, "the cluster ("), 1)
	for _, s := range []string{
		"the dog is missing\n", "(fixture fresh_3, seed 1)", "Follower (paused)", "(down)", `fault "slow" has matched`,
		"node 2  Nemesis: was crashed\n",
	} {
		assert.Check(t, cmp.Contains(said, s))
	}

	var sub fakeT
	parent := try(func(f *fakeT) {
		c := emulator.Start(f, "fresh_3", emulator.Virtual())
		sub = *try(func(f *fakeT) { c.On(f).Crash(7) })
		c.Wait("leader=unique")
	})
	assert.Assert(t, sub.failed && !parent.failed)
	assert.Assert(t, cmp.Contains(sub.said.String(), "node 7: no such node"))
	assert.Equal(t, parent.said.String(), "")
}

// The program needs neither package testing nor the API for suites.
func TestTheProgramNeedsNoTesting(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "rrmq.example/emulator").Output()
	assert.NilError(t, err)
	deps := strings.Fields(string(out))
	assert.Assert(t, slices.Contains(deps, "rrmq.example/emulator/emulator/serve"))
	assert.Assert(t, !slices.Contains(deps, "testing") && !slices.Contains(deps, "rrmq.example/emulator/emulator"))
}

// A throttle queues messages on a link, and slow writes keep an entry from being committed.
func TestFaultThrottlesLinksAndSlowsDisks(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual())
	c.Fault(fault.Rule{Name: "narrow", Throttle: 50})
	c.Fault(fault.Rule{Name: "disk", SlowDiskMin: time.Millisecond, SlowDiskMax: time.Millisecond})
	c.Timeout(1)
	rules := c.Faults()
	assert.Equal(t, len(rules), 2)
	assert.Assert(t, rules[1].Acted > 0, "no write was slowed: %+v", rules[1])
	c.Wait("leader=unique")
	assert.Assert(t, c.Faults()[0].Acted > 0, "no message was throttled")
	c.Heal()
	assert.Equal(t, len(c.Faults()), 0)
	c.Wait("leader=unique")
}
