package raft

import (
	"errors"
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

func toError(v any) error {
	if v == nil {
		return nil
	}
	return errors.New(fmt.Sprint(v))
}

// A reader takes small numbers from fuzz data, and 0 at its end.
type reader []byte

func (r *reader) n(n int) int {
	if len(*r) == 0 {
		return 0
	}
	b := int((*r)[0])
	*r = (*r)[1:]
	return b % n
}

// index returns a small index, and sometimes the largest.
func (r *reader) index() Index {
	if k := r.n(40); k < 36 {
		return Index(k)
	} else {
		return ^Index(0) - Index(39-k)
	}
}

func (r *reader) log() []Entry {
	var entries []Entry
	for range r.n(12) {
		entries = append(entries, Entry{Term(r.n(8)), r.n(3)})
	}
	return entries
}

func (r *reader) message(nodes int) Message {
	return Message{
		Type: MessageType(r.n(4)), From: NodeID(r.n(nodes)), Term: Term(r.n(10)),
		VoteGranted: r.n(2) == 1, Success: r.n(2) == 1,
		LastLogIndex: r.index(), LastLogTerm: Term(r.n(10)),
		PrevLogIndex: r.index(), PrevLogTerm: Term(r.n(10)), Entries: r.log(), LeaderCommit: r.index(),
		MatchIndex: r.index(), ConflictIndex: r.index(), ConflictTerm: Term(r.n(10)), Round: uint64(r.n(20)),
	}
}

// FuzzReceive gives a node in any state any inputs, among them messages that no node could
// have sent. The node must not panic, and no monotonic variable may decrease.
//
// Reference: Figure 2.
func FuzzReceive(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte("leader with a log gets an AppendEntries of its own term"))
	for s := range 64 {
		d := dice(s)
		data := make([]byte, 20+d.n(400))
		for k := range data {
			data[k] = byte(d.next())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := reader(data)
		nodes := 1 + r.n(5)
		log := r.log()
		c := Config{
			ID: NodeID(r.n(nodes)), Nodes: nodes, Role: Role(r.n(3)), Log: NewLog(log...),
			HardState:   HardState{Term(r.n(8)), NodeID(r.n(nodes+1)) - 1},
			CommitIndex: Index(r.n(len(log) + 1)),
		}
		for range r.n(nodes + 1) {
			c.NextIndex = append(c.NextIndex, r.index())
			c.MatchIndex = append(c.MatchIndex, Index(r.n(len(log)+1)))
		}
		n := New(c)
		var out Effects
		n.Step(&Input{Kind: Start}, &out)
		for len(r) > 0 {
			was := n.State()
			in := Input{Kind: InputKind(r.n(6))}
			switch in.Kind {
			case Start:
				continue
			case Receive:
				m := r.message(nodes)
				in.Message = &m
			case Propose:
				in.Commands = make([]any, r.n(4))
			case Stored:
				in.StoredTerm, in.StoredIndex = Term(r.n(10)), min(r.index(), was.LastIndex)
			}
			n.Step(&in, &out)
			s := n.State()
			assert.Assert(t, s.Term >= was.Term)
			assert.Assert(t, s.CommitIndex >= was.CommitIndex)
			assert.Assert(t, s.CommitIndex <= s.LastIndex)
			assert.Assert(t, out.TruncatedTo >= was.CommitIndex)
			assert.Assert(t, len(out.Messages) < 2*nodes)
			assert.Equal(t, s.LastIndex, Index(len(entriesOf(n.Log()))))
			for _, m := range out.Messages {
				assert.Equal(t, m.From, c.ID)
				assert.Equal(t, m.Term, s.Term)
			}
		}
	})
}

// FuzzForged sends forged requests to a healthy cluster and then stops. The cluster must
// come to rest between inputs, whatever they did.
//
// Reference: sections 5.2 and 5.3.
func FuzzForged(f *testing.F) {
	for s := range 48 {
		d := dice(1000 + s)
		data := make([]byte, 20+d.n(300))
		for k := range data {
			data[k] = byte(d.next())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := reader(data)
		l := fresh(t, 3)
		l.timeout(0)
		for len(r) > 0 {
			id := r.n(3)
			switch r.n(4) {
			case 0:
				if l.peers[id].timer == HeartbeatTimer {
					l.heartbeat(id)
				} else {
					l.timeout(id)
				}
			case 1:
				l.propose(id, "x", "y")
			default:
				m := r.message(3)
				if m.Type.IsResponse() {
					continue // no client can make those
				}
				// Terms near the node's own, and a place that is in its log.
				s := l.state(id)
				m.To, m.Term = NodeID(id), s.Term+m.Term%3
				m.PrevLogIndex = min(m.PrevLogIndex, s.LastIndex)
				m.PrevLogTerm, _ = l.peers[id].core.Log().Term(m.PrevLogIndex)
				l.step(id, Input{Kind: Receive, Message: &m})
				l.settle()
			}
		}
		for id := range l.peers {
			assert.Assert(t, l.state(id).LastApplied <= l.state(id).LastIndex)
		}
	})
}
