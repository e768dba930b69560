package queue

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
)

func TestQueueApply(t *testing.T) {
	type step struct {
		cmd  *machine.Command
		want machine.Result
	}
	ok := machine.Result{OK: true}
	for name, steps := range map[string][]step{
		"NewTopic":      {{PutTopic.New("dog"), ok}},
		"TopicExists":   {{PutTopic.New("dog"), ok}, {PutTopic.New("dog"), machine.Result{}}},
		"EmptyName":     {{PutTopic.New(), ok}, {PutTopic.New(), machine.Result{}}},
		"NoTopics":      {{GetTopics.New(), machine.Result{OK: true, List: []string{}}}},
		"NoSuchTopic":   {{PutMessage.New("dog"), machine.Result{}}, {PopMessage.New("dog"), machine.Result{}}},
		"NothingToPop":  {{PutTopic.New("dog"), ok}, {PopMessage.New("dog"), machine.Result{}}},
		"Nil":           {{nil, machine.Result{}}},
		"UnknownOp":     {{&machine.Command{}, machine.Result{}}, {&machine.Command{Op: &machine.Operation{Name: "put_topic"}}, machine.Result{}}},
		"EmptyMessage":  {{PutTopic.New("a"), ok}, {PutMessage.New("a"), ok}, {PopMessage.New("a"), ok}},
		"CreationOrder": {{PutTopic.New("b"), ok}, {PutTopic.New("a"), ok}, {GetTopics.New(), machine.Result{OK: true, List: []string{"b", "a"}}}},
		"FirstInFirstOut": {
			{PutTopic.New("dog"), ok},
			{PutMessage.New("dog", "1"), ok},
			{PutMessage.New("dog", "2"), ok},
			{PopMessage.New("dog"), machine.Result{OK: true, Text: "1"}},
			{PopMessage.New("dog"), machine.Result{OK: true, Text: "2"}},
			{PopMessage.New("dog"), machine.Result{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := New()
			for _, s := range steps {
				assert.DeepEqual(t, q.Apply(s.cmd), s.want)
			}
		})
	}
}

// A result that was handed out stays as it was, and nobody who has it can
// write into the queue by appending.
func TestQueueTopicsAreTheirOwn(t *testing.T) {
	q := New()
	for _, topic := range []string{"a", "b", "c"} { // three, so that the slice has room left
		q.Apply(PutTopic.New(topic))
	}
	before := q.Apply(GetTopics.New()).List
	_ = append(before, "intruder")
	q.Apply(PutTopic.New("d"))

	assert.DeepEqual(t, before, []string{"a", "b", "c"})
	assert.DeepEqual(t, q.Apply(GetTopics.New()).List, []string{"a", "b", "c", "d"})
}

func TestQueueView(t *testing.T) {
	t.Run("Empty", func(t *testing.T) {
		assert.DeepEqual(t, New().View(0), machine.View{Items: []machine.Item{}})
	})
	t.Run("IsACopy", func(t *testing.T) {
		q := New()
		q.Apply(PutTopic.New("dog"))
		q.Apply(PutTopic.New("cat"))
		q.Apply(PutMessage.New("dog", "wuff"))
		v := q.View(3)
		q.Apply(PopMessage.New("dog"))
		q.Apply(PutMessage.New("cat", "miau"))

		want := machine.View{
			Items:       []machine.Item{{Name: "dog", Values: []string{"wuff"}}, {Name: "cat", Values: []string{}}},
			LastApplied: 3,
		}
		assert.DeepEqual(t, v, want)
	})
}

// A model is a queue as plain as can be.
type model struct {
	topics   []string
	messages map[string][]string
}

func (m *model) apply(c *machine.Command) machine.Result {
	pending, exists := m.messages[c.Args[0]]
	switch {
	case c.Op == GetTopics:
		return machine.Result{OK: true, List: append([]string{}, m.topics...)}
	case c.Op == PutTopic && !exists:
		m.topics = append(m.topics, c.Args[0])
		m.messages[c.Args[0]] = []string{}
	case c.Op == PutMessage && exists:
		m.messages[c.Args[0]] = append(pending, c.Args[1])
	case c.Op == PopMessage && len(pending) > 0:
		m.messages[c.Args[0]] = append([]string{}, pending[1:]...)
		return machine.Result{OK: true, Text: pending[0]}
	default:
		return machine.Result{}
	}
	return machine.Result{OK: true}
}

func (m *model) view() machine.View {
	v := machine.View{Items: []machine.Item{}}
	for _, topic := range m.topics {
		v.Items = append(v.Items, machine.Item{Name: topic, Values: m.messages[topic]})
	}
	return v
}

// Any run of commands gives what the model gives. Two queues that applied the same
// commands are equal, one that lacks a command that counted is not, and a snapshot
// restores an equal one.
func TestQueueAgreesWithModel(t *testing.T) {
	for seed := range int64(50) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			rng := rand.New(rand.NewSource(seed))
			q, twin, m := New(), New(), &model{messages: map[string][]string{}}
			// The odds of a put swing, so that rings grow and shrink and wrap.
			type moment struct {
				machine.Frozen
				view machine.View
			}
			var frozen []moment
			for i := range 2000 {
				if rng.Intn(40) == 0 {
					frozen = append(frozen, moment{q.Freeze(), q.View(0)})
				}
				c := randomCommand(rng, i/250%2 == 0)
				c.Args[1] = fmt.Sprint("message ", i)
				got := q.Apply(c)
				assert.DeepEqual(t, got, m.apply(c))
				if got.OK && c.Op != GetTopics {
					assert.Assert(t, !q.Equal(twin), "%v is not seen by Equal", c)
				}
				assert.DeepEqual(t, twin.Apply(c), got)
				assert.Assert(t, q.Equal(twin))
			}
			for _, f := range frozen {
				assert.DeepEqual(t, f.View(0), f.view)
				again := New()
				assert.NilError(t, again.Restore(f.Snapshot()))
				assert.DeepEqual(t, again.View(0), f.view)
			}
			v := m.view()
			assert.DeepEqual(t, q.View(0), v)
			restored := New()
			restored.Apply(PutTopic.New("is replaced"))
			assert.NilError(t, restored.Restore(q.Snapshot()))
			assert.Assert(t, restored.Equal(q))
			assert.DeepEqual(t, restored.View(0), v)
			pending := 0
			for _, topic := range v.Items {
				pending += len(topic.Values)
			}
			assert.Equal(t, q.Len(), pending)
		})
	}
}

func randomCommand(rng *rand.Rand, mostlyPut bool) *machine.Command {
	c := PopMessage.New(string(rune('a' + rng.Intn(4))))
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
	build := func(commands ...*machine.Command) *Queue {
		q := New()
		for _, c := range commands {
			q.Apply(c)
		}
		return q
	}
	putA, putB := PutTopic.New("a"), PutTopic.New("b")
	to := func(topic, message string) *machine.Command { return PutMessage.New(topic, message) }
	for name, c := range map[string]struct {
		a, b *Queue
		want bool
	}{
		"Empty":            {build(), build(), true},
		"OtherOrder":       {build(putA, putB), build(putB, putA), false},
		"OtherTopic":       {build(putA), build(putB), false},
		"OtherMessage":     {build(putA, to("a", "1")), build(putA, to("a", "2")), false},
		"OtherPlace":       {build(putA, putB, to("a", "1")), build(putA, putB, to("b", "1")), false},
		"OtherWayThere":    {build(putA, to("a", "0"), PopMessage.New("a"), to("a", "1")), build(putA, to("a", "1")), true},
		"OtherNumber":      {build(putA, to("a", "1")), build(putA, to("a", "1"), to("a", "1")), false},
		"RefusedMakesNone": {build(putA), build(putA, putA), true},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.a.Equal(c.b), c.want)
			assert.Equal(t, c.b.Equal(c.a), c.want)
		})
	}
}

// room is the number of messages for which a fifo has memory.
func room(f *fifo) int {
	n := 0
	for c := f.head; c != nil; c = c.next {
		n += len(c.items)
	}
	if f.spare != nil {
		n += len(f.spare.items)
	}
	return n
}

// A popped message takes no memory, neither in the ring nor as a string.
func TestQueueMemoryIsBounded(t *testing.T) {
	const rounds = 1_000_000
	put := PutMessage.New("dog", strings.Repeat("x", 100))
	pop := PopMessage.New("dog")
	fresh := func() (*Queue, *fifo) {
		q := New()
		q.Apply(PutTopic.New("dog"))
		return q, q.byName["dog"]
	}
	t.Run("PutAndPopInTurn", func(t *testing.T) {
		q, f := fresh()
		for range rounds {
			q.Apply(put)
			q.Apply(pop)
		}
		assert.Equal(t, room(f), minChunk)
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
		assert.Assert(t, room(f) <= 4*q.Len(), "room for %d in place of %d messages", room(f), q.Len())
	})
	t.Run("AllPutThenAllPopped", func(t *testing.T) {
		q, f := fresh()
		for range rounds {
			q.Apply(put)
		}
		assert.Assert(t, room(f) < rounds+2*maxChunk)
		for range rounds {
			q.Apply(pop)
		}
		assert.Equal(t, room(f), 0)
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
	for want, c := range map[string]*machine.Command{
		"no command":                     nil,
		"get_topics":                     GetTopics.New(),
		"put_topic dog":                  PutTopic.New("dog"),
		`put_topic ""`:                   PutTopic.New(),
		`get_message "two words"`:        PopMessage.New("two words"),
		`put_topic "a\nb"`:               PutTopic.New("a\nb"),
		`put_message größe "I \"love\""`: PutMessage.New("größe", `I "love"`),
	} {
		t.Run(want, func(t *testing.T) { assert.Equal(t, c.String(), want) })
	}
}

func TestTypeFindsOpsByName(t *testing.T) {
	for _, op := range Type.Ops {
		t.Run(op.Name, func(t *testing.T) {
			got, err := Type.Op(op.Name)
			assert.NilError(t, err)
			assert.Equal(t, got, op)
		})
	}
	t.Run("Unknown", func(t *testing.T) {
		_, err := Type.Op("delete_topic")
		assert.Error(t, err, `unknown op "delete_topic", want one of put_topic, get_topics, put_message, get_message`)
	})
}

// A snapshot that was cut, or goes on, is refused and leaves the queue as it was.
func TestRestoreRefusesOtherBytes(t *testing.T) {
	q := New()
	for _, c := range []machine.Command{PutTopic.With("a"), PutMessage.With("a", "1"), PutTopic.With("b")} {
		q.Apply(&c)
	}
	whole := q.Snapshot()
	for n := range len(whole) {
		assert.ErrorIs(t, q.Restore(whole[:n]), errSnapshot, n)
	}
	for name, snapshot := range map[string]string{
		"Longer":     string(whole) + "x",
		"TopicTwice": "\x02\x01a\x00\x01a\x00",
		"HugeNumber": "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"HugeText":   "\x01\xff\xff\xff\xff\x0f",
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorIs(t, q.Restore([]byte(snapshot)), errSnapshot) })
	}
	assert.DeepEqual(t, q.Snapshot(), whole)
}

// A frozen queue is read while the queue goes on. The race detector watches.
func TestFrozenQueueIsReadByOthers(t *testing.T) {
	q := New()
	q.Apply(PutTopic.New("dog"))
	var readers sync.WaitGroup
	for i := range 3000 {
		q.Apply(PutMessage.New("dog", fmt.Sprint(i)))
		if i%3 == 0 {
			q.Apply(PopMessage.New("dog"))
		}
		if i%100 == 0 {
			want, frozen := q.View(0), q.Freeze()
			readers.Go(func() { assert.Check(t, reflect.DeepEqual(frozen.View(0), want)) })
		}
	}
	readers.Wait()
}

// BenchmarkQueueFreeze shows that a queue is frozen in the same time, however many messages it has.
func BenchmarkQueueFreeze(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			q := New()
			q.Apply(PutTopic.New("dog"))
			put := PutMessage.New("dog", "wuff")
			for range n {
				q.Apply(put)
			}
			for b.Loop() {
				q.Freeze()
			}
		})
	}
}

// BenchmarkQueueFillDrain puts and pops many messages.
func BenchmarkQueueFillDrain(b *testing.B) {
	put, pop := PutMessage.New("dog", "wuff"), PopMessage.New("dog")
	b.ReportAllocs()
	for b.Loop() {
		q := New()
		q.Apply(PutTopic.New("dog"))
		for range 10_000 {
			q.Apply(put)
		}
		for range 10_000 {
			q.Apply(pop)
		}
	}
}

func BenchmarkQueuePutPop(b *testing.B) {
	q := New()
	q.Apply(PutTopic.New("dog"))
	put, pop := PutMessage.New("dog", "wuff"), PopMessage.New("dog")
	b.ReportAllocs()
	for b.Loop() {
		q.Apply(put)
		q.Apply(pop)
	}
}

// Foresee tells what Apply then gives, and changes nothing.
func TestForesee(t *testing.T) {
	q, same := New(), New()
	assert.DeepEqual(t, q.Foresee(nil), machine.Result{})
	assert.DeepEqual(t, q.Foresee(&machine.Command{}), machine.Result{})
	for _, c := range []machine.Command{
		PopMessage.With("a"), PutMessage.With("a", "0"), PutTopic.With("a"),
		PutTopic.With("a"), PopMessage.With("a"), PutMessage.With("a", "1"),
		PutMessage.With("a", "2"), GetTopics.With(), PopMessage.With("a"),
		PopMessage.With("a"), PopMessage.With("a"),
	} {
		foreseen := q.Foresee(&c)
		assert.Assert(t, q.Equal(same), c.String())
		assert.DeepEqual(t, foreseen, q.Apply(&c))
		same.Apply(&c)
	}
}
