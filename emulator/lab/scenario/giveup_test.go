package scenario

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
)

// A client that gives up during a partition leaves a request whose outcome is unknown, even
// if the nodes carry it out later.
func TestClientThatGivesUpLeavesAnUnknownRequest(t *testing.T) {
	f, err := fixture.Parse("f.toml", []byte(`
format = 1
[cluster]
election_timeout_ms = [1000, 2000]
[[node]]
role = "leader"
term = 1
[[node]]
term = 1
[[node]]
term = 1
[[step]]
at_ms = 0
heal = 0
`))
	assert.NilError(t, err)
	for _, command := range []*machine.Command{
		queue.PutTopic.New("t"), queue.GetTopics.New(), queue.PutMessage.New("t", "m"), queue.PopMessage.New("t"),
	} {
		t.Run(command.String(), func(t *testing.T) {
			recorder := history.NewRecorder()
			target := newVirtual(f, nil, []world.Monitor{recorder})
			watch := func(until time.Duration) {
				assert.NilError(t, target.Watch(t.Context(), until, func(View, bool) bool { return false }))
			}
			assert.NilError(t, target.Change(t.Context(), []fault.Change{{Kind: fault.Isolate}}))
			var seen condition.Answer
			assert.NilError(t, target.Request(t.Context(), []Call{{
				Command: command, Timeout: 100 * time.Millisecond, Answered: func(a condition.Answer) { seen = a },
			}}))
			watch(200 * time.Millisecond)
			assert.Equal(t, seen.Status, condition.AnswerLost)
			assert.NilError(t, target.Change(t.Context(), []fault.Change{{Kind: fault.Heal}}))
			watch(time.Second)

			calls := recorder.Snapshot().Calls()
			assert.Equal(t, len(calls), 1)
			assert.Equal(t, calls[0].Outcome, history.Unknown)
			s, _, _ := target.world.State(0)
			assert.Equal(t, uint64(s.LastApplied), calls[0].Index)
			report := recorder.Snapshot().Check(t.Context(), history.Options{})
			assert.Equal(t, report.State(), history.Held)
		})
	}
}
