package queue

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A Queue is the replicated state machine: topics in order of creation, each
// with its pending messages in order of arrival. It is a function of the
// commands applied to it, so two queues that applied the same ones are equal.
//
// A Queue has no lock: it belongs to one goroutine at a time. What Apply and
// View return may be handed to others.
type Queue struct {
	topics  []string // only ever appended to, as results share it
	byName  map[string]*fifo
	pending int
}

// NewQueue gives a queue without topics.
func NewQueue() *Queue {
	return &Queue{topics: []string{}, byName: map[string]*fifo{}}
}

// Apply carries out one command. It takes constant time, amortised. A command
// that is nil or has an unknown operation changes nothing and is not OK.
func (q *Queue) Apply(c *Command) Result {
	if c == nil {
		return Result{}
	}
	switch c.Op {
	case PutTopic:
		return Result{OK: q.putTopic(c.Topic)}
	case GetTopics:
		// The cap keeps an append by whoever gets the result out of the queue.
		n := len(q.topics)
		return Result{OK: true, Topics: q.topics[:n:n]}
	case PutMessage:
		return Result{OK: q.putMessage(c.Topic, c.Message)}
	case PopMessage:
		message, ok := q.popMessage(c.Topic)
		return Result{OK: ok, Message: message}
	}
	return Result{}
}

// Foresee gives the result that Apply would give now, and changes nothing.
func (q *Queue) Foresee(c *Command) Result {
	if c == nil {
		return Result{}
	}
	f, exists := q.byName[c.Topic]
	switch c.Op {
	case PutTopic:
		return Result{OK: !exists}
	case GetTopics:
		return q.Apply(c)
	case PutMessage:
		return Result{OK: exists}
	case PopMessage:
		if exists && f.n > 0 {
			return Result{OK: true, Message: f.ring[f.head]}
		}
	}
	return Result{}
}

func (q *Queue) putTopic(topic string) bool {
	if _, exists := q.byName[topic]; exists {
		return false
	}
	q.byName[topic] = &fifo{}
	q.topics = append(q.topics, topic)
	return true
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

// View copies the queue. lastApplied is the index of the last log entry that
// was applied to it, which the queue itself does not count.
func (q *Queue) View(lastApplied raft.Index) View {
	v := View{Topics: make([]TopicView, len(q.topics)), LastApplied: lastApplied}
	for i, topic := range q.topics {
		v.Topics[i] = TopicView{Topic: topic, Messages: q.byName[topic].list()}
	}
	return v
}

// Equal tells whether both queues have the same topics in the same order,
// with the same pending messages in the same order.
func (q *Queue) Equal(other *Queue) bool {
	if q.pending != other.pending || !slices.Equal(q.topics, other.topics) {
		return false
	}
	for _, topic := range q.topics {
		if !q.byName[topic].equal(other.byName[topic]) {
			return false
		}
	}
	return true
}
