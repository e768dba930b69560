// Package condition is the small language in which users say what shall be
// true of a cluster: to wait for it, or to expect it.
//
// A condition is key=value:
//
//	leader=unique        of the nodes that are up and in the highest term among
//	                     them exactly one leads
//	leader=2             that one is node 2
//	leader=none          no node that is up leads, in whatever term
//	role=2:Follower      node 2 is up and a follower
//	term=2:5             node 2 has reached term 5
//	committed=12         every node that is up has a commit_index of at least 12
//	committed=0,1:12     nodes 0 and 1 are up and have
//	applied=12           the same with last_applied
//	logs_equal=0,1       the logs of nodes 0 and 1 have the same entries
//	queues_equal=all     the queues of all nodes that are up have the same topics
//	                     with the same pending messages, in the same order
//	event=BecomeLeader:2 the trace has a BecomeLeader of node 2
//
// Where nodes are named, they are one id, several with commas, or "all": every
// node that is up, which must be one at least. Where a condition has a value
// for nodes and names none, it means all. A node that is down has its term and
// its log, and no role, commit_index, last_applied or queue. Roles and events
// are found whatever their letter case; String writes them as they should be.
//
// The contract:
//
//  1. Parse and ParseText read a condition and String writes it; Check tells
//     whether a cluster has the nodes that it names.
//  2. A Watch is asked again and again as a cluster moves on. Asking is cheap
//     when nothing has changed, so it may be asked after each event.
//  3. Conditions on events look at what has happened since a place in the trace,
//     all others at what is. Those of one Watch must hold at the same moment.
//  4. Nothing here changes or moves the cluster.
package condition
