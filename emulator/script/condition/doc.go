// Package condition is the small language in which users say what shall be
// true of a cluster: to wait for it, or to expect it.
//
// A condition is key=value:
//
//	leader=unique        of the nodes that are up and in the highest term among
//	                     them exactly one leads
//	leader=majority      a node that is up leads, and a majority of all nodes, it
//	                     included, takes it for the leader of its term
//	leader=2             that one is node 2
//	leader=none          no node that is up leads, in whatever term
//	role=2:Follower      node 2 is up and a follower
//	term=2:5             node 2 has reached term 5
//	committed=12         every node that is up has a commit_index of at least 12
//	committed=0,1:12     nodes 0 and 1 are up and have
//	applied=12           the same with last_applied
//	last=0:=3            the log of node 0 ends at index 3
//	voted_for=0,1:2      nodes 0 and 1 have given their vote to node 2
//	log=0:1*3 4*2        the log of node 0 has three entries of term 1, then two
//	                     of term 4, and no more
//	commands=0:put_topic dog; get_message dog
//	                     the log of node 0 has exactly these commands
//	logs_equal=0,1       the logs of nodes 0 and 1 have the same entries
//	entries_once=all     no log holds the same client's request twice
//	queues_equal=all     the queues of all nodes that are up have the same topics
//	                     with the same pending messages, in the same order
//	topics=0:dog, cat    the queue of node 0 has exactly these topics
//	queue=0:dog:["a"]    and in the topic dog exactly these messages
//	pending=0:dog:1      and so many
//	up=0, down=1, paused=2
//	                     whether nodes are running
//	answer=w:ok          the client's request w was answered with success
//	answers=w:ok:100     at least a hundred of the requests w were
//	event=BecomeLeader:2 the trace has a BecomeLeader of node 2
//	count=BecomeLeader:1 the trace has one BecomeLeader
//
// Where nodes are named, they are one id, several with commas, or "all": every
// node that is up, which must be one at least; for up, down and paused every
// node there is, and for events every node. Where a condition has a value for
// nodes and names none, it means all; those whose value may hold a colon of its
// own name them always. A node that is down has its term, its vote and its log,
// and no role, commit_index, last_applied or queue.
//
// A node may also be meant by a name: Leader, Follower and Candidate, as Find
// finds them at the moment, or one that a scenario has given (Env.Resolve). As
// long as a name stands for nobody, no condition that uses it holds.
//
// Numbers are compared: >=N, =N, <=N, >N, <N. N alone means at least, for count
// and pending exactly. Words with other than letters, digits, _, - and dots in
// them stand in quotes. Roles and events are found whatever their letter case;
// String writes all as it should be.
//
// The contract:
//
//  1. Parse and ParseText read a condition and String writes it; Check tells
//     whether a cluster has the nodes that it names, Names and Requests what a
//     scenario has to have given, CheckAlone that there is nothing such.
//  2. A Watch is asked again and again as a cluster moves on. Asking is cheap
//     when little has changed, so it may be asked after each event.
//  3. Conditions on events look at what has happened since a place in the trace,
//     all others at what is. Those of one Watch must hold at the same moment.
//  4. What an Observer does not show (Blind) is not observable: the condition
//     does not hold, and Watch and Result say why.
//  5. A request is a *machine.Command of its own: entries_once goes by that, so two
//     requests must not share one.
//  6. Nothing here changes or moves the cluster. An Observer that has the methods
//     Log and Machine of world.World spares the conditions on logs and queues
//     all copying.
package condition
