package judge

import (
	"testing"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// list asks for the topics.
func (f *forger) list(node, begin, end int, answer string) *forger {
	return f.call(node, begin, end, answer, "get_topics")
}

// replaced is a cluster of three whose leader, node 0, is cut off at 5000, and lists its topics
// at 7000. Node 1 is seen to lead a term from a time to another.
func replaced(term raft.Term, from, to int) *forger {
	return forge(3).polls(0, raft.Leader, 1, 0, 8000).polls(1, raft.Follower, 1, 0, 4900).polls(2, raft.Follower, 1, 0, 4900).topic(0, 500, 510, "ok").
		cut(5000, []int{0}, []int{1, 2}).polls(1, raft.Leader, term, from, to).list(0, 7000, 7010, "ok:t")
}

func TestForgedPromises(t *testing.T) {
	cut := func() *forger { return started(3).cut(5000, []int{0}, []int{1, 2}) }
	check(t, []forged{
		{"a refusal without a quorum", cut().put(0, 5100, 5200, "false", "a"), nil},
		{"no answer without a quorum", cut().put(0, 5100, 5200, "lost", "a"), nil},
		{"a list without a poll before", forge(3).topic(0, 500, 510, "ok").cut(5000, []int{0}, []int{1, 2}).list(0, 15_100, 15_200, "ok:t"), nil},
		{"a list at the end of the longest lease", cut().list(0, 15_005, 15_200, "ok:t"), nil},
		{"a list right after the longest lease", cut().list(0, 15_006, 15_200, "ok:t"), []string{PromisedAlone}},
		{"a list after another election", replaced(2, 6000, 6500), []string{PromisedAlone}},
		{"a list after a poll that shows another leader", replaced(2, 6000, 6000), nil},
		{"a list before another election", replaced(2, 7010, 7500), nil},
		{"a list while another leader is seen for the second time", replaced(2, 6891, 6991), nil},
		{"a list as another leader has been seen for the second time", replaced(2, 6890, 6990), []string{PromisedAlone}},
		{"a list after a leader of an earlier term", replaced(0, 6000, 6500), []string{TermWentBack}},
		{"a list after a candidate", replaced(1, 3000, 3100).polls(1, raft.Candidate, 2, 6000, 6500), nil},
		{"a list after an election of its own that nobody saw", forge(3).polls(0, raft.Leader, 1, 0, 4000).topic(0, 500, 510, "ok").polls(1, raft.Leader, 2, 4200, 4800).
			cut(5000, []int{0}, []int{1, 2}).list(0, 7000, 7010, "ok:t"), nil},
		{"a list after an election right before the cut, of which a copy shows nothing", forge(3).polls(0, raft.Leader, 1, 0, 5040).topic(0, 500, 510, "ok").polls(1, raft.Leader, 2, 4200, 4800).
			cut(5000, []int{0}, []int{1, 2}).list(0, 7000, 7010, "ok:t"), nil},
		{"a list after an election of nodes of which one had lost its memory", replaced(2, 6000, 6500).on(3000, fault.Crash, 2).on(3100, fault.Restart, 2), nil},
		{"a list after an election of nodes of which none loses it", durable(replaced(2, 6000, 6500).on(3000, fault.Crash, 2).on(3100, fault.Restart, 2)), []string{PromisedAlone}},
		{"a list after an election of nodes of which one loses its memory later", replaced(2, 6000, 6500).on(8000, fault.Crash, 2).on(8100, fault.Restart, 2), []string{PromisedAlone}},
		{"a put after nodes lost their memory", replaced(2, 6000, 6500).on(5500, fault.Crash, 2).put(0, 7100, 7110, "ok", "a"), []string{PromisedAlone}},
	})
}

func TestForgedFollowers(t *testing.T) {
	const follower = ServedByFollower
	check(t, []forged{
		{"a refusal of a follower", started(3).put(1, 5000, 5050, "false", "a"), nil},
		{"a list of a follower", started(3).list(1, 5000, 5050, "ok:t"), []string{follower}},
		{"a list of a follower where reads may be old", anyReads(started(3).list(1, 5000, 5050, "ok:t")), []string{follower}},
		{"a put at a candidate", forge(3).polls(0, raft.Leader, 1, 0, 9000).polls(1, raft.Candidate, 1, 0, 9000).topic(1, 5000, 5050, "ok"), nil},
		{"a put at the leader", started(3).put(0, 5000, 5050, "ok", "a"), nil},
		{"a put at a follower that led the term before", started(3).polls(1, raft.Leader, 1, 0, 0).put(1, 5000, 5050, "ok", "a"), nil},
		{"a put at a follower that leads the term later", started(3).polls(1, raft.Leader, 1, 20_100, 20_100).put(1, 5000, 5050, "ok", "a"), nil},
		{"a put at a follower that leads another term", started(3).polls(1, raft.Leader, 2, 20_100, 20_100).put(1, 5000, 5050, "ok", "a"), []string{follower}},
		{"a put at a follower of a leader of another term", forge(3).polls(0, raft.Leader, 2, 0, 9000).polls(1, raft.Follower, 1, 0, 9000).topic(1, 5000, 5050, "ok"), nil},
		{"a put at a follower of a candidate", forge(3).polls(0, raft.Candidate, 1, 0, 9000).polls(1, raft.Follower, 1, 0, 9000).topic(1, 5000, 5050, "ok"), nil},
		{"a put at a follower that was started again", started(3).on(5010, fault.Crash, 1).on(5020, fault.Restart, 1).put(1, 5000, 5050, "ok", "a"), nil},
		{"a put at a follower of which a copy may be old", forge(3).polls(0, raft.Leader, 1, 0, 9000).polls(1, raft.Follower, 1, 0, 5060).polls(1, raft.Leader, 2, 5160, 9000).topic(1, 5020, 5050, "ok"), nil},
		{"a put at the only node", forge(1).polls(0, raft.Follower, 1, 0, 9000).topic(0, 5000, 5050, "ok"), nil},
	})
}

func TestForgedBodies(t *testing.T) {
	odd := func(f *forger, node, begin, end, status int) *forger {
		return wrongly(f.put(node, begin, end, "lost", "a"), status, false)
	}
	check(t, []forged{
		{"a success with a wrong body of a follower", wrongly(started(3).topic(0, 1000, 1010, "lost"), 200, true), []string{WrongBody}},
		{"no success at all, with an error of the server", wrongly(started(3).put(0, 1000, 1010, "lost", "a"), 503, true), nil},
		{"a success with a wrong body after a fault", wrongly(started(3).on(800, fault.Crash, 2).put(0, 1000, 1010, "lost", "a"), 200, true), []string{WrongBody}},
		{"a page for an answer", odd(started(3), 0, 1000, 1049, 404), []string{WrongBody}},
		{"a page after the time in which it may have waited", odd(started(3), 0, 1000, 1050, 404), nil},
		{"a page of the only node", odd(started(1), 0, 1000, 3000, 404), []string{WrongBody}},
		{"a page of the only node, which does not lead yet", odd(forge(1).polls(0, raft.Follower, 0, 0, 1500).polls(0, raft.Leader, 1, 1600, 9000), 0, 1000, 1010, 421), nil},
		{"a page of the only node, on a busy machine", crowded(odd(started(1), 0, 1000, 1010, 404)), []string{WrongBody}},
		{"a page on a busy machine", crowded(odd(started(3), 0, 1000, 1010, 404)), nil},
		{"a page of a leader that has just been elected", odd(forge(3).leads(0, 1, 100, 9000), 0, 1000, 1010, 409), nil},
		{"a page of a leader that has led for long", odd(forge(3).leads(0, 1, 100, 9000), 0, 4000, 4010, 409), []string{WrongBody}},
		{"a page of a leader that has led for almost as long", odd(forge(3).leads(0, 1, 100, 9000), 0, 3109, 3119, 409), nil},
		{"a page of a leader that has served before it led", odd(forge(3).leads(1, 1, 0, 600).leads(0, 2, 700, 9000).topic(0, 500, 510, "ok"), 0, 1000, 1010, 409), []string{ServedByFollower}},
		{"a page of a leader, when another node has served", odd(forge(3).leads(0, 1, 100, 9000).topic(1, 500, 510, "ok"), 0, 1000, 1010, 409), []string{ServedByFollower}},
		{"a page of a leader that has refused before", odd(forge(3).leads(0, 1, 100, 9000).topic(0, 500, 510, "false"), 0, 1000, 1010, 409), nil},
		{"a page of a leader that serves right then", odd(forge(3).leads(0, 1, 100, 9000).topic(0, 500, 1005, "ok"), 0, 1000, 1010, 409), nil},
		{"a page of a leader that has too much to do", odd(started(3), 0, 1000, 1010, 429), nil},
		{"a page of a leader that gave up", odd(started(3), 0, 1000, 1010, 408), nil},
		{"a page right before a fault", odd(started(3).on(1010, fault.Crash, 2), 0, 1000, 1010, 404), []string{WrongBody}},
		{"a page as a fault begins", odd(started(3).on(1009, fault.Crash, 2), 0, 1000, 1010, 404), nil},
		{"a page of a follower", odd(started(3), 1, 1000, 1010, 404), nil},
	})
}

func TestForgedLists(t *testing.T) {
	check(t, []forged{
		{"an impossible refusal", anyReads(started(3).list(0, 2000, 2010, "false")), nil},
		{"a message where a list would be wrong", anyReads(started(3).put(0, 1000, 1010, "ok", "u").pop(0, 2000, 2010, "ok:u")), nil},
		{"a list of the time after a restart", anyReads(started(3).on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).list(0, 6000, 6010, "ok:u")), nil},
		{"a list right before a restart", anyReads(started(3).on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).list(0, 3000, 3010, "ok:u")), []string{ImpossibleTopics}},
		{"a topic that is created meanwhile", anyReads(started(3).call(0, 2009, 3010, "ok", "put_topic", "u").list(0, 2000, 2010, "ok:t,u")), nil},
		{"a topic that is created afterwards", anyReads(started(3).call(0, 2010, 3010, "ok", "put_topic", "u").list(0, 2000, 2010, "ok:t,u")), []string{ImpossibleTopics}},
		{"a topic that may have been created", anyReads(started(3).call(0, 1000, 1010, "lost", "put_topic", "u").list(0, 2000, 2010, "ok:t,u")), nil},
		{"a topic that was refused", anyReads(started(3).call(0, 1000, 1010, "refused", "put_topic", "u").list(0, 2000, 2010, "ok:t,u")), []string{ImpossibleTopics}},
		{"a topic to which somebody wrote", anyReads(started(3).call(0, 1000, 1010, "lost", "put_message", "u", "a").list(0, 2000, 2010, "ok:t,u")), []string{ImpossibleTopics}},
		{"two topics of which the second one may be older", anyReads(started(3).call(0, 400, 420, "lost", "put_topic", "u").list(0, 2000, 2010, "ok:u,t")), nil},
		{"two topics of which the first one was asked for as the second one was there", anyReads(started(3).call(0, 510, 520, "ok", "put_topic", "u").list(0, 2000, 2010, "ok:u,t")), nil},
		{"two topics of which the first one was asked for later", anyReads(started(3).call(0, 511, 520, "ok", "put_topic", "u").list(0, 2000, 2010, "ok:u,t")), []string{ImpossibleTopics}},
		{"two topics of which the first one was asked for in vain before", anyReads(started(3).call(0, 300, 310, "refused", "put_topic", "u").call(0, 511, 520, "ok", "put_topic", "u").list(0, 2000, 2010, "ok:u,t")), []string{ImpossibleTopics}},
		{"two topics of which somebody wrote to the first one before", anyReads(started(3).call(0, 300, 310, "false", "put_message", "u", "a").call(0, 511, 520, "ok", "put_topic", "u").list(0, 2000, 2010, "ok:u,t")), []string{ImpossibleTopics}},
		{"two topics of which the second one was asked for twice", anyReads(forge(3).leads(0, 1, 0, 9000).topic(0, 500, 510, "lost").call(0, 600, 610, "ok", "put_topic", "u").topic(0, 700, 710, "ok").list(0, 2000, 2010, "ok:u,t")), nil},
		{"an old list of the only node after a restart", durable(anyReads(started(1).on(1000, fault.Crash, 0).on(1500, fault.Restart, 0).list(0, 3000, 3010, "ok:t").list(0, 2000, 2010, "ok"))), []string{ImpossibleTopics}},
	})
}

func TestForgedMessages(t *testing.T) {
	check(t, []forged{
		{"taken out of order", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b").pop(0, 1200, 1210, "ok:b").pop(0, 1300, 1310, "ok:a"), []string{history.OutOfOrder}},
		{"taken in another order than it was put at once", started(3).put(0, 1000, 1110, "ok", "a").put(0, 1005, 1110, "ok", "b").pop(0, 1200, 1210, "ok:b").pop(0, 1300, 1310, "ok:a"), nil},
		{"taken in another order by two at once", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "b").pop(0, 1200, 1310, "ok:b").pop(0, 1205, 1300, "ok:a"), nil},
		{"taken in another order, of which one put was not answered", started(3).put(0, 1000, 1010, "lost", "a").put(0, 1100, 1110, "ok", "b").pop(0, 1200, 1210, "ok:b").pop(0, 1300, 1310, "ok:a"), nil},
		{"taken before it was put", started(3).put(0, 1100, 1110, "ok", "a").pop(0, 1000, 1099, "ok:a"), []string{history.Invented}},
		{"taken as it is put", started(3).put(0, 1000, 1110, "ok", "a").pop(0, 1020, 1030, "ok:a"), nil},
		{"taken from another topic", started(3).call(0, 600, 610, "ok", "put_topic", "u").put(0, 1000, 1010, "ok", "a").call(0, 1100, 1110, "ok:a", "get_message", "u"), []string{history.Invented}},
		{"taken from a topic that nobody created", forge(3).leads(0, 1, 0, 9000).put(0, 1000, 1010, "ok", "a"), []string{history.Linearizable}},
		{"equal messages of which one is dropped", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "ok", "a").pop(0, 1200, 1210, "ok:a").pop(0, 1300, 1310, "false"), []string{history.Lost}},
		{"equal messages of which one may have been dropped", started(3).put(0, 1000, 1010, "ok", "a").put(0, 1100, 1110, "lost", "a").pop(0, 1200, 1210, "ok:a").pop(0, 1300, 1310, "false"), nil},
		{"a message that somebody may have taken", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1100, 1210, "lost").put(0, 1300, 1310, "ok", "b").pop(0, 1400, 1410, "ok:b").pop(0, 1500, 1510, "false"), nil},
		{"two messages of which somebody may have taken one", started(3).put(0, 900, 910, "ok", "a").put(0, 1000, 1010, "ok", "b").pop(0, 1100, 1210, "lost").put(0, 1300, 1310, "ok", "c").pop(0, 1400, 1410, "ok:c"), []string{history.Lost}},
		{"one message taken by two at once", started(3).put(0, 1000, 1010, "ok", "a").pop(0, 1200, 1310, "ok:a").pop(0, 1205, 1300, "ok:a"), []string{history.DeliveredTwice}},
		{"a topic created twice", started(3).topic(0, 1000, 1010, "ok"), []string{history.Linearizable}},
		{"a topic created twice, the first time without an answer", forge(3).leads(0, 1, 0, 9000).topic(0, 500, 510, "lost").topic(0, 1000, 1010, "ok"), nil},
		{"an answer after a restart that only the leader gives right", forge(3).leads(0, 1, 0, 5000).topic(0, 500, 510, "ok").put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).
			polls(1, raft.Leader, 2, 5500, 9000).pop(1, 7000, 7010, "ok:b"), nil},
		{"a refused connection after a restart", started(3).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).
			put(1, 7000, 7010, "refused", "b").pop(0, 8000, 8010, "ok:a").pop(0, 8100, 8110, "ok:b"), []string{history.Invented}},
		{"an answer right before the time from which nothing counts", started(3).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).pop(0, 4499, 4500, "ok:b"), []string{history.Invented}},
		{"a request as nothing counts any more", started(3).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).pop(0, 4500, 4510, "ok:b"), nil},
	})
}
