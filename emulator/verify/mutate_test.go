package verify_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/oracle"
	"rrmq.example/emulator/emulator/verify"
	"rrmq.example/emulator/emulator/world"
)

// A tape is a run as the oracle reads it.
type tape struct {
	setup  oracle.Setup
	events []oracle.Event
}

// The tapes with fast and with slow storage, made once: who changes a record puts
// it back.
var (
	fastTape = sync.OnceValue(func() *tape { return newTape(false) })
	slowTape = sync.OnceValue(func() *tape { return newTape(true) })
)

// newTape records a run without copies of messages, in which every other kind of
// record is.
func newTape(slow bool) *tape {
	for seed := uint64(0); ; seed++ {
		var records []world.Record
		s := newStorm(1000+seed, weather{slow: slow}, func(r *world.Record) { records = append(records, *r) })
		if s.blow(90); !hasAll(s.Trace(), slow) {
			continue
		}
		tape := &tape{setup: verify.SetupOf(s.Config()), events: make([]oracle.Event, len(records))}
		tape.setup.Command = nil
		d := oracle.NewDecoder()
		for i := range records {
			if err := d.Decode(records[i].AppendJSON(nil), &tape.events[i]); err != nil {
				panic(err)
			}
		}
		if v := tape.judge(tape.events); v != nil {
			panic(v)
		}
		return tape
	}
}

// hasAll tells whether there are records of every kind, but for copies of messages.
func hasAll(t *world.Trace, slow bool) bool {
	for k := range world.RuleEnded + 1 {
		switch k {
		case world.ResumeMessage:
		case world.DuplicateMessage:
			if t.Count(k) > 0 {
				return false
			}
		default:
			if t.Count(k) == 0 && (slow || k != world.Persist) {
				return false
			}
		}
	}
	return true
}

func (p *tape) judge(events []oracle.Event) *oracle.Violation {
	o := oracle.New()
	o.Begin(p.setup)
	for i := range events {
		if v := o.Take(&events[i]); v != nil {
			return v
		}
	}
	return nil
}

// each calls f with each record and judges the run with what f has made of it; f
// tells whether it has changed it. The run must be rejected right there, for a rule
// that begins with one of these words.
func (p *tape) each(t *testing.T, what string, f func(e *oracle.Event) bool, rules func(oracle.Kind) []string) {
	t.Helper()
	changed := map[oracle.Kind]int{}
	for _, i := range p.sample() {
		was := p.events[i]
		if changed[was.Kind] == perKind {
			continue
		}
		e := was
		e.Message.Entries = slices.Clone(was.Message.Entries)
		if !f(&e) {
			continue
		}
		changed[was.Kind]++
		p.events[i] = e
		v := p.judge(p.events[:i+1])
		p.events[i] = was
		if !assert.Check(t, v != nil, "%s of record %d, a %s, is accepted", what, i+1, was.Kind) {
			continue
		}
		ok := v.Seq == was.Seq && slices.ContainsFunc(rules(was.Kind), func(r string) bool { return strings.HasPrefix(v.Rule.String(), r) })
		assert.Check(t, ok, "%s of record %d, a %s: want a breach of %q there, got %v", what, i+1, was.Kind, rules(was.Kind), v)
	}
	assert.Check(t, len(changed) > 0, "%s: no record has it", what)
}

// perKind is the number of records of a kind that are tried with each change.
const perKind = 6

// sample gives the places of the records, in an order that has early and late ones
// of each kind at its front.
func (p *tape) sample() []int {
	return rand.New(rand.NewPCG(1, 1)).Perm(len(p.events))
}

// own is the rule of the action itself.
func own(k oracle.Kind) []string { return []string{k.String()} }

func always(rules ...string) func(oracle.Kind) []string {
	return func(oracle.Kind) []string { return rules }
}

// tapes runs a test with fast and with slow storage.
func tapes(t *testing.T, test func(t *testing.T, p *tape)) {
	t.Run("FastStorage", func(t *testing.T) { test(t, fastTape()) })
	t.Run("SlowStorage", func(t *testing.T) { test(t, slowTape()) })
}

// A record whose state is another than what follows from its action is illegal, for
// what the action does to that variable.
func TestStateOfEachRecordIsJudged(t *testing.T) {
	tapes(t, func(t *testing.T, p *tape) {
		change := func(what string, f func(s *oracle.State)) {
			p.each(t, what, func(e *oracle.Event) bool {
				if e.Node == oracle.Nobody || e.Kind == oracle.Init {
					return false
				}
				f(&e.State)
				return true
			}, own)
		}
		change("the term", func(s *oracle.State) { s.Term++ })
		change("the role", func(s *oracle.State) { s.Role = (s.Role + 1) % 3 })
		change("the vote", func(s *oracle.State) { s.VotedFor++ })
		change("the leader", func(s *oracle.State) { s.Leader++ })
		change("the commit index", func(s *oracle.State) { s.CommitIndex++ })
		change("what is applied", func(s *oracle.State) { s.Applied++ })
		change("the last index", func(s *oracle.State) { s.LastIndex++ })
		change("the last term", func(s *oracle.State) { s.LastTerm++ })
	})
}

// A message says what its action sends, and arrives as it was sent.
func TestMessagesAreJudged(t *testing.T) {
	tapes(t, func(t *testing.T, p *tape) {
		rules := func(k oracle.Kind) []string {
			switch k {
			case oracle.RequestVote, oracle.AppendEntries:
				return []string{k.String(), "Send", "trace"}
			case oracle.Reply:
				return []string{"Reply", "HandleRequestVoteRequest", "HandleAppendEntriesRequest", "trace"}
			}
			return []string{"Receive(m): m is as it was sent", "Receive(m): m.mdest", "Receive(m): m \\in", "trace", "UpdateTerm"}
		}
		change := func(what string, f func(m *oracle.Message) bool) {
			p.each(t, what, func(e *oracle.Event) bool {
				switch e.Kind {
				case oracle.RPC, oracle.Init, oracle.ResumeMessage: // what comes from outside may be anything
					return false
				}
				return e.Message.ID != 0 && f(&e.Message)
			}, rules)
		}
		of := func(t oracle.MessageType, f func(m *oracle.Message)) func(m *oracle.Message) bool {
			return func(m *oracle.Message) bool {
				f(m)
				return m.Type == t
			}
		}
		all := func(f func(m *oracle.Message)) func(m *oracle.Message) bool {
			return func(m *oracle.Message) bool {
				f(m)
				return true
			}
		}
		change("the id", all(func(m *oracle.Message) { m.ID++ }))
		change("the sender", all(func(m *oracle.Message) { m.From++ }))
		change("the receiver", all(func(m *oracle.Message) { m.To = m.From }))
		change("the term", all(func(m *oracle.Message) { m.Term++ }))
		change("an older term", all(func(m *oracle.Message) { m.Term-- }))
		change("the last log index", of(oracle.RequestVoteRequest, func(m *oracle.Message) { m.LastLogIndex++ }))
		change("the last log term", of(oracle.RequestVoteRequest, func(m *oracle.Message) { m.LastLogTerm++ }))
		change("the vote", of(oracle.RequestVoteResponse, func(m *oracle.Message) { m.VoteGranted = !m.VoteGranted }))
		change("the term before", of(oracle.AppendEntriesRequest, func(m *oracle.Message) { m.PrevLogTerm++ }))
		change("the index before", of(oracle.AppendEntriesRequest, func(m *oracle.Message) { m.PrevLogIndex += 1000 }))
		change("the leader's commit index", of(oracle.AppendEntriesRequest, func(m *oracle.Message) { m.LeaderCommit++ }))
		change("success", of(oracle.AppendEntriesResponse, func(m *oracle.Message) { m.Success = !m.Success }))
		change("the index answered for", of(oracle.AppendEntriesResponse, func(m *oracle.Message) { m.PrevLogIndex++ }))
		change("the match index", of(oracle.AppendEntriesResponse, func(m *oracle.Message) { m.MatchIndex++ }))
		change("the conflict's term", of(oracle.AppendEntriesResponse, func(m *oracle.Message) { m.ConflictTerm++ }))
		change("the conflict's index", of(oracle.AppendEntriesResponse, func(m *oracle.Message) { m.ConflictIndex += 1000 }))
		change("an entry more", of(oracle.AppendEntriesRequest, func(m *oracle.Message) {
			m.Entries = append(m.Entries, oracle.Entry{Term: m.Term, Value: &oracle.Command{Op: "put_topic", Topic: "other"}})
		}))
		entry := func(f func(e *oracle.Entry)) func(m *oracle.Message) bool {
			return func(m *oracle.Message) bool {
				if len(m.Entries) == 0 {
					return false
				}
				f(&m.Entries[len(m.Entries)-1])
				return true
			}
		}
		change("an entry's term", entry(func(e *oracle.Entry) { e.Term++ }))
		change("an entry's command", entry(func(e *oracle.Entry) { e.Value = &oracle.Command{Op: "put_topic", Topic: "other"} }))
		change("an entry less, from the front", func(m *oracle.Message) bool {
			if len(m.Entries) == 0 {
				return false
			}
			m.Entries = append(m.Entries[1:], oracle.Entry{Term: m.Term, Value: &oracle.Command{Op: "put_topic", Topic: "other"}})
			return true
		})
	})
}

// Clients are answered once, for a reason that is so, with what the queue gives.
func TestAnswersAreJudged(t *testing.T) {
	tapes(t, func(t *testing.T, p *tape) {
		change := func(what string, f func(e *oracle.Event) bool) {
			p.each(t, what, func(e *oracle.Event) bool { return e.Kind == oracle.Response && f(e) }, own)
		}
		change("ok", func(e *oracle.Event) bool { e.Answer.OK = !e.Answer.OK; return true })
		change("the message", func(e *oracle.Event) bool { e.Answer.Message += "!"; return e.Answer.Error == "" })
		change("the topics", func(e *oracle.Event) bool {
			e.Answer.Topics = append(slices.Clone(e.Answer.Topics), "more")
			return e.Answer.Error == ""
		})
		change("no error", func(e *oracle.Event) bool {
			was := e.Answer.Error
			e.Answer.Error = ""
			return was != ""
		})
		change("another error", func(e *oracle.Event) bool {
			other := map[string]string{"not_leader": "leadership_lost", "leadership_lost": "not_leader", "node_down": "leadership_lost"}
			e.Answer.Error = other[e.Answer.Error]
			return e.Answer.Error != ""
		})
		change("the request", func(e *oracle.Event) bool { e.Request[3]++; return true })
		change("the index", func(e *oracle.Event) bool { e.Index++; return true })
	})
}

// Records are numbered, in order of time, and say what led to them.
func TestOrderIsJudged(t *testing.T) {
	tapes(t, func(t *testing.T, p *tape) {
		p.each(t, "time", func(e *oracle.Event) bool { was := e.Time; e.Time = -1; return was >= 0 }, always("trace: time"))
		p.each(t, "step", func(e *oracle.Event) bool {
			if e.Seq < 2 || e.Step == 0 || p.events[e.Seq-2].Step < e.Step {
				return false
			}
			e.Step--
			return true
		}, always("trace: step"))
		p.each(t, "a cause to come", func(e *oracle.Event) bool { e.Cause = e.Seq; return true }, always("trace: the cause"))
		p.each(t, "another cause", func(e *oracle.Event) bool {
			switch e.Cause++; e.Kind {
			case oracle.RequestVote, oracle.Restart, oracle.ClientRequest, oracle.Reply:
				return true
			case oracle.Response:
				return e.Answer.Error == ""
			}
			return e.Message.ID != 0 && e.Kind != oracle.AppendEntries && e.Kind != oracle.RPC
		}, always("trace: the cause", "Reply"))
		p.each(t, "the index", func(e *oracle.Event) bool {
			e.Index++
			return e.Kind == oracle.ClientRequest || e.Kind == oracle.Apply || e.Kind == oracle.Persist
		}, own)
		if p.setup.SlowStorage {
			p.each(t, "the term stored", func(e *oracle.Event) bool { e.Stored.Term++; return e.Kind == oracle.Persist }, own)
			p.each(t, "the vote stored", func(e *oracle.Event) bool { e.Stored.VotedFor++; return e.Kind == oracle.Persist }, own)
		}
		p.each(t, "the server", func(e *oracle.Event) bool {
			e.Node = 99
			return true
		}, always("trace: node"))
		p.each(t, "the fault", func(e *oracle.Event) bool {
			was := e.Fault
			e.Fault = "none of this name"
			return was != ""
		}, own)
	})
}

// edit makes another run of records of this one: the old ones by their places, with
// numbers, causes and ids as if it had happened so. What came later than cut and is
// not before it stays what it was.
func (p *tape) edit(places []int) []oracle.Event {
	now := make(map[uint64]uint64, len(places)) // numbers, by the old ones
	for k, i := range places {
		if old := p.events[i].Seq; now[old] == 0 {
			now[old] = uint64(k + 1)
		}
	}
	events := make([]oracle.Event, len(places))
	for k, i := range places {
		e := p.events[i]
		if id := now[e.Message.ID]; id != 0 {
			e.Message.ID = id
			if p.events[i].Message.ID == e.Seq {
				e.Message.ID = uint64(k + 1)
			}
		}
		if cause := now[e.Cause]; cause != 0 {
			e.Cause = cause
		}
		e.Seq = uint64(k + 1)
		events[k] = e
	}
	return events
}

// rearranged judges runs in which the record at a place is left out, repeated, or
// changed with the next, for records of these kinds.
func (p *tape) rearranged(t *testing.T, what string, kinds []oracle.Kind, f func(places []int, i int) []int) {
	t.Helper()
	tried := map[oracle.Kind]int{}
	end := len(p.events) * 9 / 10 // what happens at the end may have led to nothing yet
	for _, i := range p.sample() {
		k := p.events[i].Kind
		if i >= end || !slices.Contains(kinds, k) || tried[k] == perKind {
			continue
		}
		all := make([]int, len(p.events))
		for j := range all {
			all[j] = j
		}
		places := f(all, i)
		if places == nil {
			continue
		}
		tried[k]++
		v := p.judge(p.edit(places))
		assert.Check(t, v != nil, "record %d, a %s, %s: accepted", i+1, k, what)
	}
	for _, k := range kinds {
		assert.Check(t, tried[k] > 0 || k == oracle.Persist, "no %s was %s", k, what)
	}
}

// What must be there is missed, what can happen only once is not taken twice, and
// nothing comes before what led to it.
func TestRearrangedRunsAreJudged(t *testing.T) {
	tapes(t, func(t *testing.T, p *tape) {
		steps := []oracle.Kind{
			oracle.Init, oracle.Restart, oracle.Timeout, oracle.BecomeLeader, oracle.ClientRequest, oracle.AdvanceCommitIndex,
			oracle.UpdateTerm, oracle.HandleRequestVoteRequest, oracle.HandleAppendEntriesRequest, oracle.Reply, oracle.Apply, oracle.Persist,
		}
		p.rearranged(t, "left out", steps, func(places []int, i int) []int { return slices.Delete(places, i, i+1) })
		once := append(slices.Clone(steps), oracle.HandleRequestVoteResponse, oracle.HandleAppendEntriesResponse,
			oracle.DropStaleResponse, oracle.DropMessage, oracle.ReleaseMessage, oracle.HoldMessage, oracle.Request, oracle.Response)
		p.rearranged(t, "repeated", once, func(places []int, i int) []int { return slices.Insert(places, i, i) })
		p.rearranged(t, "before what led to it", slices.DeleteFunc(once, func(k oracle.Kind) bool {
			switch k { // these have no cause, or never follow it at once
			case oracle.Init, oracle.Timeout, oracle.Persist, oracle.Request, oracle.ReleaseMessage, oracle.HoldMessage:
				return true
			}
			return false
		}), func(places []int, i int) []int {
			cause := p.events[i].Cause
			if cause == 0 {
				return nil
			}
			places = slices.Delete(places, i, i+1)
			return slices.Insert(places, int(cause-1), i)
		})
	})
}

// Without new numbers, all of that breaks the order of the trace.
func TestNumbersAreJudged(t *testing.T) {
	p := fastTape()
	for i := 1; i < len(p.events)-1; i += 7 {
		for what, events := range map[string][]oracle.Event{
			"left out": slices.Delete(slices.Clone(p.events), i, i+1),
			"repeated": slices.Insert(slices.Clone(p.events), i, p.events[i]),
			"swapped":  slices.Concat(p.events[:i], []oracle.Event{p.events[i+1], p.events[i]}, p.events[i+2:]),
		} {
			v := p.judge(events)
			assert.Assert(t, v != nil && strings.HasPrefix(v.Rule.String(), "trace: seq"), "record %d %s: %v", i+1, what, v)
		}
	}
}
