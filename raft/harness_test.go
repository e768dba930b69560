package raft

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// terms makes the entries of a log from their terms, as in "1*3 4 4 6". Two
// entries of one index and term get the same command.
func terms(s string) []Entry {
	var entries []Entry
	for _, f := range strings.Fields(s) {
		term, times, _ := strings.Cut(f, "*")
		t, err := strconv.Atoi(term)
		if err != nil {
			panic(err)
		}
		k := 1
		if times != "" {
			if k, err = strconv.Atoi(times); err != nil {
				panic(err)
			}
		}
		for range k {
			entries = append(entries, Entry{Term(t), fmt.Sprintf("%d in term %d", len(entries)+1, t)})
		}
	}
	return entries
}

// behind makes entries that follow prev.
func behind(prev, s string) []Entry {
	return terms(prev + " " + s)[len(terms(prev)):]
}

// termsOf writes a log as terms does, one by one.
func termsOf(l *Log) string {
	var b strings.Builder
	for i := l.FirstIndex(); i <= l.LastIndex(); i++ {
		if i > l.FirstIndex() {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, l.Entry(i).Term)
	}
	return b.String()
}

func entriesOf(l *Log) []Entry {
	var all []Entry
	for i := l.FirstIndex(); i <= l.LastIndex(); {
		s := l.Slice(i, l.LastIndex())
		all = append(all, s...)
		i += Index(len(s))
	}
	return all
}

// A seed is the state in which a test starts a node.
type seed struct {
	role      Role
	nodes     int // 3 when left out
	term      Term
	vote      NodeID // of followers: None when there was no vote
	log       string
	commit    Index
	next, has []Index
}

// node makes node 0 of a cluster in this state, without a Start.
func (s seed) node() *Node {
	if s.nodes == 0 {
		s.nodes = 3
	}
	if s.role != Follower {
		s.vote = 0
	}
	return New(Config{
		ID: 0, Nodes: s.nodes, HardState: HardState{s.term, s.vote}, Log: NewLog(terms(s.log)...),
		Role: s.role, CommitIndex: s.commit, NextIndex: s.next, MatchIndex: s.has,
	})
}

// step gives a node one input and returns its effects.
func step(n *Node, in Input) *Effects {
	out := new(Effects)
	n.Step(&in, out)
	return out
}

// receive gives node 0 a message.
func receive(n *Node, m Message) *Effects { return step(n, Input{Kind: Receive, Message: &m}) }

// stored ends all writes that a node has asked for.
func stored(n *Node) *Effects {
	s := n.State()
	return step(n, Input{Kind: Stored, StoredTerm: s.Term, StoredIndex: s.LastIndex})
}

// propose asks a node to append commands, and stores them.
func propose(n *Node, commands ...any) *Effects {
	out := step(n, Input{Kind: Propose, Commands: commands})
	stored(n)
	return out
}

// reply returns the only message that a step sent.
func reply(t testing.TB, out *Effects) Message {
	t.Helper()
	assert.Equal(t, len(out.Messages), 1)
	return out.Messages[0]
}

// kinds lists the actions of a step.
func kinds(out *Effects) []ActionKind {
	var k []ActionKind
	for _, a := range out.Actions {
		k = append(k, a.Kind)
	}
	return k
}

// A lab is a cluster for tests: nodes with stable storage and a network that delivers in
// order. Time does not pass by itself.
type lab struct {
	t      testing.TB
	peers  []*peer
	flying []Message
	sent   int                   // messages so far
	lose   func(m *Message) bool // nil: none
	slow   bool                  // writes take until finishWrite
	watch  *properties           // nil watches nothing
}

// A peer is a node with its storage and state machine.
type peer struct {
	core    *Node
	bug     *Bug // of its program
	out     Effects
	up      bool
	timer   Timer
	hard    HardState
	disk    []Entry
	writes  []write
	applied []Entry
}

// A write is on its way to stable storage; messages wait for it.
type write struct {
	hard        HardState
	truncatedTo Index
	removed     []Entry
	added       []Entry
	last        Index
	messages    []Message
}

// newLab makes nodes in these states and starts them.
func newLab(t testing.TB, seeds ...seed) *lab {
	l := &lab{t: t}
	for i, s := range seeds {
		if s.role != Follower {
			s.vote = NodeID(i)
		}
		hard := HardState{s.term, s.vote}
		entries := terms(s.log)
		p := &peer{up: true, hard: hard, disk: entries, applied: entries[:s.commit:s.commit]}
		p.core = New(Config{
			ID: NodeID(i), Nodes: len(seeds), HardState: hard, Log: NewLog(entries...),
			Role: s.role, CommitIndex: s.commit, NextIndex: s.next, MatchIndex: s.has,
		})
		l.peers = append(l.peers, p)
	}
	for i := range l.peers {
		l.step(i, Input{Kind: Start})
	}
	return l
}

// fresh makes a lab of n nodes with empty logs in term 0.
func fresh(t testing.TB, n int) *lab {
	seeds := make([]seed, n)
	for i := range seeds {
		seeds[i].vote = None
	}
	return newLab(t, seeds...)
}

func (l *lab) step(id int, in Input) {
	p := l.peers[id]
	if !p.up {
		return
	}
	was := p.core.State()
	p.core.Step(&in, &p.out)
	out := &p.out
	if l.watch != nil {
		l.watch.step(l, p, was, out)
	}
	if out.Timer != KeepTimer {
		p.timer = out.Timer
	}
	for i := out.ApplyFrom; i <= out.ApplyTo; i++ {
		p.applied = append(p.applied, p.core.Log().Entry(i))
	}
	if out.Persist {
		w := write{
			hard: out.HardState, truncatedTo: out.TruncatedTo, removed: out.Removed,
			last: p.core.Log().LastIndex(),
		}
		for i := w.truncatedTo + 1; i <= w.last; i++ {
			w.added = append(w.added, p.core.Log().Entry(i))
		}
		p.writes = append(p.writes, w)
	}
	if k := len(p.writes); k > 0 {
		p.writes[k-1].messages = append(p.writes[k-1].messages, out.Messages...)
	} else {
		l.send(out.Messages)
	}
	for !l.slow && len(p.writes) > 0 {
		l.finishWrite(id)
	}
}

// finishWrite ends a node's oldest write.
func (l *lab) finishWrite(id int) {
	p := l.peers[id]
	w := p.writes[0]
	p.writes = p.writes[1:]
	p.hard = w.hard
	p.disk = append(p.disk[:w.truncatedTo:w.truncatedTo], w.added...)
	l.send(w.messages)
	l.step(id, Input{Kind: Stored, StoredTerm: w.hard.Term, StoredIndex: w.last})
}

func (l *lab) send(messages []Message) {
	l.sent += len(messages)
	for i := range messages {
		if l.watch != nil {
			l.watch.sends(l, &messages[i])
		}
		l.flying = append(l.flying, messages[i])
	}
}

func (l *lab) deliver(m Message) {
	if l.lose == nil || !l.lose(&m) {
		l.step(int(m.To), Input{Kind: Receive, Message: &m})
	}
}

// settle delivers messages in order until none is left. It fails when a cluster without
// timeouts does not come to rest.
func (l *lab) settle() {
	l.t.Helper()
	for k := 0; len(l.flying) > 0; k++ {
		assert.Assert(l.t, k < 100_000, "the nodes write to each other without end")
		m := l.flying[0]
		l.flying = l.flying[1:]
		l.deliver(m)
	}
}

// timeout, heartbeat and propose give a node that input and let the cluster settle.
func (l *lab) timeout(id int) {
	l.t.Helper()
	l.step(id, Input{Kind: ElectionTimeout})
	l.settle()
}

func (l *lab) heartbeat(id int) {
	l.t.Helper()
	l.step(id, Input{Kind: HeartbeatTimeout})
	l.settle()
}

func (l *lab) propose(id int, commands ...any) {
	l.t.Helper()
	l.step(id, Input{Kind: Propose, Commands: commands})
	l.settle()
}

// crash loses a node's memory, its unfinished writes and the messages that wait for them.
func (l *lab) crash(id int) {
	p := l.peers[id]
	for i := len(p.writes) - 1; i >= 0; i-- {
		p.core.Log().Truncate(p.writes[i].truncatedTo)
		p.core.Log().Append(p.writes[i].removed...)
	}
	assert.DeepEqual(l.t, append([]Entry{}, entriesOf(p.core.Log())...), append([]Entry{}, p.disk...))
	p.up, p.writes = false, nil
}

func (l *lab) restart(id int) {
	p := l.peers[id]
	p.up, p.applied = true, nil
	p.core = NewRestarted(Config{ID: NodeID(id), Nodes: len(l.peers), HardState: p.hard, Log: NewLog(p.disk...), Bug: p.bug})
	l.step(id, Input{Kind: Start})
}

// wipe empties the storage of a node that is down.
func (l *lab) wipe(id int) {
	l.peers[id].hard, l.peers[id].disk = HardState{VotedFor: None}, nil
}

// only cuts all links except those between these nodes.
func (l *lab) only(ids ...int) {
	in := make(map[NodeID]bool)
	for _, id := range ids {
		in[NodeID(id)] = true
	}
	l.lose = func(m *Message) bool { return !in[m.From] || !in[m.To] }
}

func (l *lab) heal() { l.lose = nil }

func (l *lab) state(id int) State { return l.peers[id].core.State() }

func (l *lab) terms(id int) string { return termsOf(l.peers[id].core.Log()) }

// leaders lists the nodes that are leader in any term.
func (l *lab) leaders() []int {
	ids := []int{}
	for i, p := range l.peers {
		if p.up && p.core.State().Role == Leader {
			ids = append(ids, i)
		}
	}
	return ids
}

// applied lists the commands that a node has applied since it started.
func (l *lab) applied(id int) []any {
	var commands []any
	for _, e := range l.peers[id].applied {
		commands = append(commands, e.Command)
	}
	return commands
}

// A dice is a seeded source of random numbers (splitmix64).
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number from 0 to n-1.
func (d *dice) n(n int) int { return int(d.next() % uint64(n)) }

// in returns true once in n times.
func (d *dice) in(n int) bool { return d.n(n) == 0 }
