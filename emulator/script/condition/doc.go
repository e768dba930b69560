// Package condition is the small language of statements about a cluster: users
// wait for them or expect them.
//
// A condition is key=value:
//
//	leader=unique        of the nodes that are up and in the highest term among
//	                     them, exactly one leads
//	leader=majority      a node that is up leads, and a majority of all nodes,
//	                     itself included, takes it for the leader of its term
//	leader=2             as unique, and the leader is node 2
//	leader=none          no node that is up leads, in any term
//	role=2:Follower      node 2 is up and a follower
//	term=2:5             node 2 has reached term 5
//	committed=12         every node that is up has a commit_index of at least 12
//	committed=0,1:12     nodes 0 and 1 are up and have one
//	applied=12           the same with last_applied
//	last=0:=3            the log of node 0 ends at index 3
//	voted_for=0,1:2      nodes 0 and 1 have voted for node 2
//	log=0:1*3 4*2        the log of node 0 has three entries of term 1, then two
//	                     of term 4, and no more
//	commands=0:put_topic dog; get_message dog
//	                     the log of node 0 has exactly these commands
//	logs_equal=0,1       the logs of nodes 0 and 1 have the same entries
//	entries_once=all     no log holds the same client request twice
//	queues_equal=all     the queues of all nodes that are up have the same topics
//	                     with the same pending messages, in the same order
//	topics=0:dog, cat    the queue of node 0 has exactly these topics
//	queue=0:dog:["a"]    and the topic dog has exactly these messages
//	pending=0:dog:1      and has this many
//	up=0, down=1, paused=2
//	                     whether nodes are running
//	answer=w:ok          the client request w was answered with success
//	answers=w:ok:100     at least a hundred of the requests w were
//	event=BecomeLeader:2 the trace has a BecomeLeader of node 2
//	count=BecomeLeader:1 the trace has one BecomeLeader
//
// NODES are one id, several with commas, or "all": every node that is up, of
// which there must be one; for up, down and paused every node of the cluster,
// and for events every node. If the value of a condition may come without
// nodes, no nodes means all. Conditions whose value may hold a colon always
// name nodes. A node that is down has its term, its vote and its log, and no
// role, commit_index, last_applied or queue.
//
// A condition may also use a word for a node: leader, follower and candidate,
// which package syntax resolves at that moment, or a name that a scenario has given
// (Env.Resolve). While a name is unresolved, no condition that uses it holds.
//
// Numbers are compared: >=N, =N, <=N, >N, <N. N alone means at least N; for
// count and pending it means exactly N. Words with characters other than
// letters, digits, _, - and dots stand in quotes. Roles and events may be
// written in upper or lower case; String writes them as they should be.
//
// # Contract
//
//  1. Parse and ParseText read a condition, String writes it. Check reports whether
//     a cluster has the nodes that it names. Names and Requests list what a scenario
//     must give; CheckAlone that there is nothing of that kind.
//  2. A Watch is asked again and again as a cluster moves on. Asking is cheap when
//     little has changed, so it may be asked after each event.
//  3. Conditions on events look at the trace from some place on, all others at the
//     current state. All conditions of a Watch must hold at the same moment.
//  4. A condition on something that a Cluster does not show (Partial) is not
//     observable: it does not hold, and Watch and Result say why.
//  5. Each client request is a *machine.Command of its own: entries_once relies on
//     that, so two requests must not share one.
//  6. Nothing here changes or moves the cluster. A Cluster with the methods Log
//     and Machine of world.World saves all copying of logs and queues.
package condition
