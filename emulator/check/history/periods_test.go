package history_test

import (
	"slices"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// periods is the number of requests after which a recorder holds none of those before.
const periods = 3 * history.Kept / 4

// A longForger forges more requests than a recorder holds.
type longForger struct {
	*forger
	last raft.Index // of the entries that were carried out
}

// forgeLong returns a forger whose log has some commands, then fillers for this many calls
// of fill, and then some more commands.
func forgeLong(t *testing.T, before []*machine.Command, fills int, after ...*machine.Command) *longForger {
	t.Helper()
	log := slices.Clone(before)
	for range fills * (periods + 1) {
		log = append(log, filler)
	}
	return &longForger{forge(t, append(log, after...)...), 0}
}

// A filler changes nothing.
var filler = queue.PopMessage.New("empty")

// next carries out the next entry of the log.
func (f *longForger) next(c *machine.Command, r machine.Result) {
	f.last++
	f.does(c, f.last, r)
}

// fill makes the recorder forget all requests so far.
func (f *longForger) fill() {
	for range periods + 1 {
		f.next(filler, nothing)
	}
}

// A wrong answer counts although the recorder has forgotten the requests around it, and a
// later one counts although the search explains the first doubt.
func TestRecorderKeepsTheFirstDoubt(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes many requests")
	}
	topic, put, pop := queue.PutTopic.New("t"), queue.PutMessage.New("t", "a"), queue.PopMessage.New("t")
	t.Run("Early", func(t *testing.T) {
		f := forgeLong(t, []*machine.Command{topic, put, pop, pop}, 1)
		f.next(topic, done)
		f.next(put, done)
		f.next(pop, text("a"))
		f.next(pop, text("a"))
		f.fill()
		report := f.Snapshot().Check(t.Context(), history.Options{})
		assert.Equal(t, report.Verdict(history.DeliveredTwice).State, history.Violated, "%+v", report)
	})
	t.Run("Late", func(t *testing.T) {
		f := forgeLong(t, []*machine.Command{topic, put}, 1, pop, pop)
		call := f.asks(topic)
		f.proposes(call, 1)
		f.applies(1)
		f.answers(call, 7, done, nil) // a wrong index is no wrong answer
		f.last = 1
		f.next(put, done)
		f.fill()
		f.next(pop, text("a"))
		f.next(pop, text("b"))
		report := f.Snapshot().Check(t.Context(), history.Options{})
		assert.Equal(t, report.Verdict(history.Invented).State, history.Open, "%+v", report)
	})
	// The cause lies just before the period of the wrong answer, whose start is unsure
	// because a message is pending.
	t.Run("CauseBefore", func(t *testing.T) {
		rest := queue.PutMessage.New("t", "rest")
		log := []*machine.Command{topic, put, rest}
		for range history.Kept/4 - 4 {
			log = append(log, filler)
		}
		f := forgeLong(t, append(log, pop, pop), 1)
		for i, c := range log {
			r := done
			if i > 2 {
				r = nothing
			}
			f.next(c, r)
		}
		f.next(pop, text("a")) // the last request of its period
		f.next(pop, text("a"))
		f.fill()
		report := f.Snapshot().Check(t.Context(), history.Options{})
		assert.Equal(t, report.Verdict(history.DeliveredTwice).State, history.Violated, "%+v", report)
	})
}

// Requests that a recorder has forgotten may explain an answer that contradicts the log, so
// Check does not call that a violation. Each history has one such reason.
func TestForgottenRequestsLeaveChecksOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes many requests")
	}
	topic, put, pop := queue.PutTopic.New("t"), queue.PutMessage.New("t", "a"), queue.PopMessage.New("t")
	other := queue.PutMessage.New("t", "b")
	for name, begin := range map[string]func(*longForger){
		// Both puts were under way together, so the queue may have them the other way round.
		"Pending": func(f *longForger) {
			a, b := f.asks(put), f.asks(other)
			f.proposes(a, 2)
			f.proposes(b, 3)
			f.applies(3)
			f.answers(a, 2, done, nil)
			f.answers(b, 3, done, nil)
		},
		// The pop without an answer may never have been carried out.
		"Unknown": func(f *longForger) {
			f.last = 1
			f.next(put, done)
			call := f.asks(pop)
			f.proposes(call, 3)
			f.applies(3)
			f.answers(call, 3, nothing, machine.ErrLeadershipLost)
		},
		"Waiting": func(f *longForger) {
			f.last = 1
			f.next(put, done)
			f.proposes(f.asks(pop), 3)
			f.applies(3)
		},
	} {
		t.Run(name, func(t *testing.T) {
			log := []*machine.Command{topic, put, pop}
			if name == "Pending" {
				log[2] = other
			}
			f := forgeLong(t, log, 2, pop)
			f.next(topic, done)
			begin(f)
			f.last = 3
			f.fill()
			f.fill()
			shown := "a"
			if name == "Pending" {
				shown = "b"
			}
			f.next(pop, text(shown))
			report := f.Snapshot().Check(t.Context(), history.Options{})
			assert.Equal(t, report.State(), history.Open, "%+v", report)
		})
	}
}
