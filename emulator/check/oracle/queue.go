package oracle

import "slices"

// A result is what the message queue answers to the command of an entry, when the
// log up to there is applied. It follows from the entry's place in the tree alone,
// so it is worked out once, for all servers.
type result struct {
	known, ok bool
	popped    *entry // get_message: the entry that had put the message
	topics    int    // get_topics: so many of the model's
}

// A model is the message queue as it is after the log up to tip: topics in order
// of creation, each with its messages, first in, first out.
type model struct {
	tip      *entry
	topics   []string
	messages map[string][]*entry
}

func newModel(root *entry) *model { return &model{tip: root, messages: map[string][]*entry{}} }

// apply applies the next entry.
func (m *model) apply(e *entry, c Command) {
	m.tip = e
	r := result{known: true}
	waiting, exists := m.messages[c.Topic]
	switch c.Op {
	case "put_topic":
		if r.ok = !exists; r.ok {
			m.messages[c.Topic] = nil
			m.topics = append(m.topics, c.Topic)
		}
	case "get_topics":
		r.ok, r.topics = true, len(m.topics)
	case "put_message":
		if r.ok = exists; r.ok {
			m.messages[c.Topic] = append(waiting, e)
		}
	case "get_message":
		if r.ok = len(waiting) > 0; r.ok {
			r.popped = waiting[0]
			m.messages[c.Topic] = waiting[1:]
		}
	}
	e.result = r
}

// apply works out the result of an entry. One model follows the committed log.
// Where servers have applied different logs, as they may after a start that Raft
// cannot reach, there are several.
func (o *Oracle) apply(e *entry) *model {
	m := o.modelBefore(e)
	o.path = o.path[:0]
	for f := e; f.index > m.tip.index; f = f.parent {
		o.path = append(o.path, f)
	}
	for _, f := range slices.Backward(o.path) {
		m.apply(f, o.tree.read(f.value))
	}
	return m
}

// modelBefore gives a model of the log up to some place before e, or to e; when
// e.result is known, one that has been at e.
func (o *Oracle) modelBefore(e *entry) *model {
	for _, m := range o.models {
		if e.holds(m.tip) || m.tip.holds(e) {
			return m
		}
	}
	if len(o.models) == len(o.servers) {
		o.models = slices.Delete(o.models, 0, 1)
	}
	m := newModel(o.tree.root)
	o.models = append(o.models, m)
	return m
}
