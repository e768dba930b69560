package verify_test

import (
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/tests/budget"
)

// A record whose state does not follow from its action is illegal, by the rule for the
// changed variable.
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

// A message has the content that its action sends, and arrives unchanged.
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
				case oracle.RPC, oracle.Init, oracle.ResumeMessage: // input from outside may be anything
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

// A client gets one answer, for a true reason, with the queue's result.
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

// Records have numbers in the order of their times, and true causes.
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

// A run is illegal when a required record is left out, when a record that can occur
// only once is repeated, or when a record comes before its cause.
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

// The same changes without new numbers break the order of the trace.
func TestNumbersAreJudged(t *testing.T) {
	p := fastTape()
	for i := 1; i < len(p.events)-1; i += budget.Pick(41, 7) {
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

// Actions of the network and of crashes must agree with the trace's own records.
func TestSurroundingsAreJudged(t *testing.T) {
	fast, slow := fastTape(), slowTape()
	judge := func(p *tape, change func(s *oracle.Setup)) string {
		setup := p.setup
		change(&setup)
		v := (&tape{setup, p.events}).judge(p.events)
		assert.Assert(t, v != nil)
		return v.Rule.String()
	}
	cut := judge(fast, func(s *oracle.Setup) {
		for i := range s.Servers {
			for j := range s.Servers {
				s.Cuts = append(s.Cuts, [2]int{i, j})
			}
		}
	})
	assert.Check(t, cut == "Receive(m): no message passes a link that is cut" || strings.HasPrefix(cut, "DropMessage(m)"), cut)
	assert.Equal(t, judge(fast, func(s *oracle.Setup) { s.Paused = []int{0, 1, 2, 3, 4} }), "trace: only a server that is up and not paused takes a step")
	unsent := judge(fast, func(s *oracle.Setup) { s.SlowStorage = true })
	assert.Check(t, strings.HasPrefix(unsent, "Send(m): no message is sent before") || strings.HasPrefix(unsent, "DropMessage(m)"), unsent)
	assert.Assert(t, strings.HasPrefix(judge(slow, func(s *oracle.Setup) { s.SlowStorage = false }), "Persist(i)"))
	assert.Assert(t, strings.HasPrefix(judge(fast, func(s *oracle.Setup) { s.Servers = 1 }), "trace: node"))
}

// A change to the cluster that is left out of the trace makes a later record illegal.
func TestChangesAreMissed(t *testing.T) {
	missed := map[string][]string{ // by op: the broken rules
		"crash":     {"DropMessage", "Restart", "Response", "Nemesis"},
		"restart":   {"Restart"},
		"pause":     {"Nemesis"},
		"resume":    {"trace: only", "Nemesis"},
		"partition": {"DropMessage", "Receive(m): no message passes"},
		"isolate":   {"DropMessage", "Receive(m): no message passes"},
		"set_fault": {"DuplicateMessage", "DropMessage", "HoldMessage", "RuleEnded", "Nemesis"},
		"heal":      {"Restart", "Receive(m): no message passes", "trace: only", "Nemesis"},
	}
	seen := map[string]int{}
	for seed := range uint64(40) {
		var records []trace.Record
		storm := newStorm(seed, weather{slow: seed%2 == 1}, func(r *trace.Record) { records = append(records, *r) })
		storm.run(100)
		p := tapeOf(storm, records)
		for i := range p.events {
			e := &p.events[i]
			if e.Kind != oracle.Nemesis || missed[e.Change.Op] == nil {
				continue
			}
			was := e.Change
			e.Change = &oracle.Change{Op: "skew", Node: was.Node}
			if was.Node == oracle.Nobody {
				e.Change = &oracle.Change{Op: "set_fault", Node: oracle.Nobody, Fault: "none"}
			}
			v := p.judge(p.events)
			e.Change = was
			if v == nil {
				continue // the change had no effect
			}
			seen[was.Op]++
			rules := append([]string{was.Op}, missed[was.Op]...)
			ok := slices.ContainsFunc(rules, func(r string) bool { return strings.HasPrefix(v.Rule.String(), r) })
			assert.Check(t, ok, "without the %s of record %d: %v", was.Op, i+1, v)
		}
	}
	for op := range missed {
		assert.Check(t, seen[op] > 0, "no %s was missed", op)
	}
}

// A message that a rule holds arrives only after the rule has released it.
func TestHeldMessagesAreJudged(t *testing.T) {
	held := 0
	for _, p := range []*tape{fastTape(), slowTape()} {
		for i := range p.events {
			if p.events[i].Kind != oracle.ReleaseMessage {
				continue
			}
			places := make([]int, 0, len(p.events))
			for k := range p.events {
				if k != i {
					places = append(places, k)
				}
			}
			v := p.judge(p.edit(places))
			if v == nil {
				continue // it was still in flight at the end
			}
			held++
			rule := v.Rule.String()
			assert.Check(t, strings.HasPrefix(rule, "Receive(m): no message arrives that a fault holds") || strings.HasPrefix(rule, "DropMessage"), "%v", v)
		}
	}
	assert.Assert(t, held > 0)
}
