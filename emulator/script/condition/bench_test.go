package condition_test

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// BenchmarkHolds asks of a cluster in which nothing changes.
func BenchmarkHolds(b *testing.B) {
	f, err := fixture.Named("thousand_messages")
	assert.NilError(b, err)
	w := world.New(f.Config(), nil)
	w.RunUntil(time.Second)
	env := condition.Env{Answers: func(string) []condition.Answer { return nil }}
	for _, k := range condition.Keys() {
		b.Run(k.Name, func(b *testing.B) {
			c, err := condition.Parse(k.Name, k.Example)
			assert.NilError(b, err)
			watch := condition.NewWatchIn([]condition.Condition{c}, env)
			b.ReportAllocs()
			for b.Loop() {
				watch.Holds(w)
			}
		})
	}
}

// BenchmarkScenario is ten seconds of five nodes that are asked about a hundred
// things a second, watched after each event by none, and by each condition.
func BenchmarkScenario(b *testing.B) {
	b.Run("none", func(b *testing.B) { benchmarkScenario(b) })
	for _, list := range [][]string{
		{"leader=unique"},
		{"role=all:Follower"},
		{"logs_equal=all"},
		{"queues_equal=all"},
		{"entries_once=all"},
		{"pending=all:dog:800"},
		{"log=all:1*999999"},
		{"event=Timeout:4"},
		{"count=BecomeLeader:=1"},
		{"count=HandleRequestVoteRequest:leader:0"},
		{"answers=load:ok:1000"},
		{"leader=unique", "logs_equal=all", "entries_once=all", "queues_equal=all", "count=BecomeLeader:<=1"},
	} {
		b.Run(fmt.Sprint(list), func(b *testing.B) { benchmarkScenario(b, list...) })
	}
}

func benchmarkScenario(b *testing.B, list ...string) {
	f, err := fixture.Named("fresh_5")
	assert.NilError(b, err)
	var conditions []condition.Condition
	for _, text := range list {
		c, err := condition.ParseText(text)
		assert.NilError(b, err)
		conditions = append(conditions, c)
	}
	events := 0
	b.ReportAllocs()
	for b.Loop() {
		config := f.Config()
		config.TraceSize = 1 << 12
		w := world.New(config, nil)
		var answers []condition.Answer
		env := condition.Env{Answers: func(string) []condition.Answer { return answers }}
		watches := make([]*condition.Watch, len(conditions))
		for i := range conditions {
			watches[i] = condition.NewWatchIn(conditions[i:i+1], env)
		}
		events = 0
		ask := func() {
			for _, watch := range watches {
				watch.Holds(w)
			}
		}
		for at := 500 * time.Millisecond; at < 10*time.Second; at += 10 * time.Millisecond {
			for next, ok := w.NextAt(); ok && next <= at; next, ok = w.NextAt() {
				w.Step()
				events++
				ask()
			}
			w.RunUntil(at)
			c := queue.PutMessage.New("dog", "x")
			if len(answers) == 0 {
				c = queue.PutTopic.New("dog")
			}
			if leader := w.Leader(); leader != raft.None {
				k := len(answers)
				answers = append(answers, condition.Answer{})
				w.Do(leader, c, func(machine.Reply) { answers[k].Status = condition.AnswerOK })
				ask()
			}
		}
	}
	b.ReportMetric(float64(events), "events")
}
