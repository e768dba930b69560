package systematic

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A Violation is a schedule that ends with a property that does not hold.
type Violation struct {
	Wrong
	Steps []Step
	// First are the nodes before the first step.
	First []Seen
}

// A Step is a choice that was taken, and what it did.
type Step struct {
	// Choice is deliver, duplicate, timeout, request, heartbeat or crash.
	Choice string
	Node   raft.NodeID // that it happened to
	// Message arrived, and SentBy is the step that had sent it, from 1; 0: it was
	// sent in the beginning.
	Message *raft.Message
	SentBy  int
	// Number tells it from others of its link, type and direction, by the order of
	// their sending, from 0.
	Number int
	// Sent are the messages that the step sent.
	Sent []raft.Message
	// Nodes are all of them after the step.
	Nodes []Seen
}

// A Seen is what is shown of a node.
type Seen struct {
	State raft.State
	Log   []raft.Entry
}

// violation makes the schedule to a finding; nil: to the first state.
func (s *search) violation(first *state, f *finding, wrong *Wrong) *Violation {
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

// schedule tells what the choices do, one after the other.
func (w *walker) schedule(from *state, choices []choice, wrong *Wrong) *Violation {
	v := &Violation{Wrong: *wrong, First: w.seen(from)}
	post := newPostmarks(w.cluster, from)
	for k, c := range choices {
		post.step = k + 1
		to := new(state)
		t := w.follow(from, c, to)
		step := Step{Choice: c.kind().String(), Nodes: w.seen(to), Node: raft.NodeID(c.arg())}
		if c.kind() == deliver || c.kind() == duplicate {
			h := from.mail[c.arg()]
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

func (m *cluster) seen(of *state) []Seen {
	var all []Seen
	for _, h := range of.nodes {
		l := m.locals.at(h)
		all = append(all, Seen{State: l.state, Log: l.log})
	}
	return all
}
