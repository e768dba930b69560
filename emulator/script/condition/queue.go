package condition

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// A queueContent is a statement about the queue of a node that is up.
type queueContent interface {
	String() string
	in(q *machine.View) bool
	// say describes a queue that is not like that.
	say(q *machine.View) string
}

// queued is topics=, queue= and pending=NODES:CONTENT.
type queued struct {
	selection
	queueContent
}

func readQueued(read func(string) (queueContent, string)) func(string) (predicate, string) {
	return func(value string) (predicate, string) {
		sel, rest, wrong := readNodes(value)
		if wrong != "" {
			return nil, wrong
		}
		c, wrong := read(rest)
		if wrong != "" {
			return nil, wrong
		}
		return queued{sel, c}, ""
	}
}

var (
	readTopics   = readQueued(readTopicList)
	readMessages = readQueued(readMessageList)
	readPending  = readQueued(readMessageCount)
)

func (q queued) String() string { return q.selection.String() + ":" + q.queueContent.String() }
func (q queued) tester() tester { return q }

func (q queued) holds(s *clusterView) bool {
	return q.each(s, func(id raft.NodeID, state *raft.State, up bool) bool {
		return up && q.in(s.queue(id, state))
	})
}

func (q queued) seen(s *clusterView) string {
	return q.describe(s, func(who string, id raft.NodeID, state *raft.State, up bool) string {
		if !up {
			return who + " is down"
		}
		return who + " " + q.say(s.queue(id, state))
	})
}

// topicList is "dog, cat".
type topicList []string

func readTopicList(s string) (queueContent, string) {
	if strings.TrimSpace(s) == empty {
		return topicList(nil), ""
	}
	var list topicList
	for {
		topic, rest, wrong := readWord(s, ",")
		switch {
		case wrong != "":
			return nil, wrong
		case slices.Contains(list, topic):
			return nil, quote(topic) + " is named twice, and a topic is there once"
		}
		list = append(list, topic)
		if rest == "" {
			return list, ""
		}
		s = rest[1:]
	}
}

func (l topicList) String() string {
	if len(l) == 0 {
		return empty
	}
	words := make([]string, len(l))
	for i, topic := range l {
		words[i] = word(topic)
	}
	return strings.Join(words, ", ")
}

func (l topicList) in(q *machine.View) bool {
	return slices.EqualFunc(l, q.Items, func(want string, t machine.Item) bool { return want == t.Name })
}

// maxTopicsShown and maxMessagesShown bound the lists in an explanation.
const (
	maxTopicsShown   = 10
	maxMessagesShown = 10
)

func (l topicList) say(q *machine.View) string {
	if len(q.Items) == 0 {
		return "has no topics"
	}
	var has topicList
	for _, t := range q.Items[:min(len(q.Items), maxTopicsShown)] {
		has = append(has, t.Name)
	}
	s := "has the topics " + has.String()
	if more := len(q.Items) - len(has); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// topic returns a topic's messages.
func topic(q *machine.View, name string) ([]string, bool) {
	for _, t := range q.Items {
		if t.Name == name {
			return t.Values, true
		}
	}
	return nil, false
}

// readTopic reads TOPIC:REST.
func readTopic(s string) (topic, rest, wrong string) {
	topic, rest, wrong = readWord(s, ":")
	switch {
	case wrong != "":
		return "", "", wrong
	case rest == "":
		return "", "", "nothing follows the topic " + quote(topic)
	}
	return topic, rest[1:], ""
}

// messageList is `dog:["a", "b"]`.
type messageList struct {
	topic    string
	messages []string
}

func readMessageList(s string) (queueContent, string) {
	name, rest, wrong := readTopic(s)
	if wrong != "" {
		return nil, wrong
	}
	m := messageList{topic: name}
	var ok bool
	if m.messages, ok = readList(rest); !ok {
		return nil, quote(rest) + ` is no list of strings (a topic with a colon in it stands in quotes)`
	}
	return m, ""
}

// readList reads a list of JSON strings.
func readList(s string) (texts []string, ok bool) {
	var list []*string // pointers, because a null would be read as ""
	if !strings.HasPrefix(strings.TrimSpace(s), "[") || json.Unmarshal([]byte(s), &list) != nil || slices.Contains(list, nil) {
		return nil, false
	}
	for _, text := range list {
		texts = append(texts, *text)
	}
	return texts, true
}

func (m messageList) String() string { return word(m.topic) + ":" + writeList(m.messages) }

func writeList(list []string) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = quoted(s)
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func (m messageList) in(q *machine.View) bool {
	list, ok := topic(q, m.topic)
	return ok && slices.Equal(list, m.messages)
}

func (m messageList) say(q *machine.View) string {
	list, ok := topic(q, m.topic)
	if !ok {
		return "has no topic " + word(m.topic)
	}
	s := fmt.Sprintf("holds %s in %s", writeList(list[:min(len(list), maxMessagesShown)]), word(m.topic))
	if more := len(list) - maxMessagesShown; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// messageCount is "dog:3".
type messageCount struct {
	topic string
	bound bound
}

func readMessageCount(s string) (queueContent, string) {
	name, rest, wrong := readTopic(s)
	if wrong != "" {
		return nil, wrong
	}
	b, wrong := readBound(rest, exactly)
	return messageCount{name, b}, wrong
}

func (m messageCount) String() string { return word(m.topic) + ":" + m.bound.String() }

func (m messageCount) in(q *machine.View) bool {
	list, ok := topic(q, m.topic)
	return ok && m.bound.has(uint64(len(list)))
}

func (m messageCount) say(q *machine.View) string {
	list, ok := topic(q, m.topic)
	if !ok {
		return "has no topic " + word(m.topic)
	}
	return fmt.Sprintf("holds %s in %s", text.Count(len(list), "message"), word(m.topic))
}
