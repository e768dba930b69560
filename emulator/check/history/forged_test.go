package history_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A forger shows a recorder records that no world makes. The log behind them is real: that
// of a lone node, whose requests the recorder has not seen.
type forger struct {
	*history.Recorder
	t     *testing.T
	world *world.World
	seq   uint64
	calls map[uint64]*trace.Call
}

// forge returns a forger whose log has these commands, from index 1 on.
func forge(t *testing.T, log ...*machine.Command) *forger {
	t.Helper()
	w := world.New(fixture.Fresh(1).Config(), nil)
	w.RunUntil(time.Second)
	for i, c := range log {
		w.Do(0, c, nil)
		if i%world.MaxBatch == 0 { // before too many wait
			w.RunUntil(w.Now())
		}
	}
	w.RunUntil(2 * time.Second)
	assert.Equal(t, w.Log(0).LastIndex(), raft.Index(len(log)))
	f := &forger{history.NewRecorder(), t, w, 0, map[uint64]*trace.Call{}}
	f.record(trace.Init, 0, &trace.Start{Up: true})
	return f
}

func (f *forger) record(k trace.Kind, i raft.Index, detail any) uint64 {
	f.seq++
	s, _, _ := f.world.State(0)
	s.CommitIndex = 0
	f.Record(f.world, &trace.Record{Seq: f.seq, Kind: k, Index: i, State: s, Detail: detail})
	return f.seq
}

// asks records a request.
func (f *forger) asks(c *machine.Command) uint64 {
	call := &trace.Call{ID: uuid.New(), Command: c}
	call.Seq = f.record(trace.Request, 0, call)
	f.calls[call.Seq] = call
	return call.Seq
}

// proposes records that a request became an entry.
func (f *forger) proposes(call uint64, i raft.Index) {
	f.record(trace.Kind(raft.ClientRequest), i, f.calls[call])
}

// applies records that the node has applied the log up to an entry.
func (f *forger) applies(i raft.Index) { f.record(trace.Apply, i, nil) }

// answers records an answer.
func (f *forger) answers(call uint64, i raft.Index, r machine.Result, err error) {
	f.calls[call].Reply = machine.Reply{Result: r, Index: i, Err: err}
	f.record(trace.Response, i, f.calls[call])
}

// does records a request with everything that follows from it.
func (f *forger) does(c *machine.Command, i raft.Index, r machine.Result) {
	call := f.asks(c)
	f.proposes(call, i)
	f.applies(i)
	f.answers(call, i, r, nil)
}

var (
	done    = machine.Result{OK: true}
	nothing = machine.Result{}
)

func text(s string) machine.Result { return machine.Result{OK: true, Text: s} }

// Each history has one thing wrong that only one guard of the recorder sees: all answers
// agree with the log. A search then finds the violation.
func TestRecorderDoubtsTheLog(t *testing.T) {
	topic, putA, putB, pop, popAgain := queue.PutTopic.New("t"), queue.PutMessage.New("t", "a"),
		queue.PutMessage.New("t", "b"), queue.PopMessage.New("t"), queue.PopMessage.New("t")
	for name, c := range map[string]struct {
		forge func(*testing.T) *forger
		check string // that is violated; "" for none
		words string // why the recorder doubts
	}{
		"CarriedOutTwice": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, putB, pop, pop, popAgain)
			f.does(topic, 1, done)
			f.does(putA, 2, done)
			f.does(putB, 3, done)
			call := f.asks(pop)
			f.proposes(call, 4)
			f.proposes(call, 5)
			f.applies(4)
			f.answers(call, 4, text("a"), nil)
			f.applies(5) // b is gone
			f.does(popAgain, 6, nothing)
			return f
		}, history.Lost, "a request was carried out twice"},
		"RefusedAndThenCarriedOut": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop)
			f.does(topic, 1, done)
			call := f.asks(putA)
			f.proposes(call, 2)
			f.answers(call, 0, nothing, machine.ErrNotLeader)
			f.applies(2)
			f.does(pop, 3, text("a"))
			return f
		}, history.Invented, "a refused request was carried out"},
		"CarriedOutAndThenRefused": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop)
			f.does(topic, 1, done)
			call := f.asks(putA)
			f.proposes(call, 2)
			f.applies(2)
			f.answers(call, 0, nothing, machine.ErrNotLeader)
			f.does(pop, 3, text("a"))
			return f
		}, history.Invented, "a refused request was carried out"},
		"EntryOfNobody": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop)
			f.does(topic, 1, done)
			f.applies(2)
			f.does(pop, 3, text("a"))
			return f
		}, history.Invented, "a node applied an entry that no client had asked for"},
		"EntryOfARequestThatNobodyMade": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop)
			f.does(topic, 1, done)
			f.calls[1000] = &trace.Call{Seq: 1000, Command: putA}
			f.proposes(1000, 2)
			f.applies(2)
			f.does(pop, 3, text("a"))
			return f
		}, history.Invented, "a request was carried out twice"},
		// The request asked for another term's entry at this place.
		"EntryOfAnotherTerm": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop)
			f.does(topic, 1, done)
			call := f.asks(putA)
			s, _, _ := f.world.State(0)
			s.Term++
			f.seq++
			f.Record(f.world, &trace.Record{Seq: f.seq, Kind: trace.Kind(raft.ClientRequest), Index: 2, State: s, Detail: f.calls[call]})
			f.answers(call, 0, nothing, machine.ErrNotLeader)
			f.applies(2)
			f.does(pop, 3, text("a"))
			return f
		}, history.Invented, "a node applied an entry that no client had asked for"},
		"EntryOfAnotherCommand": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop)
			f.does(topic, 1, done)
			call := f.asks(putB)
			f.proposes(call, 2)
			f.applies(2)
			f.answers(call, 2, done, nil)
			f.does(pop, 3, text("a"))
			return f
		}, history.Invented, "a node applied an entry that no client had asked for"},
		// The answer comes before any node has applied the entry, and is right by chance.
		"AnsweredBeforeItIsApplied": {func(t *testing.T) *forger {
			f := forge(t, topic, putA, pop, popAgain)
			f.does(topic, 1, done)
			call := f.asks(pop) // empty, but a is there when the entry is applied
			f.proposes(call, 3)
			f.does(putA, 2, done)
			f.answers(call, 3, text("a"), nil)
			f.applies(3)
			f.does(popAgain, 4, nothing)
			return f
		}, "", "an answer disagreed with the log"},
		"NoSuchEntry": {func(t *testing.T) *forger {
			f := forge(t, topic)
			f.does(topic, 1, done)
			f.applies(2)
			return f
		}, "", "a node applied an entry that its log lacks"},
	} {
		t.Run(name, func(t *testing.T) {
			f := c.forge(t)
			assert.Assert(t, f.Troubled())
			report := f.Snapshot().Check(t.Context(), history.Options{})
			assert.Assert(t, cmp.Contains(report.How, c.words))
			for _, v := range report.Verdicts {
				want := history.Held
				if c.check != "" && (v.Name == c.check || v.Name == history.Linearizable) {
					want = history.Violated
				}
				assert.Equal(t, v.State, want, "%+v", v)
			}
		})
	}
}

// A request that became an entry, and whose node crashed, may be carried out later.
func TestRecorderKnowsThatAnEntryMayLast(t *testing.T) {
	topic, put, pop := queue.PutTopic.New("t"), queue.PutMessage.New("t", "a"), queue.PopMessage.New("t")
	f := forge(t, topic, put, pop)
	f.does(topic, 1, done)
	call := f.asks(put)
	f.proposes(call, 2)
	f.answers(call, 0, nothing, machine.ErrNodeDown)
	f.applies(2)
	f.does(pop, 3, text("a"))
	lost := f.asks(pop) // never an entry
	f.answers(lost, 0, nothing, machine.ErrNodeDown)
	assert.Assert(t, !f.Troubled())
	calls := f.Snapshot().Calls()
	assert.Equal(t, calls[1].Outcome, history.Unknown)
	assert.Equal(t, calls[3].Outcome, history.Refused)
	h := f.Snapshot().History()
	report := history.Check(t.Context(), h, history.Options{})
	assert.Equal(t, report.State(), history.Held, "%+v", report)
}

// Two leaders may propose for one index. It is the older one's entry that is applied here.
func TestRecorderKeepsAllProposalsOfAnIndex(t *testing.T) {
	topic, putA, putB := queue.PutTopic.New("t"), queue.PutMessage.New("t", "a"), queue.PutMessage.New("t", "b")
	f := forge(t, topic, putA)
	f.does(topic, 1, done)
	a, b := f.asks(putA), f.asks(putB)
	f.proposes(a, 2)
	s, _, _ := f.world.State(0)
	s.Term++
	f.seq++
	f.Record(f.world, &trace.Record{Seq: f.seq, Kind: trace.Kind(raft.ClientRequest), Index: 2, State: s, Detail: f.calls[b]})
	f.applies(2)
	f.answers(a, 2, done, nil)
	f.answers(b, 2, nothing, machine.ErrLeadershipLost)
	assert.Assert(t, !f.Troubled())
}

// Nobody gets the answer to a client that has gone, right or wrong. A request that was not
// carried out is refused all the same.
func TestRecorderKnowsClientsThatHungUp(t *testing.T) {
	topic, pop := queue.PutTopic.New("t"), queue.PopMessage.New("t")
	f := forge(t, topic, pop)
	f.does(topic, 1, done)
	f.HungUp(f.asks(pop)) // and no answer
	wrong, refused := f.asks(pop), f.asks(pop)
	f.proposes(wrong, 2)
	f.applies(2)
	f.HungUp(wrong)
	f.HungUp(refused)
	f.answers(wrong, 2, text("invented"), nil)
	f.answers(refused, 0, nothing, machine.ErrNotLeader)
	var outcomes []history.Outcome
	for _, c := range f.Snapshot().Calls() {
		outcomes = append(outcomes, c.Outcome)
	}
	assert.DeepEqual(t, outcomes, []history.Outcome{history.Done, history.Unknown, history.Unknown, history.Refused})
	report := f.Snapshot().Check(t.Context(), history.Options{})
	assert.Equal(t, report.State(), history.Held, "%+v", report)
}

// An answer agrees with the log only if all of it does.
func TestRecorderComparesWholeAnswers(t *testing.T) {
	log := []*machine.Command{queue.PutTopic.New("t"), queue.PutMessage.New("t", "a"), queue.GetTopics.New(), queue.PopMessage.New("t")}
	list := func(topics ...string) machine.Result { return machine.Result{OK: true, List: topics} }
	play := func(t *testing.T, wrong raft.Index, result machine.Result, index raft.Index) *forger {
		f := forge(t, log...)
		for i, r := range []machine.Result{done, done, list("t"), text("a")} {
			i := raft.Index(i + 1)
			call := f.asks(log[i-1])
			f.proposes(call, i)
			f.applies(i)
			if i == wrong {
				f.answers(call, index, result, nil)
			} else {
				f.answers(call, i, r, nil)
			}
		}
		return f
	}
	assert.Assert(t, !play(t, 0, nothing, 0).Troubled())
	for name, c := range map[string]struct {
		at     raft.Index
		result machine.Result
		index  raft.Index
		state  history.State
	}{
		"NoSuccess":    {1, nothing, 1, history.Violated},
		"OtherText":    {4, text("b"), 4, history.Violated},
		"OtherTopic":   {3, list("u"), 3, history.Violated},
		"NoTopic":      {3, list(), 3, history.Violated},
		"FurtherTopic": {3, list("t", "u"), 3, history.Violated},
		"OtherIndex":   {4, text("a"), 3, history.Held}, // a wrong index alone is no wrong answer
	} {
		t.Run(name, func(t *testing.T) {
			f := play(t, c.at, c.result, c.index)
			assert.Assert(t, f.Troubled())
			report := f.Snapshot().Check(t.Context(), history.Options{})
			assert.Equal(t, report.State(), c.state, "%+v", report)
		})
	}
}
