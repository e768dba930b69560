package systematic

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A Violation is a schedule whose last step breaks a property.
type Violation struct {
	Property string
	// Says is what is wrong, in words.
	Says  string
	Steps []Step
	// First are the nodes before the first step.
	First []NodeState
}

// A Step is a choice and its effect.
type Step struct {
	// Choice is deliver, duplicate, timeout, request, heartbeat or crash.
	Choice string
	Node   raft.NodeID // the affected node
	// Message arrived; SentBy is the step that sent it, from 1; 0: the beginning.
	Message *raft.Message
	SentBy  int
	// Number counts the messages of the same link and type in the order of sending,
	// from 0.
	Number int
	// Sent are the messages that the step sent.
	Sent []raft.Message
	// Nodes are all nodes after the step.
	Nodes []NodeState
}

// A NodeState is the part of a node that reports show.
type NodeState struct {
	State raft.State
	Log   []raft.Entry
}

// violation returns the schedule to a finding; nil: to the first state.
func (s *search) violation(first *state, f *finding, wrong *failure) *Violation {
	var choices []choice
	if f != nil {
		choices = append(choices, f.choice)
		for at := f.parent; at != 0; at = s.back[at].parent {
			choices = append(choices, s.back[at].choice)
		}
		slices.Reverse(choices)
	}
	return s.walkers[0].schedule(first, choices, wrong)
}

// schedule follows choices from a state and returns their effects.
func (w *walker) schedule(from *state, choices []choice, wrong *failure) *Violation {
	v := &Violation{Property: wrong.property, Says: wrong.says, First: w.nodeStates(from)}
	post := newPostmarks(w.cluster, from)
	for k, c := range choices {
		post.step = k + 1
		to := new(state)
		t := w.follow(from, c, to)
		step := Step{Choice: c.kind().String(), Nodes: w.nodeStates(to), Node: raft.NodeID(c.arg())}
		if c.kind() == deliver || c.kind() == duplicate {
			h := from.inFlight[c.arg()]
			step.Message = w.messages.at(h)
			step.Node = step.Message.To
			step.Number, step.SentBy = post.take(h, c.kind() == duplicate)
		}
		for _, h := range t.sent {
			step.Sent = append(step.Sent, *w.messages.at(h))
			post.mark(h)
		}
		v.Steps = append(v.Steps, step)
		from = to
	}
	return v
}

func (m *cluster) nodeStates(of *state) []NodeState {
	var all []NodeState
	for _, h := range of.nodes {
		l := m.locals.at(h)
		all = append(all, NodeState{State: l.state, Log: l.log})
	}
	return all
}
