// Package raft is the consensus core: one node's part of the Raft algorithm as
// the extended paper's Figure 2 gives it, as a pure state machine. It knows no
// time, no randomness, no goroutine and no I/O.
//
// The contract with its host:
//
//  1. Make a Node with New, or with NewRestarted after a crash, and Step it
//     with a Start first.
//  2. Step it with whatever happens to it. One caller at a time.
//  3. After each Step carry out the Effects, in the order of their fields:
//     record Actions; if Persist, store HardState and the log; then send
//     Messages, and not before all that was to be persisted so far is stored;
//     set the Timer; apply entries ApplyFrom to ApplyTo to the state machine.
//  4. When a write is done, Step the node with Stored. Its own vote and its own
//     copy of an entry count only then.
//  5. Messages may be lost, delayed, repeated and reordered.
//  6. Inputs, entries and messages are never changed by the Node, nor may the
//     host change them.
//
// A reader with the paper in hand finds: the types of Figure 2 in types.go, the
// log in log.go, every rule on which safety rests in rules*.go, elections (§5.2)
// in election.go, replication (§5.3) in replication.go, what is common to all
// roles (§5.1) in node.go, how a node goes on that was at work elsewhere in
// resume.go, and how each rule can be got wrong in bugs*.go. Sections are those
// of the extended paper; D is Ongaro's dissertation. Functions that are actions
// of raft.tla bear their name.
//
// Departures from raft.tla, all on purpose:
//
//   - The first term is 0, before any election.
//   - A candidate votes for itself within Timeout, not by a message to itself,
//     and that vote counts once it is stored.
//   - An AppendEntries carries many entries, at most one segment of the log.
//   - A conflict removes the whole rest of the log in one step.
//   - commitIndex and matchIndex never go down.
//   - A follower's commitIndex becomes the lower of leaderCommit and its last
//     new entry; the leader sends its commitIndex as it is.
//   - A rejection carries a hint, so that nextIndex skips whole terms; a
//     response repeats prevLogIndex and the number of the request, so that a
//     late rejection is known as such.
//   - A follower whose storage was wiped, which Raft assumes cannot be, is sent
//     the log again from where it says.
//   - UpdateTerm and the handler of the message are one Step, but two Actions.
//   - AdvanceCommitIndex is taken as soon as it would move commitIndex.
//   - Where raft.tla cannot be (an AppendEntries to the leader of its own term,
//     or against a committed entry), the request is refused and changes nothing.
//
// A new leader appends no entry of its own (D §6.4), so entries of earlier terms
// wait for the next client request. A leader that can reach nobody stays leader
// until it hears of a higher term.
package raft
