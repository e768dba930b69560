package verify

import (
	"fmt"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A Monitor lets the oracle judge a world's records as they happen. The zero value is
// ready. It watches one world after another, and forgets its finding when the next one
// begins.
type Monitor struct {
	oracle *oracle.Oracle
	event  oracle.Event
	found  *Finding
}

// A Finding is the first record of a run that correct servers could not have made.
type Finding struct {
	*oracle.Violation
	// Words describe the record.
	Words string
}

// Seen describes the violation in a line, with the broken rule.
func (f *Finding) Seen() string {
	return fmt.Sprintf("%s of node %d: want %s, not %s. %s", f.Kind, f.Node, f.Want, f.Got, f.Rule)
}

// Found returns the first illegal record, or nil.
func (m *Monitor) Found() *Finding { return m.found }

// Err returns the first illegal record as an error, or nil.
func (m *Monitor) Err() error {
	if m.found == nil {
		return nil
	}
	return m.found
}

// LogChanged implements world.Monitor. The oracle keeps logs of its own.
func (m *Monitor) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// Record implements world.Monitor.
func (m *Monitor) Record(w *world.World, r *trace.Record) {
	if r.Seq == 1 {
		if m.oracle == nil {
			m.oracle = oracle.New()
		}
		c := w.Config()
		setup := setupOf(c)
		setup.Starts = startsOf(&c, func(e raft.Entry) any { return e.Command })
		m.oracle.Begin(setup)
		m.found = nil
	}
	if m.found != nil || m.oracle == nil {
		return
	}
	translate(r, &m.event)
	if v := m.oracle.Take(&m.event); v != nil {
		m.found = &Finding{v, r.String()}
	}
}

// startsOf returns the states in which the servers begin. value makes an entry's value.
func startsOf(c *world.Config, value func(raft.Entry) any) []oracle.Start {
	starts := make([]oracle.Start, len(c.Nodes))
	for i := range c.Nodes {
		starts[i] = startOf(i, &c.Nodes[i], value)
	}
	return starts
}

// startOf states the meaning of a node's configuration on its own, without the code that
// starts nodes.
func startOf(id int, n *world.NodeConfig, value func(raft.Entry) any) oracle.Start {
	entries := func(list []raft.Entry) (to []oracle.Entry) {
		for _, e := range list {
			to = append(to, oracle.Entry{Term: uint64(e.Term), Value: value(e)})
		}
		return to
	}
	s := oracle.Start{
		State: oracle.State{Term: uint64(n.Term), VotedFor: int(n.VotedFor), Leader: oracle.Nobody, LastIndex: uint64(len(n.Log))},
		Begin: oracle.Begin{Up: !n.Down, Log: entries(n.Log), Stored: hardOf(n.Stored)},
	}
	if last := len(n.Log); last > 0 {
		s.LastTerm = uint64(n.Log[last-1].Term)
	}
	if !n.Down { // a node that is down has only what it has stored
		s.Role, s.CommitIndex, s.Applied = oracle.Role(n.Role), uint64(n.CommitIndex), uint64(n.CommitIndex)
		switch {
		case n.Role == raft.Leader:
			s.Leader = id
		case n.Role == raft.Follower && n.Resume != nil:
			s.Leader = int(n.Resume.Leader)
		}
	}
	for _, match := range n.MatchIndex {
		s.Match = append(s.Match, uint64(match))
	}
	if n.Role == raft.Candidate && n.Resume != nil {
		s.Counted = true
		for _, vote := range n.Resume.Granted {
			s.Votes = append(s.Votes, int(vote))
		}
	}
	for i := range n.Writes {
		w := &n.Writes[i]
		s.Writes = append(s.Writes, oracle.Write{Hard: hardOf(w.Hard), Kept: uint64(w.Kept), Removed: entries(w.Removed)})
	}
	return s
}

// setupOf returns the oracle's setup for a world's configuration.
func setupOf(c world.Config) oracle.Setup {
	s := oracle.Setup{Servers: len(c.Nodes), SlowStorage: c.StorageDelay > 0, Command: commandOf}
	for _, l := range c.Cuts {
		s.Cuts = append(s.Cuts, [2]int{int(l.From), int(l.To)})
	}
	for i := range c.Faults {
		s.Faults = append(s.Faults, c.Faults[i].Name)
		if c.Faults[i].OnWrites() {
			s.OnWrites = append(s.OnWrites, c.Faults[i].Name)
		}
	}
	for i := range c.Nodes {
		if c.Nodes[i].Paused {
			s.Paused = append(s.Paused, i)
		}
	}
	return s
}

func commandOf(value any) oracle.Command {
	c, ok := value.(*machine.Command)
	if !ok || c.None() {
		return oracle.Command{}
	}
	return oracle.Command{Op: c.Op.Name, Topic: c.Arg("topic"), Message: c.Arg("message")}
}
