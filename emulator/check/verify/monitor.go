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
		m.oracle.Begin(setupOf(w.Config()))
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
