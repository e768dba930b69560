package trace

import (
	"time"

	"rrmq.example/emulator/raft"
)

// An Extra is what an event did to its node beside State. Together with the other records it
// tells the node's whole state. The zero value says nothing; the functions below make the
// others.
type Extra struct {
	kind          extraKind
	first, second uint64
}

// Equal reports whether two Extras say the same.
func (e Extra) Equal(other Extra) bool { return e == other }

type extraKind uint8

const (
	noExtra extraKind = iota
	keptExtra
	progressExtra
	countedExtra
	unloggedExtra
	timerExtra
)

// Kept is of a HandleAppendEntriesRequest that changed the log: the entries behind index were
// removed, and the last entries of the message were appended.
func Kept(index raft.Index) Extra { return Extra{kind: keptExtra, first: uint64(index)} }

// Kept returns the last index of the old log that stayed, and whether the log changed.
func (e Extra) Kept() (raft.Index, bool) { return raft.Index(e.first), e.kind == keptExtra }

// Progress is of a HandleAppendEntriesResponse at a leader: its nextIndex and matchIndex for
// the sender.
func Progress(next, match raft.Index) Extra {
	return Extra{kind: progressExtra, first: uint64(next), second: uint64(match)}
}

// Progress returns the leader's nextIndex and matchIndex, and whether they are known.
func (e Extra) Progress() (next, match raft.Index, ok bool) {
	return raft.Index(e.first), raft.Index(e.second), e.kind == progressExtra
}

// Counted says that a vote counts for the candidate: the sender's, of a
// HandleRequestVoteResponse; the node's own, of a Timeout and of a Persist.
func Counted() Extra { return Extra{kind: countedExtra} }

// Counted reports whether the vote counts.
func (e Extra) Counted() bool { return e.kind == countedExtra }

// Unlogged says of a Response that a bug applied the request's command without the log.
func Unlogged() Extra { return Extra{kind: unloggedExtra} }

// Unlogged reports whether the command was applied without the log.
func (e Extra) Unlogged() bool { return e.kind == unloggedExtra }

// Timer is of a SetTimer, and of the Init of a node whose timer runs: the kind of the timer,
// and the time at which it runs out.
func Timer(t raft.Timer, at time.Duration) Extra {
	return Extra{kind: timerExtra, first: uint64(t), second: uint64(at)}
}

// Timer returns the timer, and whether one was set.
func (e Extra) Timer() (t raft.Timer, at time.Duration, ok bool) {
	return raft.Timer(e.first), time.Duration(e.second), e.kind == timerExtra
}

// timerNames are the names of the timers in a trace.
var timerNames = map[raft.Timer]string{raft.ElectionTimer: "election", raft.HeartbeatTimer: "heartbeat"}

// A LogChange is what a crash did to a log: it kept the log up to Kept, and Entries, which an
// unfinished write had removed, came back behind that.
type LogChange struct {
	Kept    raft.Index
	Entries []raft.Entry
}

// Indices are the nextIndex and matchIndex of a new leader, by node: the Detail of a
// BecomeLeader.
type Indices struct{ Next, Match []raft.Index }

// Again lists the indices of entries that a bug applied once more, each right after its first
// time: the Detail of an Apply.
type Again []raft.Index
