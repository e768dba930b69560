package history

// An act is a request as far as it concerns one topic.
type act struct {
	kind      kind
	text      int32 // put, putMaybe, and those that show one
	order     int32 // vanish: from 0 on, by call
	op        int32 // in History.Ops
	call, ret int64
	place     place
}

// A kind says what a request did to a topic, or what it shows of it.
type kind uint8

const (
	create       kind = iota // there was none, and now there is
	createExists             // there was one already
	put                      // a message was put
	putMaybe                 // nobody knows whether, nor ever needs to
	putNowhere               // there was no topic to put it to
	pop                      // the oldest message was taken
	popEmpty                 // there was no topic, or nothing in it
	vanish                   // a pop without an answer: it may take the oldest message
	seen                     // the topic is there
	unseen                   // the topic is not there
	end                      // no answer is to come
	moot                     // it was not carried out, or might as well not have been
)

// A place is where an act stands in the order of the log, as far as is known. What has
// no index of its own has that of another act, and a rank before or behind it.
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

// showsTopic reports whether an act could not be if there were no topic.
func (k kind) showsTopic() bool {
	return k == create || k == createExists || k == put || k == pop || k == seen
}

// shows reports whether an answer shows the oldest message, and takes whether it takes
// the message away.
func (k kind) shows() bool { return k == pop }
func (k kind) takes() bool { return k == pop }

// asks reports whether an answer depends on the oldest message.
func (k kind) asks() bool { return k.shows() || k == popEmpty }

// lasting reports whether an act may be whenever it likes, or never.
func (a *act) lasting() bool { return a.ret == never }

// step is what an act makes of a state; false when it could not have been in it.
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
		// They are all alike, so they come in the order of their calls; and to take
		// what another pop was answered with, or nothing, is never of any use.
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
