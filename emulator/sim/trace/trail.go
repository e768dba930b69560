package trace

import (
	"slices"
	"strconv"

	"rrmq.example/emulator/raft"
)

// A Told is a record that helps to explain how a run came to its present state.
type Told struct {
	Record
	Before int // how often the like happened before
}

// Again says how often the like happened before, in parentheses; "" if it did not.
func (t *Told) Again() string {
	switch t.Before {
	case 0:
		return ""
	case 1:
		return " (and once before)"
	}
	return " (and " + strconv.Itoa(t.Before) + " times before)"
}

// The ranks of records in a trail, the most telling first.
const (
	changes = iota // what somebody did to the cluster
	deeds          // elections, commits, restarts, and the requests and answers of clients
	letters        // messages and what they led to
	routine        // heartbeats, and steps without an effect of their own
	ranks

	// mostLetters is the number of messages that a trail looks through.
	mostLetters = 1 << 8
)

// Trail returns at most length records that explain how the run came to its newest record,
// in their order: what was done to the cluster first, then elections, commits and clients'
// requests, and messages only where room is left. The newest record that is Notable is
// always there. Records that say the same stand there once; so do messages of one kind between
// two nodes, and other records of one kind and node when there is no room for each of them.
// A trail has routine only if there is nothing else.
//
// With nodes, the trail is about these nodes: of others it has only changes and new leaders.
// Older are records that the ring may have dropped, in their order.
func Trail(t *Ring, length int, nodes []raft.NodeID, older []Record) []Told {
	var all [ranks][]*Record // the newest first
	add := func(r *Record) {
		rank := r.rank()
		about := nodes == nil || r.Node == raft.None || slices.Contains(nodes, r.Node)
		if rank >= letters && len(all[rank]) == mostLetters {
			return
		}
		if about || rank == changes || r.Kind == Kind(raft.BecomeLeader) {
			all[rank] = append(all[rank], r)
		}
	}
	first := max(t.First(), 1)
	for seq := t.Last(); seq >= first; seq-- {
		add(t.At(seq))
	}
	for i := len(older) - 1; i >= 0; i-- {
		if older[i].Seq < first {
			add(&older[i])
		}
	}
	// A letter that is the newest has a place. Deeds get up to half of the room.
	last := 0
	if l := all[letters]; len(l) > 0 && newer(l, all[changes]) && newer(l, all[deeds]) {
		last = 1
	}
	done := min(length/2, len(together(all[deeds], length, true)))
	trail := together(all[changes], length-last-done, true)
	trail = append(trail, together(all[deeds], length-last-len(trail), true)...)
	trail = append(trail, together(all[letters], length-len(trail), false)...)
	if len(trail) == 0 {
		trail = together(all[routine], length, false)
	}
	slices.SortFunc(trail, func(a, b Told) int { return int(int64(a.Seq) - int64(b.Seq)) })
	return trail
}

// newer reports whether the newest record of a list is newer than that of another.
func newer(list, than []*Record) bool { return len(than) == 0 || list[0].Seq > than[0].Seq }

// together returns at most room records of a list, the newest, with the like told once. If
// each, only records that say the same are alike as long as there is room for all others.
func together(list []*Record, room int, each bool) []Told {
	var out []Told
	likes := []func(*Record) string{(*Record).Sentence, (*Record).about}
	if !each {
		likes = likes[1:]
	}
	for _, like := range likes {
		out = nil
		place := map[string]int{}
		for _, r := range list {
			key := like(r)
			if at, ok := place[key]; ok {
				out[at].Before++
				continue
			}
			place[key] = len(out)
			out = append(out, Told{Record: *r})
		}
		if len(out) <= room {
			return out
		}
	}
	return out[:max(room, 0)]
}

// about is the same for records of one kind about the same nodes.
func (r *Record) about() string {
	key := r.Kind.String() + " " + strconv.Itoa(int(r.Node))
	if r.Kind.HasMessage() {
		key += " " + strconv.Itoa(int(r.Message.From)) + " " + strconv.Itoa(int(r.Message.To))
	}
	if r.Kind == Nemesis || r.Kind == RuleEnded {
		return r.Sentence()
	}
	return key
}

// rank says how much the record tells.
func (r *Record) rank() int {
	switch r.Kind {
	case Nemesis, RuleEnded:
		return changes
	case Request, Response, RPC, Kind(raft.Restart), Kind(raft.Timeout), Kind(raft.BecomeLeader),
		Kind(raft.ClientRequest), Kind(raft.AdvanceCommitIndex):
		return deeds
	case Kind(raft.UpdateTerm):
		// An answer that makes a node follow ends its time as leader or candidate.
		if t := r.Message.Type; t == raft.RequestVoteResponse || t == raft.AppendEntriesResponse {
			return deeds
		}
		return letters
	}
	if r.Notable() {
		return letters
	}
	return routine
}
