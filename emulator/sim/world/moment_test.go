package world

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// A Moment describes the state in which it was taken, whatever happens afterwards.
func TestMomentStaysAsItWasTaken(t *testing.T) {
	messages, writes := 0, 0
	for seed := range budget.Pick[uint64](100, 1000) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 11))
			s := &storm{cluster: newCluster(t, stormConfig(random)), random: random}
			s.play(1 + random.IntN(60))
			want := s.Freeze()
			var m Moment
			m.Reserve(s.Sizes())
			m.Take(s.World)
			s.play(1 + random.IntN(60))
			got := m.Config()
			assert.Assert(t, reflect.DeepEqual(got, want), "\n%+v\nwant\n%+v", got, want)
			messages += len(want.Messages)
			for i := range want.Nodes {
				writes += len(want.Nodes[i].Writes)
			}
		})
	}
	assert.Assert(t, messages > 100 && writes > 10, "%d messages, %d writes", messages, writes)
}

// longLog is a log of n entries.
func longLog(n int) []raft.Entry {
	log := make([]raft.Entry, n)
	command := queue.PutMessage.New("dog", "wuff")
	log[0] = raft.Entry{Term: 1, Command: queue.PutTopic.New("dog")}
	for i := 1; i < n; i++ {
		log[i] = raft.Entry{Term: 1, Command: command}
	}
	return log
}

// A Moment of long logs, or with much in flight, is taken in a few milliseconds. The quickest
// of several counts, because the machine may have other things to do.
func TestMomentIsTakenInMilliseconds(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes everything ten times slower")
	}
	const entries = 1_100_000
	for name, inFlight := range map[string]int{"LongLogs": 0, "ManyMessages": MaxInFlight / 4} {
		t.Run(name, func(t *testing.T) {
			c := led(5)
			log := longLog(entries)
			for i := range c.Nodes {
				c.Nodes[i].Log, c.Nodes[i].CommitIndex = log, 1
			}
			for i := range inFlight {
				c.Messages = append(c.Messages, SentMessage{
					Left:    time.Hour + time.Duration(i),
					Message: raft.Message{Type: raft.AppendEntriesResponse, From: 1, To: 0, Term: 1, Success: true, MatchIndex: 1},
				})
			}
			w := New(c, nil)
			w.RunUntil(time.Second)
			quickest := time.Hour
			for try := 0; try < 10 || try < 100 && quickest >= 5*time.Millisecond; try++ {
				var m Moment
				m.Reserve(w.Sizes())
				start := time.Now()
				m.Take(w)
				quickest = min(quickest, time.Since(start))
				assert.Equal(t, len(m.logs), 5)
			}
			t.Logf("%d entries in each of 5 logs, %d messages: taken in %v", entries, inFlight, quickest)
			assert.Assert(t, quickest < 5*time.Millisecond, "%v", quickest)
		})
	}
}

// Nodes with the same entries have one copy of them in a Config.
func TestFrozenLogsShareTheirMemory(t *testing.T) {
	c := newCluster(t, led(3))
	for range 2000 {
		c.commit(0, queue.PutTopic.With("dog"))
	}
	c.run(time.Second)
	f := c.Freeze()
	for i := range f.Nodes {
		assert.Equal(t, len(f.Nodes[i].Log), 2000)
		assert.Assert(t, &f.Nodes[i].Log[0] == &f.Nodes[0].Log[0])
	}
	own := queue.PutTopic.New("cat")
	f.Nodes[2].Log = append(f.Nodes[2].Log[:1999:1999], raft.Entry{Term: 1, Command: own})
	g := New(f, nil).Freeze()
	assert.Assert(t, &g.Nodes[1].Log[0] == &g.Nodes[0].Log[0] && &g.Nodes[2].Log[0] != &g.Nodes[0].Log[0])
	assert.Assert(t, g.Nodes[2].Log[1999].Command.(*machine.Command) == own)
}
