package oracle

import "slices"

// A result is the message queue's answer to an entry's command, after the log up to
// there. It depends only on the entry's place in the tree, so that it is computed once
// for all servers.
type result struct {
	known, ok bool
	popped    *entry // get_message: the entry with the message
	topics    int    // get_topics: the number of the model's topics at that time
}

// A model is the message queue after the log up to tip: its topics in order of creation,
// with their messages.
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

// apply computes the result of an entry. One model follows the committed log. There are
// several when servers have applied different logs, as they may after a start that Raft
// cannot reach.
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

// modelBefore returns a model of the log up to e or a place before it. When e.result is
// known, the model may be further.
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
