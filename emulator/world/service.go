package world

import (
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// service are the rules of how a node serves its clients and its core, beside
// those of the core: diligent, but for the ones that a planted bug breaks. Who
// takes requests at all is the core's to say (raft.Node.TakesRequests).
type service interface {
	usesLog(c *mqapi.Command) bool
	answersOnAppend() bool
	appliesAgain(leads bool, c *mqapi.Command) bool
	waitsForStorage() bool
}

// diligent is the service that keeps what the package mqapi promises.
type diligent struct{}

// usesLog: every command goes through the log, those that read too. So an answer
// tells of all that was answered before (§8; D §6.4).
func (diligent) usesLog(*mqapi.Command) bool { return true }

// answersOnAppend: a client is answered when its command has been applied, and
// not as soon as it is in the leader's log (§5.3).
func (diligent) answersOnAppend() bool { return false }

// appliesAgain: each entry is applied once (§5.3; Figure 3, State Machine Safety).
func (diligent) appliesAgain(bool, *mqapi.Command) bool { return false }

// waitsForStorage: a message is sent when all is stored that it speaks of (D §3.8).
func (diligent) waitsForStorage() bool { return true }

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

func (readLocal) usesLog(c *mqapi.Command) bool {
	return c == nil || c.Op != mqapi.GetTopics && c.Op != mqapi.PopMessage
}

type answerBeforeCommit struct{ diligent }

func (answerBeforeCommit) answersOnAppend() bool { return true }

type applyTwiceOnLeader struct{ diligent }

func (applyTwiceOnLeader) appliesAgain(leads bool, c *mqapi.Command) bool {
	return leads && c != nil && (c.Op == mqapi.PutTopic || c.Op == mqapi.PutMessage)
}

type sendBeforeStored struct{ diligent }

func (sendBeforeStored) waitsForStorage() bool { return false }
