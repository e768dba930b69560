package history

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A replica is the queue that the log produces: it gets each entry when the first node
// applies it, and every answer must agree with it. A mark of its state costs almost
// nothing, because messages stay in place, one behind the other.
type replica struct {
	topics  []string
	byName  map[string]*fifo
	applied raft.Index
	pending int
}

// A fifo has the n pending messages of a topic, from a place in one chunk up to a place in
// the same or a later chunk.
type fifo struct {
	head, tail *chunk
	from, to   int
	n          int
}

// A chunk has places for consecutive messages, and the next chunk. Each place is written
// once. A chunk for each message would keep the garbage collector busy.
type chunk struct {
	messages []string
	next     *chunk
}

// Sizes of chunks: each chunk is twice as large as the one before.
const (
	firstChunk = 4
	lastChunk  = 1024
)

// push adds a message at the end.
func (f *fifo) push(message string) {
	switch {
	case f.tail == nil:
		f.tail = &chunk{messages: make([]string, firstChunk)}
		f.head = f.tail
	case f.to == len(f.tail.messages):
		f.tail.next = &chunk{messages: make([]string, min(2*len(f.tail.messages), lastChunk))}
		f.tail, f.to = f.tail.next, 0
	}
	f.tail.messages[f.to] = message
	f.to++
	f.n++
}

// pop takes the first message of a fifo that is not empty. The message stays in its chunk.
func (f *fifo) pop() string {
	if f.from == len(f.head.messages) {
		f.head, f.from = f.head.next, 0
	}
	message := f.head.messages[f.from]
	f.from++
	f.n--
	return message
}

// apply carries out a command. For an answer with topics it returns only their number.
func (m *replica) apply(c *machine.Command) (result machine.Result, topics int) {
	if c.None() {
		return machine.Result{}, 0
	}
	if c.Is(getTopics) {
		return machine.Result{OK: true}, len(m.topics)
	}
	f := m.byName[c.Args[0]]
	switch {
	case c.Is(putTopic) && f == nil:
		if m.byName == nil {
			m.byName = map[string]*fifo{}
		}
		m.byName[c.Args[0]] = &fifo{}
		m.topics = append(m.topics, c.Args[0])
		return machine.Result{OK: true}, 0
	case c.Is(putMessage) && f != nil:
		f.push(c.Args[1])
		m.pending++
		return machine.Result{OK: true}, 0
	case c.Is(popMessage) && f != nil && f.n > 0:
		m.pending--
		return machine.Result{OK: true, Text: f.pop()}, 0
	}
	return machine.Result{}, 0
}

// A mark is a replica's state at a moment.
type mark struct {
	names   []string
	fifos   []fifo
	applied raft.Index
}

func (m *replica) mark() mark {
	k := mark{names: m.topics[:len(m.topics):len(m.topics)], fifos: make([]fifo, len(m.topics)), applied: m.applied}
	for i, name := range m.topics {
		k.fifos[i] = *m.byName[name]
	}
	return k
}

// topics lists the topics with their messages at the mark. The replica may change
// meanwhile.
func (k *mark) topics() []machine.Item {
	views := make([]machine.Item, len(k.names))
	for i, name := range k.names {
		f := k.fifos[i]
		v := machine.Item{Name: name, Values: make([]string, f.n)}
		for j := range v.Values {
			v.Values[j] = f.pop()
		}
		views[i] = v
	}
	return views
}
