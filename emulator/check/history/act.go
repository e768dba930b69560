package history

// An act is the part of a request that concerns one topic.
type act struct {
	kind      kind
	text      int32 // put, putMaybe, and those that show one
	order     int32 // vanish: from 0 on, by call
	op        int32 // into History.Ops
	call, ret int64
	place     place
}

// A kind says what a request did to a topic, or what it shows about it.
type kind uint8

const (
	create       kind = iota // there was no topic, and now there is
	createExists             // the topic existed already
	put                      // a message was put
	putMaybe                 // a message may have been put; whether it was never matters
	putNowhere               // there was no topic to put the message into
	pop                      // the oldest message was taken
	popEmpty                 // there was no topic, or it was empty
	vanish                   // a pop without an answer: it may take the oldest message
	seen                     // the topic exists
	unseen                   // the topic does not exist
	end                      // no further answer comes
	moot                     // not carried out, or without any effect that shows
)

// A place is an act's position in the order of the log, as far as it is known. An act
// without an index of its own gets the index of another act, and a rank before or behind
// it.
type place struct {
	index uint64
	rank  int32
}

func (p place) compare(q place) int {
	switch {
	case p.index < q.index || p.index == q.index && p.rank < q.rank:
		return -1
	case p == q:
		return 0
	}
	return 1
}

// showsTopic reports whether an act is possible only if the topic exists.
func (k kind) showsTopic() bool {
	return k == create || k == createExists || k == put || k == pop || k == seen
}

// shows reports whether an answer shows the oldest message, and takes reports whether it
// removes that message.
func (k kind) shows() bool { return k == pop }
func (k kind) takes() bool { return k == pop }

// asks reports whether an answer depends on the oldest message.
func (k kind) asks() bool { return k.shows() || k == popEmpty }

// lasting reports whether an act may take effect at any time after its call, or never.
func (a *act) lasting() bool { return a.ret == never }

// step applies an act to a state. It returns false when the act is impossible in that
// state.
func (t *topic) step(s state, a *act) (state, bool) {
	switch a.kind {
	case create:
		ok := !s.exists
		s.exists = true
		return s, ok
	case createExists, seen:
		return s, s.exists
	case putNowhere, unseen:
		return s, !s.exists
	case put:
		if !s.exists {
			return s, false
		}
		return s.push(a.text), true
	case putMaybe:
		if s.ended || !s.exists {
			return s, true
		}
		return s.push(a.text), true
	case pop:
		front := s.front()
		if !s.exists || front == nil || front.text != a.text {
			return s, false
		}
		return s.pop(front), true
	case popEmpty:
		return s, s.pending() == 0
	case vanish:
		// All vanish acts are alike, so they come in the order of their calls. It never
		// helps to take a message that another pop was answered with, or to take nothing.
		if s.ended {
			return s, true
		}
		front := s.front()
		if s.vanished != a.order || front == nil || !t.texts[front.text].missing() {
			return s, false
		}
		s.vanished++
		return s.pop(front), true
	}
	s.ended = s.ended || a.kind == end
	return s, true
}
