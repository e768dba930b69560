package systematic

import "rrmq.example/emulator/raft"

// Postmarks tell messages in flight apart that are alike, by when they were sent.
// Of those the first arrives first.
type postmarks struct {
	messages *table[raft.Message]
	step     int // that is being taken, from 1; 0: the beginning
	sent     map[kindOfMail]int
	inFlight map[handle][]postmark
}

// A kindOfMail is what a rule of a fixture can tell apart.
type kindOfMail struct {
	from, to raft.NodeID
	kind     raft.MessageType
}

type postmark struct{ number, step int }

func newPostmarks(m *cluster, s *state) *postmarks {
	p := &postmarks{messages: m.messages, sent: map[kindOfMail]int{}, inFlight: map[handle][]postmark{}}
	for _, h := range s.mail {
		p.mark(h)
	}
	return p
}

func kindOf(m *raft.Message) kindOfMail { return kindOfMail{m.From, m.To, m.Type} }

// mark notes that a message is sent.
func (p *postmarks) mark(h handle) {
	kind := kindOf(p.messages.at(h))
	p.inFlight[h] = append(p.inFlight[h], postmark{p.sent[kind], p.step})
	p.sent[kind]++
}

// take gives the number and the step of the message that arrives. It is still in
// flight when that is a copy.
func (p *postmarks) take(h handle, copied bool) (number, step int) {
	first := p.inFlight[h][0]
	if !copied {
		p.inFlight[h] = p.inFlight[h][1:]
	}
	return first.number, first.step
}
