package history

import (
	"fmt"

	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/raft"
)

// maxLinks is how many links of a partition are told.
const maxLinks = 12

// nemesis notes what was done to the cluster, the newest things only.
func (r *Recorder) nemesis(e *world.Record) {
	c, ok := e.Detail.(*world.Change)
	if !ok {
		return
	}
	if len(r.faults) >= 2*maxFaults {
		r.forgotten = r.faults[len(r.faults)-maxFaults-1].At
		r.faults = append(r.faults[:0], r.faults[len(r.faults)-maxFaults:]...)
	}
	r.faults = append(r.faults, Fault{At: int64(e.Seq), Time: e.Time, change: c})
}

// words says what a change does.
func words(c *world.Change) string {
	text := c.Op.String()
	if c.Node != raft.None {
		text += fmt.Sprintf(" node %d", c.Node)
	}
	switch c.Op {
	case world.OpCrash:
		if c.Wipe {
			text += " and wipe its disk"
		}
	case world.OpPartition:
		for _, l := range c.Links[:min(len(c.Links), maxLinks)] {
			text += fmt.Sprintf(" %d-%d", l.From, l.To)
		}
		if more := len(c.Links) - maxLinks; more > 0 {
			text += fmt.Sprintf(" and %s more", plural(more, "link"))
		}
	case world.OpSetRule:
		text += " " + c.Rule.Name
	case world.OpDeleteRule:
		text += " " + c.Name
	case world.OpSkew:
		text += fmt.Sprintf(" by %g", c.Skew)
	case world.OpPlant:
		if c.Bug == "" {
			return "cure" + fmt.Sprintf(" node %d", c.Node)
		}
		text += ": " + c.Bug
	}
	return text
}
