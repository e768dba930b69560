package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/tests/budget"
)

// A comparer is written to like a file. It applies the records, and compares the state that
// follows from them with each state that is written.
type comparer struct {
	t      *testing.T
	run    string
	reader reader
	states int
	seen   map[string]int // kinds of records, and what they say beside the state
}

// A line is one line of the output.
type line struct {
	Run     string
	Record  *trace.Event
	After   uint64
	Cluster json.RawMessage
}

func (c *comparer) Write(data []byte) (int, error) {
	for text := range bytes.Lines(data) {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return 0, err
		}
		switch {
		case l.Run != "":
			c.run = l.Run
		case l.Record != nil:
			c.see(l.Record)
			c.reader.apply(l.Record)
		default:
			c.states++
			if err := c.compare(&l); err != nil {
				return 0, err
			}
		}
	}
	return len(data), nil
}

// compare compares the states, and names the parts in which they differ.
func (c *comparer) compare(l *line) error {
	got, err := json.Marshal(c.reader.cluster())
	if err != nil || bytes.Equal(got, l.Cluster) {
		return err
	}
	var a, b struct {
		Nodes                       []map[string]json.RawMessage
		Messages, Held, Cuts, Rules json.RawMessage
	}
	assert.NilError(c.t, json.Unmarshal(got, &a))
	assert.NilError(c.t, json.Unmarshal(l.Cluster, &b))
	words := fmt.Sprintf("%s: after record %d:", c.run, l.After)
	for i := range b.Nodes {
		for key, want := range b.Nodes[i] {
			if !bytes.Equal(a.Nodes[i][key], want) {
				words += fmt.Sprintf("\n  node %d: %s is read as %.300s, and is %.300s", i, key, a.Nodes[i][key], want)
			}
		}
	}
	for key, p := range map[string][2]json.RawMessage{"messages": {a.Messages, b.Messages}, "held": {a.Held, b.Held}, "cuts": {a.Cuts, b.Cuts}, "rules": {a.Rules, b.Rules}} {
		if !bytes.Equal(p[0], p[1]) {
			words += fmt.Sprintf("\n  %s are read as %.300s, and are %.300s", key, p[0], p[1])
		}
	}
	return fmt.Errorf("%s", words)
}

// see counts what the record has.
func (c *comparer) see(e *trace.Event) {
	c.seen[e.Kind]++
	for what, is := range map[string]bool{
		"timer": e.Timer != nil, "kept": e.Kept != nil, "progress": e.Progress != nil, "counted": e.Counted, "again": e.Again != nil,
		"unlogged": e.Unlogged != nil, "log": e.Log != nil, "fault": e.Fault != "",
	} {
		if is {
			c.seen[e.Kind+" with "+what]++
		}
	}
	if i := e.Init; i != nil {
		for what, is := range map[string]bool{
			"paused": i.Paused, "skew": i.Skew != 0, "cut": i.Cut != nil, "faults": i.Faults != nil, "votes": i.Votes != nil, "writes": i.Writes != nil,
		} {
			if is {
				c.seen["Init with "+what]++
			}
		}
	}
}

func newComparer(t *testing.T) (*comparer, *writer) {
	c := &comparer{t: t, seen: map[string]int{}}
	return c, &writer{out: c, records: budget.Pick[uint64](250, 3000), bytes: most}
}

// A program that reads the records of a run from the first one on, as docs/reference/trace.md says,
// knows the cluster's whole state at the end of each step.
func TestRecordsTellTheWholeState(t *testing.T) {
	seen := map[string]int{}
	t.Run("Fixtures", func(t *testing.T) {
		c, w := newComparer(t)
		c.seen = seen
		assert.NilError(t, fixtures(w.run))
		assert.Assert(t, c.states > 10_000)
	})
	t.Run("Random", func(t *testing.T) {
		c, w := newComparer(t)
		c.seen = seen
		assert.NilError(t, random(budget.Pick(24, 300), w.run))
		assert.Assert(t, c.states > 1000)
	})
	for k := range trace.NumKinds {
		assert.Check(t, seen[k.String()] > 0, "no %s", k)
	}
	for _, what := range []string{
		"SetTimer with timer", "Init with timer", "HandleAppendEntriesRequest with kept", "HandleAppendEntriesResponse with progress",
		"Timeout with counted", "Persist with counted", "HandleRequestVoteResponse with counted", "Apply with again",
		"Response with unlogged", "Nemesis with log", "ResumeMessage with fault",
		"Init with paused", "Init with skew", "Init with cut", "Init with faults", "Init with votes", "Init with writes",
	} {
		assert.Check(t, seen[what] > 0, "no %s", what)
	}
	for i, b := range bugs.All() {
		t.Run(b.Name, func(t *testing.T) {
			c, w := newComparer(t)
			for k := range budget.Pick(1, 10) {
				o := explore.Options{Seed: uint64(i), SimTime: 3 * time.Second, Nodes: 3, Bug: b.Name}
				assert.NilError(t, randomRun(fmt.Sprint(b.Name, k), o, k, w.run))
			}
			assert.Assert(t, c.states > 100)
		})
	}
}

// The output is the same each time.
func TestOutputRepeats(t *testing.T) {
	var files [2]bytes.Buffer
	for i := range files {
		w := writer{out: &files[i], records: 200, bytes: most}
		assert.NilError(t, random(3, w.run))
	}
	assert.Assert(t, files[0].Len() > 10_000 && bytes.Equal(files[0].Bytes(), files[1].Bytes()))
}
