package history

import (
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// A machine is a queue that is given each entry of the log when the first node applies
// it: what every answer must agree with. A mark of how it is costs next to nothing,
// since its messages stay where they are, one behind the other.
type machine struct {
	topics  []string
	byName  map[string]*fifo
	applied raft.Index
	pending int
}

// A fifo is the pending messages of a topic.
type fifo struct {
	head, tail *link // of n messages
	n          int
}

// A link is a message, and what was put behind it.
type link struct {
	message string
	next    *link
}

// apply carries out a command. Of an answer with topics it gives their number.
func (m *machine) apply(c *mqapi.Command) (result mqapi.Result, topics int) {
	if c == nil {
		return mqapi.Result{}, 0
	}
	if c.Op == mqapi.GetTopics {
		return mqapi.Result{OK: true}, len(m.topics)
	}
	f := m.byName[c.Topic]
	switch {
	case c.Op == mqapi.PutTopic && f == nil:
		if m.byName == nil {
			m.byName = map[string]*fifo{}
		}
		m.byName[c.Topic] = &fifo{}
		m.topics = append(m.topics, c.Topic)
		return mqapi.Result{OK: true}, 0
	case c.Op == mqapi.PutMessage && f != nil:
		l := &link{message: c.Message}
		if f.n == 0 {
			f.head = l
		} else {
			f.tail.next = l
		}
		f.tail = l
		f.n++
		m.pending++
		return mqapi.Result{OK: true}, 0
	case c.Op == mqapi.PopMessage && f != nil && f.n > 0:
		message := f.head.message
		f.n--
		m.pending--
		if f.head = f.head.next; f.n == 0 {
			f.head, f.tail = nil, nil
		}
		return mqapi.Result{OK: true, Message: message}, 0
	}
	return mqapi.Result{}, 0
}

// A mark is how a machine was at a moment.
type mark struct {
	names   []string
	fifos   []fifo
	applied raft.Index
}

func (m *machine) mark() mark {
	k := mark{names: m.topics[:len(m.topics):len(m.topics)], fifos: make([]fifo, len(m.topics)), applied: m.applied}
	for i, name := range m.topics {
		k.fifos[i] = *m.byName[name]
	}
	return k
}

// topics lists what there was. The machine may go on meanwhile.
func (k *mark) topics() []mqapi.TopicView {
	views := make([]mqapi.TopicView, len(k.names))
	for i, name := range k.names {
		v := mqapi.TopicView{Topic: name, Messages: make([]string, k.fifos[i].n)}
		for j, l := 0, k.fifos[i].head; j < len(v.Messages); j++ {
			v.Messages[j] = l.message
			if j+1 < len(v.Messages) {
				l = l.next
			}
		}
		views[i] = v
	}
	return views
}
