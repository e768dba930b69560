package explain_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/tests/budget"
)

// record runs a fixture's scenario and returns the records of its run.
func record(t *testing.T, f *fixture.Fixture) []trace.Record {
	t.Helper()
	var file bytes.Buffer
	_, err := scenario.Run(context.Background(), f, scenario.Options{Trace: &file})
	assert.NilError(t, err)
	return read(t, &file)
}

// read returns the records of the first run of a file.
func read(t *testing.T, file io.Reader) []trace.Record {
	t.Helper()
	in := trace.NewReader(file)
	_, err := in.Run()
	assert.NilError(t, err)
	var records []trace.Record
	for {
		line, err := in.Record()
		if err == io.EOF {
			return records
		}
		assert.NilError(t, err)
		r, err := trace.Decode(line, nil)
		assert.NilError(t, err)
		records = append(records, r)
	}
}

func named(t *testing.T, name string) *fixture.Fixture {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	return f
}

// The first record in which a node with a planted bug acts against the paper is named, for
// nearly all bugs. Without the bug, the same scenario breaks no rule.
func TestBrokenRulesOfPlantedBugs(t *testing.T) {
	found := 0
	for _, b := range bugs.All() {
		f := named(t, b.Name)
		e := explain.New(record(t, f), len(f.Nodes))
		broken := e.Broken(1)
		if len(broken) == 0 {
			t.Logf("%s: nothing is broken", b.Name)
			continue
		}
		found++
		x, err := e.Explain(broken[0])
		assert.NilError(t, err)
		t.Logf("%s: #%d %s: %s (%s) %s", b.Name, x.Seq, x.Event, x.Broken, x.Section, x.Text)
		assert.Assert(t, x.Broken != "" && x.Section != "", b.Name)
		for i := range f.Nodes {
			f.Nodes[i].Bug = ""
		}
		healthy := explain.New(record(t, f), len(f.Nodes))
		for _, seq := range healthy.Broken(1) {
			x, _ := healthy.Explain(seq)
			t.Errorf("%s without the bug: #%d is said to break %q: %s", b.Name, seq, x.Broken, x.Text)
		}
	}
	t.Logf("%d of %d", found, len(bugs.All()))
	assert.Assert(t, found >= 38)
}

// Each record of each shipped scenario has an explanation, and no healthy node breaks a rule.
func TestEveryRecordIsExplained(t *testing.T) {
	for _, info := range fixture.List() {
		if !info.Scenario || info.Folder == fixture.Course {
			continue
		}
		f := named(t, info.Name)
		records := record(t, f)
		if most := budget.Pick(3000, 50000); len(records) > most {
			records = records[:most]
		}
		e := explain.New(records, len(f.Nodes))
		seqs := make([]uint64, len(records))
		for i := range records {
			seqs[i] = records[i].Seq
		}
		all := e.Each(seqs)
		assert.Equal(t, len(all), len(records), info.Name)
		for i := range all {
			x := &all[i]
			assert.Assert(t, x.Text != "" && x.Values != nil && x.Steps != nil, "%s: #%d", info.Name, x.Seq)
			assert.Assert(t, len(x.Steps) <= explain.MaxSteps, "%s: #%d", info.Name, x.Seq)
			for _, s := range x.Steps {
				assert.Assert(t, s.Seq < x.Seq && s.Text != "", "%s: #%d", info.Name, x.Seq)
			}
			if info.Folder != "bugs" && x.Broken != "" {
				t.Errorf("%s: #%d is said to break %q: %s", info.Name, x.Seq, x.Broken, x.Text)
			}
		}
		now := e.Now()
		assert.Assert(t, now.Text != "", info.Name)
		// From the middle on, less is known, and no more is claimed.
		half := explain.New(records[len(records)/2:], len(f.Nodes))
		for _, x := range half.Each(seqs[len(seqs)/2:]) {
			assert.Assert(t, x.Text != "", "%s: #%d", info.Name, x.Seq)
			if whole := &all[x.Seq-1]; x.Broken != "" && whole.Broken == "" {
				t.Errorf("%s: from #%d on: #%d is said to break %q: %s", info.Name, half.First(), x.Seq, x.Broken, x.Text)
			}
		}
		assert.Assert(t, half.Now().Text != "", info.Name)
	}
}

// Older formats record less. Their records are explained also, and nodes are accused only of the
// bug that they had.
func TestOlderFormats(t *testing.T) {
	for name, bug := range map[string]string{"format_1": "", "format_2": "A node applies each entry once, in order"} {
		file, err := os.Open("../../check/replay/testdata/" + name + ".jsonl")
		assert.NilError(t, err)
		defer file.Close()
		records := read(t, file)
		e := explain.New(records, 0)
		partial := 0
		assert.Equal(t, len(e.Broken(1)) > 0, bug != "", name)
		for i := range records {
			x, err := e.Explain(records[i].Seq)
			assert.NilError(t, err)
			assert.Assert(t, x.Text != "", "%s: #%d", name, x.Seq)
			assert.Assert(t, x.Broken == "" || x.Broken == bug, "%s: #%d is said to break %q: %s", name, x.Seq, x.Broken, x.Text)
			if x.Missing != "" {
				partial++
			}
		}
		t.Logf("%s: %d of %d explanations are not complete", name, partial, len(records))
		assert.Assert(t, partial < len(records)/2)
	}
}

// A vote that was sent before it was stored is noticed when its storage ends.
func TestMessageBeforeItsStorage(t *testing.T) {
	f := named(t, "send_before_stored")
	f.Scenario.RunTime = 400 * time.Millisecond
	e := explain.New(record(t, f), len(f.Nodes))
	broken := e.Broken(1)
	assert.Equal(t, len(broken), 1)
	x, err := e.Explain(broken[0])
	assert.NilError(t, err)
	assert.Equal(t, x.Event, "Persist")
	assert.Assert(t, strings.HasPrefix(x.Broken, "A node stores its term, its vote and its entries before"), x.Broken)
	assert.Equal(t, len(x.Steps), 2)
}
