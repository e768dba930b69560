// Package oracle judges a trace by raft.tla: it says what a cluster of correct Raft
// servers may do. It implements raft.tla and Figure 2 a second time, over the state of
// all servers at once and with types of its own. It imports no package of this project,
// so that it shares no bug with the code that it judges.
//
//	o := oracle.New()
//	o.Begin(oracle.Setup{Servers: 3})
//	violation := o.Take(&event) // nil while the run is legal
//
// The contract:
//
//  1. Begin, then Take with each record of a run, in order. One caller at a time.
//  2. Take accepts a record if raft.tla, with the departures below, allows its action
//     in the state that the records before led to. The record must show exactly the
//     state and the message that result.
//  3. The first record that is illegal is reported with the rule that it breaks, the
//     expected value and the value found. The run is not judged any further.
//  4. Memory is bounded by the logs, the messages in flight and the requests that
//     wait. A message leaves with its last copy.
//  5. A Decoder reads the lines of a trace file as Events. Records in any other form
//     must be converted to Events.
//
// The oracle judges safety, not progress: a server that does nothing is correct. Some
// records must follow others at once, though: the handling of a message after
// UpdateTerm, the response to a request, and the application of committed entries
// before the next step.
//
// Departures from raft.tla, which is one of many correct models:
//
//   - Term 0, the first, has no candidate and no leader.
//   - A Timeout is also the candidate's vote for itself; no message carries it.
//   - Stable storage may take time. Then the changes of a step are one write, and the
//     step's messages wait for it and for all earlier writes. Persist records its end;
//     a crash goes back to the last write that ended. A server's own vote and its own
//     copy of entries count once they are stored. In raft.tla, and here without
//     Persist records, every write ends at once.
//   - A crash (Nemesis) and the Restart after it are two records. A crash may wipe the
//     disk.
//   - An AppendEntries has any number of entries and begins anywhere in the log:
//     nextIndex is only the leader's guess. It carries the leader's commitIndex as it
//     is.
//   - A follower appends all entries of a message at once. It removes the first
//     conflicting entry and all that follow, and nothing else. Its commitIndex becomes
//     the lower of the leader's and the last index of the message, and never decreases.
//   - A candidate that gets an AppendEntries of its term becomes follower and handles
//     the message in one action.
//   - matchIndex and commitIndex never go down.
//   - A rejection names an entry of the follower's log, to which the leader may go back.
//   - A server refuses two requests that raft.tla never produces, and changes nothing:
//     an AppendEntries to the leader of its own term, and one that contradicts a
//     committed entry. So messages from outside, and starts that Raft cannot reach, are
//     judged action by action also.
//   - Servers remember the leader of their term.
//
// The oracle does not judge what a trace does not show:
//
//   - nextIndex, and what format 3 of the trace says beside a server's state;
//   - timers, whose records it passes over, and how long messages take;
//   - whether a fault matches a message (only its name is checked);
//   - whether there was space when a message was lost for lack of it;
//   - which of the messages at the start were held or waited for a write;
//   - the planted bug of a server.
//
// Files:
//
//   - oracle.go takes records, and order.go judges their order.
//   - election.go and replication.go have the servers' actions, server.go their state
//     and storage, start.go how they begin, entry.go their logs.
//   - bag.go and network.go have the messages.
//   - client.go and queue.go have the clients and the answers that they must get.
//   - rule.go and words.go describe a violation.
//   - event.go defines records; decode.go, scan.go, decode_slow.go and json.go read them.
package oracle
