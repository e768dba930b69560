package verify_test

import (
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// Each Init record must agree with the fixture in the header, in everything that it shows.
func TestInitRecordsAreThoseOfTheFixture(t *testing.T) {
	other := oracle.Entry{Term: 1, Value: &oracle.Command{Op: "put_topic", Topic: "other"}}
	forgeries := map[string]func(e *oracle.Event) bool{
		"term":      func(e *oracle.Event) bool { e.State.Term++; return true },
		"role":      func(e *oracle.Event) bool { e.State.Role = (e.State.Role + 1) % 3; return true },
		"vote":      func(e *oracle.Event) bool { e.State.VotedFor++; return true },
		"leader":    func(e *oracle.Event) bool { e.State.Leader++; return true },
		"commit":    func(e *oracle.Event) bool { e.State.CommitIndex++; e.State.Applied++; return true },
		"last term": func(e *oracle.Event) bool { e.State.LastTerm++; return true },
		"up":        func(e *oracle.Event) bool { e.Begin.Up = !e.Begin.Up; return true },
		"an entry more": func(e *oracle.Event) bool {
			e.Begin.Log = append(slices.Clone(e.Begin.Log), other)
			return true
		},
		"another command": func(e *oracle.Event) bool {
			if len(e.Begin.Log) == 0 {
				return false
			}
			e.Begin.Log = slices.Clone(e.Begin.Log)
			e.Begin.Log[0].Value = other.Value
			return true
		},
		"another match_index": func(e *oracle.Event) bool {
			if e.Begin.Match == nil {
				return false
			}
			e.Begin.Match = slices.Clone(e.Begin.Match)
			e.Begin.Match[0]++
			return true
		},
		"another vote": func(e *oracle.Event) bool {
			e.Begin.Votes = append(slices.Clone(e.Begin.Votes), 4)
			return e.Begin.Counted
		},
		"counted": func(e *oracle.Event) bool { e.Begin.Counted = !e.Begin.Counted; return true },
		"a write less": func(e *oracle.Event) bool {
			if len(e.Begin.Writes) == 0 {
				return false
			}
			e.Begin.Writes = e.Begin.Writes[1:]
			return true
		},
		"what a write removed": func(e *oracle.Event) bool {
			if len(e.Begin.Writes) == 0 {
				return false
			}
			e.Begin.Writes = slices.Clone(e.Begin.Writes)
			e.Begin.Writes[0].Removed = append(slices.Clone(e.Begin.Writes[0].Removed), other)
			return true
		},
		"what is stored": func(e *oracle.Event) bool { e.Begin.Stored.Term++; return len(e.Begin.Writes) > 0 },
	}
	tried := map[string]int{}
	for seed := range uint64(40) {
		s := newStorm(seed, weather{slow: seed%2 == 0}, func(*trace.Record) {})
		s.run(20 + int(seed))
		p := startOf(t, s.Freeze())
		assert.Assert(t, p.judge(p.events) == nil, "seed %d: %v", seed, p.judge(p.events))
		for what, forge := range forgeries {
			for i := range p.setup.Servers {
				was := p.events[i]
				begin := *was.Begin
				p.events[i].Begin = &begin
				if forge(&p.events[i]) {
					tried[what]++
					v := p.judge(p.events)
					assert.Check(t, v != nil && v.Seq == was.Seq && strings.HasPrefix(v.Rule.String(), "Init: each server begins as"), "%s: %v", what, v)
				}
				p.events[i] = was
			}
		}
	}
	for what := range forgeries {
		assert.Check(t, tried[what] > 0, "no server has %s", what)
	}
}

// startOf returns the first records of a world, and the starts that they must show.
func startOf(t *testing.T, c world.Config) *tape {
	t.Helper()
	p := &tape{setup: verify.SetupOf(c)}
	p.setup.Command, p.setup.Starts = nil, verify.StartsOf(c)
	d := oracle.NewDecoder()
	world.New(c, func(r *trace.Record) {
		p.events = append(p.events, oracle.Event{})
		assert.NilError(t, d.Decode(r.AppendJSON(nil), &p.events[len(p.events)-1]))
	})
	return p
}

// A run begins with the Init records of all servers.
func TestARunBeginsWithEachServer(t *testing.T) {
	p := fastTape()
	var places []int
	for i := range p.events {
		if p.events[i].Kind != oracle.Init || p.events[i].Node != p.setup.Servers-1 {
			places = append(places, i)
		}
	}
	v := p.judge(p.edit(places))
	assert.Assert(t, v != nil && v.Seq == uint64(p.setup.Servers) && v.Action == "trace", "%v", v)
}

// A trace whose Init record contradicts its header is illegal there.
func TestATraceOfAnotherStartIsIllegal(t *testing.T) {
	good, _ := record(t, "figure_7", "")
	lines := strings.SplitAfter(good, "\n")
	for what, forge := range map[string]func(line string) string{
		"Term": func(line string) string {
			return strings.Replace(line, `"term":6,"voted_for"`, `"term":7,"voted_for"`, 1)
		},
		"Role": func(line string) string { return strings.Replace(line, `"role":"Leader"`, `"role":"Follower"`, 1) },
		"Log":  func(line string) string { return strings.Replace(line, `"log":[{"term":1`, `"log":[{"term":0`, 1) },
	} {
		t.Run(what, func(t *testing.T) {
			forged := slices.Clone(lines)
			at := slices.IndexFunc(forged, func(line string) bool {
				return strings.Contains(line, `"event":"Init"`) && forge(line) != line
			})
			assert.Assert(t, at > 0)
			forged[at] = forge(forged[at])
			runs := judge(t, strings.Join(forged, ""))
			assert.Assert(t, runs[0].Finding != nil)
			assert.Equal(t, runs[0].At, at+1)
			assert.Assert(t, strings.HasPrefix(runs[0].Finding.Rule.String(), "Init: each server begins as"), runs[0].Finding.Rule)
		})
	}
}
