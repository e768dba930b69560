package queue

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A Queue holds topics in order of creation, each with its pending messages in
// order of arrival.
type Queue struct {
	topics  []string // only ever appended to, as results share it
	byName  map[string]*fifo
	pending int
}

// New gives a queue without topics.
func New() *Queue { return &Queue{topics: []string{}, byName: map[string]*fifo{}} }

// Apply implements [machine.Machine].
func (q *Queue) Apply(c *machine.Command) machine.Result {
	if c == nil {
		return machine.Result{}
	}
	switch c.Op {
	case PutTopic:
		return machine.Result{OK: q.putTopic(c.Args[0])}
	case GetTopics:
		return q.getTopics()
	case PutMessage:
		return machine.Result{OK: q.putMessage(c.Args[0], c.Args[1])}
	case PopMessage:
		message, ok := q.popMessage(c.Args[0])
		return machine.Result{OK: ok, Text: message}
	}
	return machine.Result{}
}

// Foresee implements [machine.Machine].
func (q *Queue) Foresee(c *machine.Command) machine.Result {
	if c == nil {
		return machine.Result{}
	}
	f, exists := q.byName[c.Args[0]]
	switch c.Op {
	case PutTopic:
		return machine.Result{OK: !exists}
	case GetTopics:
		return q.getTopics()
	case PutMessage:
		return machine.Result{OK: exists}
	case PopMessage:
		if exists && f.n > 0 {
			return machine.Result{OK: true, Text: f.oldest()}
		}
	}
	return machine.Result{}
}

func (q *Queue) putTopic(topic string) bool {
	if _, exists := q.byName[topic]; exists {
		return false
	}
	q.byName[topic] = &fifo{}
	q.topics = append(q.topics, topic)
	return true
}

func (q *Queue) getTopics() machine.Result {
	// The cap keeps an append to the result out of the queue.
	n := len(q.topics)
	return machine.Result{OK: true, List: q.topics[:n:n]}
}

func (q *Queue) putMessage(topic, message string) bool {
	f, exists := q.byName[topic]
	if !exists {
		return false
	}
	f.push(message)
	q.pending++
	return true
}

func (q *Queue) popMessage(topic string) (string, bool) {
	f, exists := q.byName[topic]
	if !exists || f.n == 0 {
		return "", false
	}
	q.pending--
	return f.pop(), true
}

// Len is the number of pending messages of all topics together.
func (q *Queue) Len() int { return q.pending }

// View implements [machine.Machine]: an item is a topic with its pending messages,
// the oldest first.
func (q *Queue) View(lastApplied raft.Index) machine.View {
	return q.lists((*fifo).now).View(lastApplied)
}

// Freeze implements [machine.Machine], in time that grows with the number of topics only.
func (q *Queue) Freeze() machine.Frozen { return q.lists((*fifo).view) }

// lists is a queue at one moment: its topics with their messages.
type lists struct {
	topics   []string
	messages []list // by topic
}

func (q *Queue) lists(of func(*fifo) list) *lists {
	n := len(q.topics)
	l := &lists{q.topics[:n:n], make([]list, n)}
	for i, topic := range q.topics {
		l.messages[i] = of(q.byName[topic])
	}
	return l
}

// View implements [machine.Frozen].
func (l *lists) View(lastApplied raft.Index) machine.View {
	v := machine.View{Items: make([]machine.Item, len(l.topics)), LastApplied: lastApplied}
	for i, topic := range l.topics {
		v.Items[i] = machine.Item{Name: topic, Values: l.messages[i].values()}
	}
	return v
}

// Equal implements [machine.Machine].
func (q *Queue) Equal(other machine.Machine) bool {
	o, ok := other.(*Queue)
	if !ok || q.pending != o.pending || !slices.Equal(q.topics, o.topics) {
		return false
	}
	for _, topic := range q.topics {
		if !q.byName[topic].equal(o.byName[topic]) {
			return false
		}
	}
	return true
}
