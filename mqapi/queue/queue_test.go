package queue

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestQueueApply(t *testing.T) {
	type step struct {
		cmd  *Command
		want Result
	}
	ok := Result{OK: true}
	for name, steps := range map[string][]step{
		"NewTopic":      {{&Command{Op: PutTopic, Topic: "dog"}, ok}},
		"TopicExists":   {{&Command{Op: PutTopic, Topic: "dog"}, ok}, {&Command{Op: PutTopic, Topic: "dog"}, Result{}}},
		"EmptyName":     {{&Command{Op: PutTopic}, ok}, {&Command{Op: PutTopic}, Result{}}},
		"NoTopics":      {{&Command{Op: GetTopics}, Result{OK: true, Topics: []string{}}}},
		"NoSuchTopic":   {{&Command{Op: PutMessage, Topic: "dog"}, Result{}}, {&Command{Op: PopMessage, Topic: "dog"}, Result{}}},
		"NothingToPop":  {{&Command{Op: PutTopic, Topic: "dog"}, ok}, {&Command{Op: PopMessage, Topic: "dog"}, Result{}}},
		"Nil":           {{nil, Result{}}},
		"UnknownOp":     {{&Command{Op: NumOps}, Result{}}, {&Command{Op: 255}, Result{}}},
		"EmptyMessage":  {{&Command{Op: PutTopic, Topic: "a"}, ok}, {&Command{Op: PutMessage, Topic: "a"}, ok}, {&Command{Op: PopMessage, Topic: "a"}, ok}},
		"CreationOrder": {{&Command{Op: PutTopic, Topic: "b"}, ok}, {&Command{Op: PutTopic, Topic: "a"}, ok}, {&Command{Op: GetTopics}, Result{OK: true, Topics: []string{"b", "a"}}}},
		"FirstInFirstOut": {
			{&Command{Op: PutTopic, Topic: "dog"}, ok},
			{&Command{Op: PutMessage, Topic: "dog", Message: "1"}, ok},
			{&Command{Op: PutMessage, Topic: "dog", Message: "2"}, ok},
			{&Command{Op: PopMessage, Topic: "dog"}, Result{OK: true, Message: "1"}},
			{&Command{Op: PopMessage, Topic: "dog"}, Result{OK: true, Message: "2"}},
			{&Command{Op: PopMessage, Topic: "dog"}, Result{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := NewQueue()
			for _, s := range steps {
				assert.DeepEqual(t, q.Apply(s.cmd), s.want)
			}
		})
	}
}

// A result that was handed out stays as it was, and nobody who has it can
// write into the queue by appending.
func TestQueueTopicsAreTheirOwn(t *testing.T) {
	q := NewQueue()
	for _, topic := range []string{"a", "b", "c"} { // three, so that the slice has room left
		q.Apply(&Command{Op: PutTopic, Topic: topic})
	}
	before := q.Apply(&Command{Op: GetTopics}).Topics
	_ = append(before, "intruder")
	q.Apply(&Command{Op: PutTopic, Topic: "d"})

	assert.DeepEqual(t, before, []string{"a", "b", "c"})
	assert.DeepEqual(t, q.Apply(&Command{Op: GetTopics}).Topics, []string{"a", "b", "c", "d"})
}

func TestQueueView(t *testing.T) {
	t.Run("Empty", func(t *testing.T) {
		data, err := json.Marshal(NewQueue().View(0))
		assert.NilError(t, err)
		assert.Equal(t, string(data), `{"topics":[],"lastApplied":0}`)
	})
	t.Run("IsACopy", func(t *testing.T) {
		q := NewQueue()
		q.Apply(&Command{Op: PutTopic, Topic: "dog"})
		q.Apply(&Command{Op: PutTopic, Topic: "cat"})
		q.Apply(&Command{Op: PutMessage, Topic: "dog", Message: "wuff"})
		v := q.View(3)
		q.Apply(&Command{Op: PopMessage, Topic: "dog"})
		q.Apply(&Command{Op: PutMessage, Topic: "cat", Message: "miau"})

		want := View{Topics: []TopicView{{"dog", []string{"wuff"}}, {"cat", []string{}}}, LastApplied: 3}
		assert.DeepEqual(t, v, want)
		data, err := json.Marshal(v)
		assert.NilError(t, err)
		assert.Equal(t, string(data), `{"topics":[{"topic":"dog","messages":["wuff"]},{"topic":"cat","messages":[]}],"lastApplied":3}`)
	})
}

// A model is a queue as plain as can be.
type model struct {
	topics   []string
	messages map[string][]string
}

func (m *model) apply(c *Command) Result {
	pending, exists := m.messages[c.Topic]
	switch {
	case c.Op == GetTopics:
		return Result{OK: true, Topics: append([]string{}, m.topics...)}
	case c.Op == PutTopic && !exists:
		m.topics = append(m.topics, c.Topic)
		m.messages[c.Topic] = []string{}
	case c.Op == PutMessage && exists:
		m.messages[c.Topic] = append(pending, c.Message)
	case c.Op == PopMessage && len(pending) > 0:
		m.messages[c.Topic] = append([]string{}, pending[1:]...)
		return Result{OK: true, Message: pending[0]}
	default:
		return Result{}
	}
	return Result{OK: true}
}

func (m *model) view() View {
	v := View{Topics: []TopicView{}}
	for _, topic := range m.topics {
		v.Topics = append(v.Topics, TopicView{topic, m.messages[topic]})
	}
	return v
}

// Any run of commands gives what the model gives, and two queues that applied
// the same commands are equal, while one that lacks a command that counted is not.
func TestQueueAgreesWithModel(t *testing.T) {
	for seed := range int64(50) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			rng := rand.New(rand.NewSource(seed))
			q, twin, m := NewQueue(), NewQueue(), &model{messages: map[string][]string{}}
			// The odds of a put swing, so that rings grow and shrink and wrap.
			for i := range 2000 {
				c := randomCommand(rng, i/250%2 == 0)
				c.Message = fmt.Sprint("message ", i)
				got := q.Apply(c)
				assert.DeepEqual(t, got, m.apply(c))
				if got.OK && c.Op != GetTopics {
					assert.Assert(t, !q.Equal(twin), "%v is not seen by Equal", c)
				}
				assert.DeepEqual(t, twin.Apply(c), got)
				assert.Assert(t, q.Equal(twin))
			}
			v := m.view()
			assert.DeepEqual(t, q.View(0), v)
			pending := 0
			for _, topic := range v.Topics {
				pending += len(topic.Messages)
			}
			assert.Equal(t, q.Len(), pending)
		})
	}
}

func randomCommand(rng *rand.Rand, mostlyPut bool) *Command {
	c := &Command{Op: PopMessage, Topic: string(rune('a' + rng.Intn(4)))}
	switch n := rng.Intn(20); {
	case n == 0:
		c.Op = PutTopic
	case n == 1:
		c.Op = GetTopics
	case n < 6, mostlyPut && n < 16:
		c.Op = PutMessage
	}
	return c
}

func TestQueueEqual(t *testing.T) {
	build := func(commands ...*Command) *Queue {
		q := NewQueue()
		for _, c := range commands {
			q.Apply(c)
		}
		return q
	}
	putA, putB := &Command{Op: PutTopic, Topic: "a"}, &Command{Op: PutTopic, Topic: "b"}
	to := func(topic, message string) *Command { return &Command{Op: PutMessage, Topic: topic, Message: message} }
	for name, c := range map[string]struct {
		a, b *Queue
		want bool
	}{
		"Empty":            {build(), build(), true},
		"OtherOrder":       {build(putA, putB), build(putB, putA), false},
		"OtherTopic":       {build(putA), build(putB), false},
		"OtherMessage":     {build(putA, to("a", "1")), build(putA, to("a", "2")), false},
		"OtherPlace":       {build(putA, putB, to("a", "1")), build(putA, putB, to("b", "1")), false},
		"OtherWayThere":    {build(putA, to("a", "0"), &Command{Op: PopMessage, Topic: "a"}, to("a", "1")), build(putA, to("a", "1")), true},
		"OtherNumber":      {build(putA, to("a", "1")), build(putA, to("a", "1"), to("a", "1")), false},
		"RefusedMakesNone": {build(putA), build(putA, putA), true},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.a.Equal(c.b), c.want)
			assert.Equal(t, c.b.Equal(c.a), c.want)
		})
	}
}

// What was popped takes no memory: neither the ring nor a string stays.
func TestQueueMemoryIsBounded(t *testing.T) {
	const rounds = 1_000_000
	put := &Command{Op: PutMessage, Topic: "dog", Message: strings.Repeat("x", 100)}
	pop := &Command{Op: PopMessage, Topic: "dog"}
	fresh := func() (*Queue, *fifo) {
		q := NewQueue()
		q.Apply(&Command{Op: PutTopic, Topic: "dog"})
		return q, q.byName["dog"]
	}
	t.Run("PutAndPopInTurn", func(t *testing.T) {
		q, f := fresh()
		for range rounds {
			q.Apply(put)
			q.Apply(pop)
		}
		assert.Equal(t, len(f.ring), minRing)
	})
	t.Run("AFewPending", func(t *testing.T) {
		q, f := fresh()
		for range 10 {
			q.Apply(put)
		}
		for range rounds {
			q.Apply(put)
			q.Apply(pop)
		}
		assert.Assert(t, len(f.ring) <= 4*q.Len(), "ring of %d for %d messages", len(f.ring), q.Len())
	})
	t.Run("AllPutThenAllPopped", func(t *testing.T) {
		q, f := fresh()
		for range rounds {
			q.Apply(put)
		}
		assert.Assert(t, len(f.ring) < 2*rounds)
		for range rounds {
			q.Apply(pop)
		}
		assert.Equal(t, len(f.ring), minRing)
		assert.DeepEqual(t, f.ring, make([]string, minRing))
	})
	t.Run("NoAllocation", func(t *testing.T) {
		q, _ := fresh()
		q.Apply(put)
		assert.Equal(t, testing.AllocsPerRun(1000, func() {
			q.Apply(put)
			q.Apply(pop)
		}), 0.0)
	})
}

func TestCommandString(t *testing.T) {
	for want, c := range map[string]*Command{
		"no command":                     nil,
		"get_topics":                     {Op: GetTopics},
		"put_topic dog":                  {Op: PutTopic, Topic: "dog"},
		`put_topic ""`:                   {Op: PutTopic},
		`get_message "two words"`:        {Op: PopMessage, Topic: "two words"},
		`put_topic "a\nb"`:               {Op: PutTopic, Topic: "a\nb"},
		`put_message größe "I \"love\""`: {Op: PutMessage, Topic: "größe", Message: `I "love"`},
		"invalid op 9":                   {Op: 9, Topic: "dog"},
	} {
		t.Run(want, func(t *testing.T) { assert.Equal(t, c.String(), want) })
	}
}

func TestParseOp(t *testing.T) {
	for op := range NumOps {
		t.Run(op.String(), func(t *testing.T) {
			got, err := ParseOp(op.String())
			assert.NilError(t, err)
			assert.Equal(t, got, op)
		})
	}
	t.Run("Unknown", func(t *testing.T) {
		_, err := ParseOp("delete_topic")
		assert.Error(t, err, `unknown op "delete_topic", want one of put_topic, get_topics, put_message, get_message`)
	})
}

func BenchmarkQueuePutPop(b *testing.B) {
	q := NewQueue()
	q.Apply(&Command{Op: PutTopic, Topic: "dog"})
	put, pop := &Command{Op: PutMessage, Topic: "dog", Message: "wuff"}, &Command{Op: PopMessage, Topic: "dog"}
	b.ReportAllocs()
	for b.Loop() {
		q.Apply(put)
		q.Apply(pop)
	}
}

// Foresee tells what Apply then gives, and changes nothing.
func TestForesee(t *testing.T) {
	q, same := NewQueue(), NewQueue()
	assert.DeepEqual(t, q.Foresee(nil), Result{})
	assert.DeepEqual(t, q.Foresee(&Command{Op: NumOps}), Result{})
	for _, c := range []Command{
		{Op: PopMessage, Topic: "a"}, {Op: PutMessage, Topic: "a", Message: "0"}, {Op: PutTopic, Topic: "a"},
		{Op: PutTopic, Topic: "a"}, {Op: PopMessage, Topic: "a"}, {Op: PutMessage, Topic: "a", Message: "1"},
		{Op: PutMessage, Topic: "a", Message: "2"}, {Op: GetTopics}, {Op: PopMessage, Topic: "a"},
		{Op: PopMessage, Topic: "a"}, {Op: PopMessage, Topic: "a"},
	} {
		foreseen := q.Foresee(&c)
		assert.Assert(t, q.Equal(same), c.String())
		assert.DeepEqual(t, foreseen, q.Apply(&c))
		same.Apply(&c)
	}
}
