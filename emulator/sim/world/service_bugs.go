package world

import (
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// serviceBugs break the rules of diligent.
var serviceBugs = []*Bug{
	{
		Bug: raft.Bug{
			Name: "read_local", Rule: "usesLog", Paper: "§8; D §6.4",
			Does:  "A leader answers what reads, taking messages included, from its own queue, without the log.",
			Wrong: "A leader that has been replaced tells what is over, and a message taken is still there for others.",
		},
		service: readLocal{},
	},
	{
		Bug: raft.Bug{
			Name: "answer_before_commit", Rule: "answersOnAppend", Paper: "§5.3, §8",
			Does:  "A leader answers a client as soon as the command is in its own log.",
			Wrong: "A later leader may remove the entry, and what is asked in between gets the same answer.",
		},
		service: answerBeforeCommit{},
	},
	{
		Bug: raft.Bug{
			Name: "answer_by_index", Rule: "refusesWaiting", Paper: "§8",
			Does:  "A leader that is replaced keeps its clients waiting, and answers when any entry of that index is applied.",
			Wrong: "A client is told of success when another's request has taken the place of its own.",
		},
		service: answerByIndex{},
	},
	{
		Bug: raft.Bug{
			Name: "apply_twice_on_leader", Rule: "appliesAgain", Paper: "§5.3; Figure 3, State Machine Safety",
			Does:  "A leader applies what a client puts twice: when it is committed, and when it answers the client.",
			Wrong: "Messages are delivered twice, and the queues of the nodes differ.",
		},
		service: applyTwiceOnLeader{},
	},
	{
		Bug: raft.Bug{
			Name: "send_before_stored", Rule: "waitsForStorage", Paper: "Figure 2, persistent state; D §3.8",
			Does:  "A node sends votes and acknowledgements without waiting until its storage has them.",
			Wrong: "A crash takes back what others rely on. It needs storage_delay_ms to show.",
		},
		service: sendBeforeStored{},
	},
}

type readLocal struct{ diligent }

func (readLocal) usesLog(c *queue.Command) bool {
	return c == nil || c.Op != queue.GetTopics && c.Op != queue.PopMessage
}

type answerBeforeCommit struct{ diligent }

func (answerBeforeCommit) answersOnAppend() bool { return true }

type answerByIndex struct{ diligent }

func (answerByIndex) refusesWaiting() bool { return false }

type applyTwiceOnLeader struct{ diligent }

func (applyTwiceOnLeader) appliesAgain(leads bool, c *queue.Command) bool {
	return leads && c != nil && (c.Op == queue.PutTopic || c.Op == queue.PutMessage)
}

type sendBeforeStored struct{ diligent }

func (sendBeforeStored) waitsForStorage() bool { return false }
