// Package oracle says, apart from the program that it judges, what a cluster of
// correct Raft servers may do. It is raft.tla and the paper's Figure 2 written
// down once more, over the state of all servers at once, with types of its own:
// it imports no package of this project, and a test sees to that.
//
//	o := oracle.New()
//	o.Begin(oracle.Setup{Servers: 3})
//	violation := o.Take(&event) // nil as long as all is well
//
// The contract:
//
//  1. Begin, then Take with each record of a run, in order. One caller at a time.
//  2. What Take accepts is an action that raft.tla, with the departures below,
//     allows in the state that the records before have led to; and the record shows
//     the very state that it leads to, and sends the very message.
//  3. The first record that is not so is named, with the rule that it breaks, what
//     was expected and what stands there. The run is judged no further.
//  4. Memory is bounded by the logs, the messages in flight and the requests that
//     wait. Messages leave with their last copy.
//  5. A Decoder reads the lines of a trace file as Events. Who has records in
//     another form makes Events of them.
//
// Safety is judged, not progress: a server that does nothing is correct. But what
// follows from a record at once must be there: the handling of a message after
// UpdateTerm, the response to a request, the application of what is committed
// before the next step.
//
// Departures from raft.tla, which is one model of many correct ones:
//
//   - Nobody stands or leads in term 0, the first.
//   - A Timeout is the candidate's vote for itself; no message carries it.
//   - Stable storage may take time. What a step has changed is then one write; the
//     step's messages wait for it and all before it, Persist records that it is
//     done, and a crash goes back to what the last one that is done has left. A
//     server's own vote and its own copy of entries count when they are stored. In
//     raft.tla all is stored at once, as here without Persist records.
//   - A crash (Nemesis) and the Restart after it are two records. A crash may take
//     the disk with it.
//   - An AppendEntries has as many entries as the leader likes, and begins wherever
//     it likes: nextIndex is only its guess of where the follower is. It carries the
//     leader's commitIndex as it is.
//   - A follower appends all of a message's entries at once, and removes all from
//     the first conflict on, and nothing else. Its commitIndex becomes the lower of
//     the leader's and the last entry of the message, if that is more than it was.
//   - A Candidate that an AppendEntries of its term reaches becomes Follower and
//     handles it in one action.
//   - matchIndex and commitIndex never go down.
//   - A rejection names an entry of the follower's log, for the leader to go back to.
//   - Where raft.tla cannot be, an AppendEntries to the leader of its own term or one
//     that contradicts what is committed, the request is refused and changes nothing.
//     So messages that were made up, and starts that Raft cannot reach, are judged
//     action by action like all else.
//   - Servers remember which leader of their term they know of.
//
// Not judged, as the trace does not show it: nextIndex; timers, and how long
// messages take; whether a fault matched a message, but for its name; whether there
// was space when something was lost for want of it; which messages that were on
// their way at the start were held or waited for a write; and what the planted bug
// of a server is, which is nothing to an oracle.
//
// Files: oracle.go takes records, order.go has what is true of all of them,
// election.go and replication.go are the servers' actions, server.go their state and
// storage, entry.go the logs, bag.go and network.go the messages, client.go and
// queue.go the clients and what they are to be answered, rule.go and words.go what is
// said of a violation, event.go what a record is, decode.go, scan.go, decode_slow.go
// and json.go how it is read.
package oracle
