// Package raft is the consensus core: one node of a Raft cluster, as a pure state
// machine. It implements Figure 2 of the extended paper and uses no time, no
// randomness, no goroutine and no I/O.
//
// The contract with its host:
//
//  1. Make a Node with New, or with NewRestarted after a crash. Its first input is
//     a Start.
//  2. Call Step with every input. One caller at a time.
//  3. After each Step carry out the Effects, in the order of their fields: record
//     Actions; if Persist is set, store HardState and the log; send Messages once
//     every write asked for so far is stored; set the Timer; apply the entries
//     ApplyFrom to ApplyTo to the state machine.
//  4. When a write is done, Step the node with Stored. The node counts its own vote
//     and its own copy of an entry only then.
//  5. Messages may be lost, delayed, repeated and reordered.
//  6. Neither the Node nor the host changes inputs, entries or messages.
//
// With the paper in hand, read these files:
//
//   - types.go: the types of Figure 2.
//   - log.go: the log.
//   - rules*.go: every rule on which safety rests.
//   - election.go: elections (§5.2).
//   - replication.go: replication (§5.3).
//   - node.go: the rules for all roles (§5.1), and Step.
//   - resume.go: a node that continues from a saved state.
//   - bugs*.go: each rule done wrong on purpose.
//
// Sections are those of the extended paper; D is Ongaro's dissertation. A function
// that is an action of raft.tla has its name.
//
// Departures from raft.tla, all on purpose:
//
//   - The first term is 0 and has no leader.
//   - A candidate votes for itself in Timeout instead of sending itself a message.
//     The vote counts once it is stored.
//   - An AppendEntries carries many entries, at most one segment of the log.
//   - A conflict removes the entry and all that follow it in one step.
//   - commitIndex and matchIndex never go down.
//   - A follower's commitIndex becomes the lower of leaderCommit and its last
//     new entry; the leader sends its commitIndex as it is.
//   - A rejection carries a hint, so that nextIndex skips whole terms. A response
//     repeats prevLogIndex and the number of the request, so that the leader
//     recognizes a late rejection.
//   - A leader sends the log again to a follower whose storage was wiped, which
//     Raft excludes.
//   - UpdateTerm and the handler of the message are one Step and two Actions.
//   - AdvanceCommitIndex happens as soon as it would move commitIndex.
//   - A node refuses two requests that raft.tla never produces, and changes
//     nothing: an AppendEntries to the leader of its own term, and one that
//     contradicts a committed entry.
//
// A new leader appends no entry of its own (D §6.4), so entries of earlier terms
// wait for the next client request. A leader without any connection stays leader
// until it receives a higher term.
package raft
