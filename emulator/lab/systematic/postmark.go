package systematic

import "rrmq.example/emulator/raft"

// Postmarks distinguish equal messages in flight by when they were sent. Among equal
// ones, the first arrives first.
type postmarks struct {
	messages *table[raft.Message]
	step     int // the current step, from 1; 0: the beginning
	sent     map[messageKind]int
	inFlight map[handle][]postmark
}

// A messageKind is what a rule of a fixture can match.
type messageKind struct {
	from, to raft.NodeID
	kind     raft.MessageType
}

type postmark struct{ number, step int }

func newPostmarks(m *cluster, s *state) *postmarks {
	p := &postmarks{messages: m.messages, sent: map[messageKind]int{}, inFlight: map[handle][]postmark{}}
	for _, h := range s.inFlight {
		p.mark(h)
	}
	return p
}

func messageKindOf(m *raft.Message) messageKind { return messageKind{m.From, m.To, m.Type} }

// mark notes that a message is sent.
func (p *postmarks) mark(h handle) {
	kind := messageKindOf(p.messages.at(h))
	p.inFlight[h] = append(p.inFlight[h], postmark{p.sent[kind], p.step})
	p.sent[kind]++
}

// take returns the number and the step of the message that arrives. When a copy
// arrives, the message stays in flight.
func (p *postmarks) take(h handle, copied bool) (number, step int) {
	first := p.inFlight[h][0]
	if !copied {
		p.inFlight[h] = p.inFlight[h][1:]
	}
	return first.number, first.step
}
