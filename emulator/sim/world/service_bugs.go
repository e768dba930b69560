package world

import (
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/machine"
)

// services holds the services with bugs.
var services = []struct {
	bug string // its name
	service
}{
	{"read_local", readLocal{}},
	{"answer_before_commit", answerBeforeCommit{}},
	{"answer_by_index", answerByIndex{}},
	{"apply_twice_on_leader", applyTwiceOnLeader{}},
	{"send_before_stored", sendBeforeStored{}},
}

// serviceOf returns the service of a node with the bug; nil means no bug.
func serviceOf(b *bugs.Bug) service {
	if b != nil {
		for _, s := range services {
			if s.bug == b.Name {
				return s.service
			}
		}
	}
	return diligent{}
}

type readLocal struct{ diligent }

func (readLocal) usesLog(c *machine.Command) bool {
	return c.None() || c.Op.Access == machine.Writes
}

type answerBeforeCommit struct{ diligent }

func (answerBeforeCommit) answersOnAppend() bool { return true }

type answerByIndex struct{ diligent }

func (answerByIndex) refusesWaiting() bool { return false }

type applyTwiceOnLeader struct{ diligent }

func (applyTwiceOnLeader) appliesAgain(leads bool, c *machine.Command) bool {
	return leads && !c.None() && c.Op.Access == machine.Writes
}

type sendBeforeStored struct{ diligent }

func (sendBeforeStored) waitsForStorage() bool { return false }
