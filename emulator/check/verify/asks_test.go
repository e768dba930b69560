package verify_test

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A candidate does not ask a server again that has granted or refused its vote.
// Reference: raft.tla, RequestVote(i, j).
func TestAsksOnlyOnce(t *testing.T) {
	for name, granted := range map[string]bool{"Refused": false, "Granted": true} {
		t.Run(name, func(t *testing.T) {
			var records []trace.Record
			c := world.Config{Machine: queue.Type, ElectionMin: 10 * time.Second, ElectionMax: 20 * time.Second, Heartbeat: time.Second, TraceSize: 64, Nodes: make([]world.NodeConfig, 5)}
			for i := range c.Nodes {
				c.Nodes[i].VotedFor = raft.None
			}
			w := world.New(c, func(r *trace.Record) { records = append(records, *r) })
			for _, id := range []raft.NodeID{0, 1} {
				_, err := w.Change(fault.Change{Kind: fault.Timeout, Node: id})
				assert.NilError(t, err)
			}
			w.RunUntil(time.Second)
			p := tapeOf(&storm{World: w}, records)

			var asked, answered *oracle.Event
			for i := range p.events {
				switch e := &p.events[i]; {
				case e.Kind == oracle.RequestVote && asked == nil:
					asked = e
				case e.Kind == oracle.HandleRequestVoteResponse && e.Node == 0 && e.State.Role == oracle.Candidate && e.Message.VoteGranted == granted && answered == nil:
					answered = e
				}
			}
			again := *asked
			again.Seq, again.Step, again.Time, again.State = answered.Seq+1, answered.Step, answered.Time, answered.State
			again.Message.ID = again.Seq
			again.Message.To = answered.Message.From
			v := p.judge(append(p.events[:answered.Seq:answered.Seq], again))
			assert.Assert(t, v != nil)
			assert.Assert(t, is.Contains(v.Rule.String(), "votesResponded"))
			again.Message.To = 4
			assert.Assert(t, p.judge(append(p.events[:answered.Seq:answered.Seq], again)) == nil, "node 4 has not answered")
		})
	}
}
