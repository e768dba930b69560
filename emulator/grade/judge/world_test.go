package judge

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A watched world is the emulator's own cluster, seen as the grader sees programs of others:
// through polls that take time, and clients that give up. Its nodes are awkward, but correct;
// the ways say how.
type watched struct {
	*rand.Rand
	ways
	w        *world.World
	e        *Evidence
	due      []event // by time
	now      *standing
	copies   []*raft.State // what nodes show of themselves, if that is a copy
	starts   []int         // of each node
	highest  raft.Term
	number   int
	busy     []bool // clients
	harming  bool
	restless time.Duration // the longest time between two requests
}

// The ways of a cluster and of those who use it. All of them are right.
type ways struct {
	durable bool
	// awkward nodes answer without success when they lose patience, before their first entry
	// is carried out, or when too few followers take an entry at the first attempt, although it
	// may still be carried out. Their leaders read their own state under a lease.
	awkward bool
	shows   int  // how nodes read role and term for a poll
	overlap bool // polls of a node overlap
	passOn  bool // followers pass requests on, and answer reads themselves
	stale   bool // leaders read their own state without any lease
	equal   bool // many messages have the same text
	calm    bool // there is time between requests and faults
	slow    bool // changes take a while
	odd     bool // there are pages and statuses where the course says nothing about them
}

// How nodes read role and term.
const (
	together = iota
	roleFirst
	termFirst
	fromCopy // which may be copyAge old
	numShows
)

// copyAge is less than Moment.
const copyAge = 40 * time.Millisecond

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

func (x *watched) oneIn(n int) bool { return x.IntN(n) == 0 }

// watch runs a world for a while, with random faults and requests.
func watch(seed uint64, bug string) *Evidence {
	x := &watched{Rand: rand.New(rand.NewPCG(seed, 7)), restless: 800 * time.Millisecond}
	n := []int{1, 3, 3, 5}[x.IntN(4)]
	x.ways = ways{
		durable: x.oneIn(2), awkward: x.oneIn(2), shows: x.IntN(numShows), overlap: x.oneIn(4), passOn: bug == "" && x.oneIn(4),
		stale: x.oneIn(4), equal: x.oneIn(3), calm: x.oneIn(3), slow: x.oneIn(2), odd: x.oneIn(2),
	}
	f := fixture.Fresh(n)
	f.Seed = seed
	for i := range f.Nodes {
		f.Nodes[i].Bug = bug
	}
	x.w = world.New(f.Config(), nil)
	x.now, x.copies, x.starts = newStanding(n), make([]*raft.State, n), make([]int, n)
	x.e = &Evidence{Course: x.course(), Scenario: &play.Scenario{Expects: []play.Expect{}}, Nodes: n, Polls: make([][]Poll, n)}
	clients, end := 1+x.IntN(3), 20*time.Second
	if x.calm {
		clients, end, x.restless = 1, 60*time.Second, 7*time.Second
	}
	for i := range n {
		for range 1 + x.IntN(2)*btoi(x.overlap) {
			x.later(x.millis(0, 100), func() { x.poll(i) })
		}
		x.later(x.millis(0, int(copyAge/time.Millisecond)), func() { x.copy(i) })
	}
	for range clients {
		x.later(x.millis(0, 2000), x.ask)
	}
	x.later(x.millis(1000, 4000), x.harm)
	for len(x.due) > 0 && x.due[0].at < end {
		next := x.due[0]
		x.due = x.due[1:]
		x.w.RunUntil(next.at)
		x.seeTerms()
		next.do()
	}
	x.w.RunUntil(end)
	x.finish(end)
	return x.e
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (x *watched) course() *course.Course {
	c := course.Default()
	c.Promises.Durable, c.Promises.FollowersRefuse = x.durable, !x.passOn
	if c.Promises.Reads = course.Linearizable; x.stale || x.passOn {
		c.Promises.Reads = course.AnyReads
	}
	return c
}

// finish brings the evidence into the order that it has by contract.
func (x *watched) finish(end time.Duration) {
	x.e.End = end
	for i := range x.e.Calls {
		if x.e.Calls[i].End < 0 {
			x.e.Calls[i].End = end
		}
	}
	for k := range x.e.Changes {
		x.e.Changes[k].End = min(x.e.Changes[k].End, end)
	}
	for _, polls := range x.e.Polls {
		slices.SortFunc(polls, func(a, b Poll) int { return cmp.Compare(a.Begin, b.Begin) })
	}
}

// seeTerms notes the highest term that any node has had: nodes may be killed later.
func (x *watched) seeTerms() {
	for i := range x.w.Nodes() {
		if s, up, _ := x.w.State(raft.NodeID(i)); up {
			x.highest = max(x.highest, s.Term)
		}
	}
}

// linked reports whether two nodes that run reach each other.
func (x *watched) linked(i, j raft.NodeID) bool {
	a, b := int(i), int(j)
	return x.now.runs(a) && x.now.runs(b) && x.now.passes(a, b) && x.now.passes(b, a)
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
