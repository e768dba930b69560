// Package invariant checks Raft's guarantees after every event of a world: the five
// properties of the paper's Figure 3, and six more on which they rest.
//
// The contract:
//
//  1. Pass a Monitor to world.New. It reads each event once and changes nothing. The
//     cost of an event grows neither with the log nor with the number of committed
//     entries.
//  2. Report returns the standing of each invariant. The world's owner may call it
//     between events.
//  3. A healthy node never violates an invariant. Raft has preconditions, though: a
//     violation after a wiped disk, after a message that no node sent, or from a start
//     that Raft cannot reach is Excused, and its Excuse names the reason. A violation
//     in the state in which the world begins is AtStart; no node caused it.
//  4. A Standing keeps the first violation of its invariant, with the entries or votes
//     that contradict each other, and the number of later ones.
//
// Each property of Figure 3 takes one look at an event:
//
//   - Log Matching, by induction: all entries of one index and term have the same
//     command and the same term before them (places.go), so that the entries before
//     them are the same also.
//   - Leader Completeness, by the last entry that was committed in an earlier term: a
//     log that has it has all entries before it, by Log Matching (commits.go). For a
//     leader that has stepped down, the end of its log at its election counts.
//   - State Machine Safety, by one sequence of committed entries, with which the
//     entries that any node commits or applies must agree (commits.go).
//   - Election Safety, by a table of leaders, and Leader Append-Only, by the last index
//     that a leader's log kept (terms.go, monitor.go).
//
// A Monitor needs 24 bytes for each index of the longest log, somewhat more than that
// for each conflicting entry that a log still holds, and 64 bytes for each election.
//
// Files:
//
//   - invariant.go lists the invariants.
//   - monitor.go reads the events.
//   - start.go judges the state in which a world begins.
//   - places.go, terms.go, commits.go, kept.go and progress.go have the checks.
//   - excuse.go says when Raft promises nothing.
//   - report.go has the results.
package invariant
