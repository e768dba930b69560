package judge

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A watched world is the emulator's own cluster, seen as the grader sees programs of others:
// through polls that take time, and clients that give up. Its nodes are awkward, but correct.
// They read role and term one after the other. They answer without success when they lose
// patience, or when too few followers take an entry at the first attempt, although it may still
// be carried out. Their leaders read their own state under a lease.
type watched struct {
	*rand.Rand
	w *world.World
	e *Evidence
	durable,
	awkward bool
	due      []event // by time
	restarts int
	highest  raft.Term
	number   int
	busy     []bool // clients
}

// An event is something that the watcher does.
type event struct {
	at time.Duration
	do func()
}

func (x *watched) later(d time.Duration, do func()) {
	x.due = append(x.due, event{x.w.Now() + d, do})
	slices.SortStableFunc(x.due, func(a, b event) int { return cmp.Compare(a.at, b.at) })
}

func (x *watched) millis(from, to int) time.Duration {
	return time.Duration(from+x.IntN(to-from+1)) * time.Millisecond
}

// watch runs a world for a while, with random faults and requests.
func watch(seed uint64, bug string) *Evidence {
	x := &watched{Rand: rand.New(rand.NewPCG(seed, 7))}
	n := []int{1, 3, 3, 5}[x.IntN(4)]
	x.durable, x.awkward = x.IntN(2) == 0, x.IntN(2) == 0
	f := fixture.Fresh(n)
	f.Seed = seed
	for i := range f.Nodes {
		f.Nodes[i].Bug = bug
	}
	x.w = world.New(f.Config(), nil)
	c := course.Default()
	c.Promises.Durable = x.durable
	c.Promises.Reads = course.Linearizable
	x.e = &Evidence{Course: c, Scenario: &play.Scenario{Expects: []play.Expect{}}, Nodes: n, Polls: make([][]Poll, n)}
	for i := range n {
		x.later(x.millis(0, 100), func() { x.poll(i) })
	}
	for range 1 + x.IntN(3) {
		x.later(x.millis(0, 2000), x.ask)
	}
	x.later(x.millis(1000, 4000), x.harm)
	const end = 20 * time.Second
	for len(x.due) > 0 && x.due[0].at < end {
		next := x.due[0]
		x.due = x.due[1:]
		x.w.RunUntil(next.at)
		x.seeTerms()
		next.do()
	}
	x.w.RunUntil(end)
	x.e.End = end
	for i := range x.e.Calls {
		if x.e.Calls[i].End < 0 {
			x.e.Calls[i].End = end
		}
	}
	for _, polls := range x.e.Polls {
		slices.SortFunc(polls, func(a, b Poll) int { return cmp.Compare(a.Begin, b.Begin) })
	}
	slices.SortStableFunc(x.e.Changes, func(a, b Change) int { return cmp.Compare(a.Begin, b.Begin) })
	return x.e
}

// poll asks a node for its status, and again later.
func (x *watched) poll(i int) {
	id, begin := raft.NodeID(i), x.w.Now()
	defer x.later(x.millis(100, 130), func() { x.poll(i) })
	read := x.millis(0, 20)
	x.later(read, func() {
		s, up, paused := x.w.State(id)
		if !up || paused {
			return
		}
		torn := time.Duration(0)
		if x.awkward && x.IntN(5) == 0 {
			torn = x.millis(1, 15)
		}
		starts := x.restarts
		x.later(torn, func() {
			t, up, paused := x.w.State(id)
			if !up || paused || starts != x.restarts {
				return
			}
			x.later(x.millis(0, 20), func() {
				if starts == x.restarts {
					x.e.Polls[i] = append(x.e.Polls[i], Poll{Begin: begin, End: x.w.Now(), Role: s.Role, Term: t.Term})
				}
			})
		})
	})
}

// ask sends a request, and another one later.
func (x *watched) ask() {
	command := x.command()
	to := raft.NodeID(x.IntN(x.w.Nodes()))
	if l := x.w.Leader(); l != raft.None && x.IntN(5) > 0 {
		to = l
	}
	client := slices.Index(x.busy, false)
	if client < 0 {
		client = len(x.busy)
		x.busy = append(x.busy, false)
	}
	x.busy[client] = true
	place := len(x.e.Calls)
	x.e.Calls = append(x.e.Calls, Call{
		Client: client, Node: int(to), Command: *command, Begin: x.w.Now(), End: -1, Outcome: history.Unknown,
	})
	over := false
	finish := func(change func(c *Call)) {
		if over {
			return
		}
		over = true
		x.busy[client] = false
		c := &x.e.Calls[place]
		c.End = x.w.Now()
		change(c)
		x.later(x.millis(0, 800), x.ask)
	}
	x.later(x.millis(0, 5), func() {
		if x.awkward && x.leased(to) && command.Op.Access == machine.Reads {
			r := machine.Reply{Result: x.w.Machine(to).Foresee(command)}
			x.later(x.millis(0, 5), func() { finish(func(c *Call) { answer(c, &r) }) })
			return
		}
		if x.awkward && !x.inSync(to) && x.IntN(2) == 0 {
			x.later(x.millis(0, 5), func() { finish(decline) })
		}
		request := x.w.Do(to, command, func(r machine.Reply) {
			x.later(x.millis(0, 5), func() { finish(func(c *Call) { answer(c, &r) }) })
		})
		patience := x.millis(60, 3000)
		if x.IntN(4) == 0 {
			patience = x.millis(60, 200)
		}
		impatient := x.awkward && patience > quick
		x.later(patience, func() {
			if !over {
				x.w.HangUp(request)
			}
			finish(func(c *Call) {
				if impatient {
					decline(c)
				}
			})
		})
	})
}

// inSync reports whether a majority runs and has a leader's log.
func (x *watched) inSync(leader raft.NodeID) bool {
	s, _, _ := x.w.State(leader)
	n := 0
	for i := range x.w.Nodes() {
		o, up, paused := x.w.State(raft.NodeID(i))
		if up && !paused && o.LastIndex == s.LastIndex && o.LastTerm == s.LastTerm {
			n++
		}
	}
	return s.Role != raft.Leader || n > x.w.Nodes()/2
}

// seeTerms notes the highest term that any node has had: nodes may be killed later.
func (x *watched) seeTerms() {
	for i := range x.w.Nodes() {
		if s, up, _ := x.w.State(raft.NodeID(i)); up {
			x.highest = max(x.highest, s.Term)
		}
	}
}

// leased reports whether a leader that runs has carried out an entry of its own term, and no
// node was ever in a higher one: then nothing was carried out without it.
func (x *watched) leased(leader raft.NodeID) bool {
	s, up, paused := x.w.State(leader)
	if !up || paused || s.Role != raft.Leader {
		return false
	}
	const lease = 2 * time.Second
	if x.highest > s.Term || x.e.cutOff(int(leader), x.w.Now()-lease, x.w.Now()) {
		return false
	}
	term, ok := x.w.StoredTerm(leader, s.LastApplied)
	return ok && term == s.Term
}

// decline answers without success.
func decline(c *Call) { c.Outcome, c.Status, c.Declined = history.Failed, 200, true }

// answer fills in a reply.
func answer(c *Call, r *machine.Reply) {
	switch {
	case errors.Is(r.Err, machine.ErrNodeDown):
	case r.Err != nil, !r.Result.OK:
		decline(c)
	default:
		c.Outcome, c.Status, c.Result = history.Done, 200, r.Result
	}
}

// command returns a random command.
func (x *watched) command() *machine.Command {
	x.number++
	topic := "topic" + strconv.Itoa(x.IntN(2))
	switch k := x.IntN(20); {
	case k < 3 || x.number < 5:
		return machines.Op("put_topic").New(topic)
	case k < 5:
		return machines.Op("get_topics").New()
	case k < 13:
		return machines.Op("put_message").New(topic, "m"+strconv.Itoa(x.number))
	}
	return machines.Op("get_message").New(topic)
}

// harm makes a change, and another one later.
func (x *watched) harm() {
	defer x.later(x.millis(100, 5000), x.harm)
	node := raft.NodeID(x.IntN(x.w.Nodes()))
	if l := x.w.Leader(); l != raft.None && x.IntN(2) == 0 {
		node = l
	}
	_, up, paused := x.w.State(node)
	c := fault.Change{Node: node}
	switch k := x.IntN(12); {
	case !up && k < 8:
		c.Kind = fault.Restart
	case paused && k < 8:
		c.Kind = fault.Resume
	case k < 3:
		c.Kind, c.Wipe = fault.Crash, !x.durable
	case k < 5:
		c.Kind = fault.Pause
	case k < 7 && x.w.Nodes() > 1:
		c.Kind = fault.Isolate
	case k < 9 && x.w.Nodes() > 1:
		c.Kind = fault.Partition
		for from := range raft.NodeID(x.w.Nodes()) {
			for to := range raft.NodeID(x.w.Nodes()) {
				if from != to && x.IntN(3) == 0 {
					c.Links = append(c.Links, fault.Link{From: from, To: to})
				}
			}
		}
	case k < 10:
		c.Kind = fault.HealNode
	default:
		c.Kind = fault.Heal
	}
	if x.w.Check(&c) != nil {
		return
	}
	begin := x.w.Now()
	told := c
	told.Wipe = false
	x.e.Changes = append(x.e.Changes, Change{Begin: begin, End: begin, Change: told})
	_, _ = x.w.Change(c)
	if c.Kind == fault.Crash || !worsens(c.Kind) {
		x.restarts++
	}
}

func violationsOf(t *testing.T, e *Evidence) []string {
	t.Helper()
	j := &judging{Evidence: e}
	m := e.remembers()
	j.history = e.history(&m)
	j.check(t.Context(), &m, true)
	var names []string
	for _, x := range j.violations {
		names = append(names, x.Name+": "+x.Words)
	}
	return names
}

// seeds is the number of random runs; the environment may ask for more.
func seeds() int {
	if n, err := strconv.Atoi(os.Getenv("JUDGE_SEEDS")); err == nil {
		return n
	}
	if testing.Short() {
		return 40
	}
	return 300
}

func TestACorrectClusterIsNeverWrong(t *testing.T) {
	for seed := range uint64(seeds()) {
		e := watch(seed+1, "")
		if names := violationsOf(t, e); len(names) > 0 {
			t.Errorf("seed %d, %d nodes, durable %v: %s\n%s", seed+1, e.Nodes, e.Course.Promises.Durable, strings.Join(names, "\n"), tell(e))
		}
	}
}

// tell lists the changes of a run.
func tell(e *Evidence) string {
	var lines []string
	for k := range e.Changes {
		lines = append(lines, fmt.Sprint(e.Changes[k].Begin, " ", e.Changes[k].Told()))
	}
	return strings.Join(lines, "\n")
}

func TestBuggyClustersAreWrong(t *testing.T) {
	for _, bug := range []string{"quorum_off_by_one", "follower_takes_writes"} {
		t.Run(bug, func(t *testing.T) {
			found := 0
			for seed := range uint64(60) {
				if len(violationsOf(t, watch(seed+1, bug))) > 0 {
					found++
				}
			}
			t.Logf("%d of 60 runs", found)
			assert.Assert(t, found > 0)
		})
	}
}
