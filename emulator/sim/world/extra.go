package world

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// This file adds to the records what a reader needs beside the nodes' states to know the
// cluster's whole state at every moment. Older formats of the trace do not have it: see
// World.tellsAll.

// addExtra adds to the record of an action what the action did beside the state. The node's
// core has taken the whole step; nothing behind the action has changed what is read here.
func (w *World) addExtra(n *node, r *trace.Record) {
	switch raft.ActionKind(r.Kind) {
	case raft.Timeout:
		if !w.writesTakeTime(n) { // otherwise its Persist counts the vote
			r.Extra = trace.Counted()
		}
	case raft.HandleRequestVoteResponse:
		if r.State.Role == raft.Candidate && n.core.Granted(r.Message.From) {
			r.Extra = trace.Counted()
		}
	case raft.BecomeLeader:
		next, match := n.core.Progress()
		r.Detail = &trace.Indices{Next: next, Match: match}
	case raft.HandleAppendEntriesRequest:
		if n.logChanged(&w.effects) {
			r.Extra = trace.Kept(w.effects.TruncatedTo)
		}
	case raft.HandleAppendEntriesResponse:
		if from := r.Message.From; r.State.Role == raft.Leader {
			r.Extra = trace.Progress(n.core.Next(from), n.core.Match(from))
		}
	}
}

// timerSet records that a node's timer was set or moved.
func (w *World) timerSet(n *node, cause uint64) {
	if !w.tellsAll {
		return
	}
	r := w.record(trace.SetTimer, n.id, cause)
	r.Extra = trace.Timer(n.timer, n.timerAt)
	w.recorded(r)
}

// timerOf returns the timer that runs when a node begins.
func (w *World) timerOf(c *NodeConfig) trace.Extra {
	switch {
	case !w.tellsAll || !c.Running:
		return trace.Extra{}
	case c.Role == raft.Leader:
		return trace.Timer(raft.HeartbeatTimer, c.TimerLeft)
	}
	return trace.Timer(raft.ElectionTimer, c.TimerLeft)
}

// addPlace describes a node's surroundings at the start. The first node's description has
// the rules in force.
func (w *World) addPlace(s *trace.Start, id raft.NodeID) {
	n := &w.nodes[id]
	s.Paused = n.paused
	if n.skew != 1 {
		s.Skew = n.skew
	}
	for to := range raft.NodeID(len(w.nodes)) {
		if w.net.isCut(id, to) {
			s.Cut = append(s.Cut, to)
		}
	}
	if id == 0 {
		for _, r := range w.net.rules {
			s.Faults = append(s.Faults, r.Rule)
		}
	}
}

// logChange describes what a crash did to a node's log. kept is the last index that stayed,
// or noLoss; last was the last index before.
func (w *World) logChange(n *node, kept, last raft.Index) *trace.LogChange {
	log := n.core.Log()
	if !w.tellsAll || kept == noLoss || kept == last && log.LastIndex() == last {
		return nil
	}
	c := &trace.LogChange{Kept: kept}
	for i := kept + 1; i <= log.LastIndex(); {
		part := log.Slice(i, log.LastIndex())
		c.Entries = append(c.Entries, part...)
		i += raft.Index(len(part))
	}
	return c
}

// again lists the entries that the node is about to apply twice, because of a bug.
func (w *World) again(n *node, from, to raft.Index) trace.Again {
	if _, ok := n.service.(diligent); ok || !w.tellsAll {
		return nil
	}
	var again trace.Again
	leads := n.core.State().Role == raft.Leader
	waiting := n.waiting[n.waitingHead:]
	for i := from; i <= to && len(waiting) > 0; i++ {
		for len(waiting) > 0 && waiting[0].index <= i {
			if waiting[0].index == i && n.service.appliesAgain(leads, command(n.core.Log().Entry(i))) {
				again = append(again, i)
			}
			waiting = waiting[1:]
		}
	}
	return again
}
