package bugs

// serving has the bugs in the service of clients.
var serving = []*Bug{
	{
		Name: "read_local", Rule: "usesLog", Paper: "§8; D §6.4",
		Does:  "A leader answers reads, and requests that take a message, from its own queue, without the log.",
		Wrong: "A replaced leader gives outdated answers, and a message that was taken is still there for others.",
	},
	{
		Name: "answer_before_commit", Rule: "answersOnAppend", Paper: "§5.3, §8",
		Does:  "A leader answers a client as soon as the command is in its own log.",
		Wrong: "A later leader may remove the entry, and a request that asks in between gets the same answer.",
	},
	{
		Name: "answer_by_index", Rule: "refusesWaiting", Paper: "§8",
		Does:  "A leader that is replaced keeps its clients waiting, and answers when any entry of that index is applied.",
		Wrong: "A client gets an answer of success although another client's entry stands where its own was.",
	},
	{
		Name: "apply_twice_on_leader", Rule: "appliesAgain", Paper: "§5.3; Figure 3, State Machine Safety",
		Does:  "A leader applies a client's put twice: when it is committed, and when the client is answered.",
		Wrong: "Messages are delivered twice, and the queues of the nodes differ.",
	},
	{
		Name: "send_before_stored", Rule: "waitsForStorage", Paper: "Figure 2, persistent state; D §3.8",
		Does:  "A node sends votes and acknowledgements without waiting until its storage has them.",
		Wrong: "A crash takes back promises that other nodes rely on. It shows only with storage_delay_ms above 0.",
	},
}
