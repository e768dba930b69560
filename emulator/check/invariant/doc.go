// Package invariant watches over what Raft promises while a world runs: the five
// properties of the paper's Figure 3, and six more on which they rest.
//
// The contract:
//
//  1. A Monitor is a world.Monitor: give it to world.New. It looks at each event
//     once, and what that costs grows neither with the log nor with what has been
//     committed. It changes nothing.
//  2. Report tells how each invariant stands. It may be asked whenever the world
//     stands still, by the world's owner.
//  3. A healthy node never violates one. Raft promises something only to those who
//     keep to its terms, though: what goes wrong after a disk was wiped, after a
//     message that no node has sent, or from a start that Raft cannot reach, is
//     Excused, and Excuse says by what. What is wrong when the world begins is
//     AtStart, and the nodes did not do it.
//  4. Of each invariant the first violation is kept, with the entries or votes that
//     contradict each other; later ones are counted.
//
// How the properties of Figure 3 are checked at a look each:
//
//   - Log Matching by induction: all logs' entries of one index and term have one
//     command and one term before them (places.go). Then the entries before them
//     are the same ones, too.
//   - Leader Completeness by the last entry that was committed in an earlier term:
//     with it, by Log Matching, a log has all before it (commits.go). A leader that is
//     in office no more is judged by where its log ended when it was elected.
//   - State Machine Safety by one sequence of entries: whatever any node has
//     committed or applied is that sequence's entry (commits.go).
//   - Election Safety by a table of leaders, and Leader Append-Only by the last index
//     that a leader's log kept (terms.go, monitor.go).
//
// It remembers 24 bytes for each index of the longest log there was, as many again
// and some more for each entry that took the place of another or had its place
// taken while a log still holds it, and 64 bytes for each leader that was elected.
//
// Files: invariant.go what there is, monitor.go what is looked at when, start.go
// how a world begins, places.go, terms.go, commits.go, kept.go and progress.go the
// checks, excuse.go what Raft makes no promises after, report.go what is told.
package invariant
