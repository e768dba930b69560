package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

// Nodes answer before they commit, and their leader crashes in the middle of the load.
// The report and the picture show when, although the trace does not go back that far.
func TestReportHasChangesOfNodes(t *testing.T) {
	noLeak(t)
	c := emulator.Start(t, "fresh_3", emulator.AllowViolations())
	c.Wait("leader=unique")
	old := c.Leader().ID
	c.Plant("answer_before_commit", 0, 1, 2) // before the load, so it is not listed
	target, err := AskAdmin(t.Context(), c.AdminURL)
	assert.NilError(t, err)
	var file, picture bytes.Buffer
	o := testOptions()
	o.Workload, o.Clients, o.Requests, o.History, o.Picture = "one-topic", 8, 8000, &file, &picture
	type outcome struct {
		report *Report
		err    error
	}
	done := make(chan outcome)
	go func() {
		r, err := Run(t.Context(), target, o)
		done <- outcome{r, err}
	}()
	c.Wait("committed=2000")
	c.Crash(old)
	got := <-done
	assert.NilError(t, got.err)
	n := got.report.Nemesis
	crash := fmt.Sprintf("node %d was crashed", old)
	assert.Equal(t, len(n.Changes), 1, "%+v", n)
	assert.Equal(t, n.Changes[0].Words, crash)

	var before []float64 // when the old leader answered
	after := 0.0         // when another node answered first
	for line := range strings.Lines(file.String()) {
		var op struct {
			Node    int
			Return  float64
			Outcome string
		}
		assert.NilError(t, json.Unmarshal([]byte(line), &op))
		if ms := op.Return / 1e6; op.Outcome == "done" && op.Node == old {
			before = append(before, ms)
		} else if op.Outcome == "done" && (after == 0 || ms < after) {
			after = ms
		}
	}
	slices.Sort(before)
	assert.Assert(t, len(before) > 1000 && after > 0, "%d", len(before))
	at := n.Changes[0].At
	assert.Assert(t, before[1000] < at && at < after, "%.3f < %.3f < %.3f", before[1000], at, after)

	assert.Assert(t, strings.Contains(picture.String(), crash))
	var table strings.Builder
	got.report.WriteText(&table)
	assert.Assert(t, strings.Contains(table.String(), fmt.Sprintf(" %.3f ms  %s\n", at, crash)), table.String())
}

// readingOf returns a reading with these clocks, in milliseconds.
func readingOf(zero time.Time, wall, world, speed float64) *reading {
	s := &reading{wall: zero.Add(time.Duration(wall * 1e6))}
	s.TimeMS = api.Millis(world * 1e6)
	s.Clock.Speed = speed
	return s
}

func changeAt(at api.Millis, words string) api.FaultView {
	return api.FaultView{Place: api.Place{TimeMS: at}, Words: words}
}

// Changes get times on the scale of the requests; a note says when they are not exact.
func TestTimesOfChanges(t *testing.T) {
	zero := time.Now()
	for name, c := range map[string]struct {
		from, to *reading
		want     []float64
		rough    bool
	}{
		"Together":   {readingOf(zero, -1, 1000, 1), readingOf(zero, 999, 2000, 1), []float64{0, 499, 999}, false},
		"Almost":     {readingOf(zero, 0, 1000, 1), readingOf(zero, 1005, 2000, 1), []float64{0, 502.5, 1005}, false},
		"Before":     {readingOf(zero, -100, 990, 1), readingOf(zero, 900, 1990, 1), []float64{410, 910}, false},
		"TwiceAFast": {readingOf(zero, 0, 1000, 2), readingOf(zero, 500, 2000, 2), []float64{0, 250, 500}, false},
		"FellBehind": {readingOf(zero, 0, 1000, 1), readingOf(zero, 2000, 2000, 1), []float64{0, 1000, 2000}, true},
		"Stepped":    {readingOf(zero, -1, 1000, 0), readingOf(zero, 999, 2000, 0), []float64{0, 499, 999}, true},
		"StoodStill": {readingOf(zero, -1, 1000, 0), readingOf(zero, 999, 1000, 0), []float64{0, 0, 0}, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := &Nemesis{}
			faults := []api.FaultView{changeAt(c.from.TimeMS, "a"), changeAt(1500e6, "b"), changeAt(2000e6, "c")}
			if name == "Together" {
				faults[0].TimeMS = 1001e6
			}
			n.place(faults, c.from, c.to, zero)
			got := []float64{}
			for _, f := range n.Changes {
				got = append(got, f.At)
			}
			assert.DeepEqual(t, got, c.want)
			assert.Equal(t, n.rough, c.rough)
			assert.Equal(t, len(n.Notes) == 1, c.rough)
			assert.Equal(t, strings.Contains(n.marks()[0].Words, " (at about "), c.rough)
		})
	}
}

// Notes say what the emulator does not know, and a long list is cut short.
func TestUnknownChangesOfNodes(t *testing.T) {
	c := emulator.Start(t, "fresh_3", func(o *emulator.Options) { o.Clock = host.Virtual })
	ask := func(change func()) *Nemesis {
		target, err := AskAdmin(t.Context(), c.AdminURL)
		assert.NilError(t, err)
		r := &run{options: testOptions(), cluster: newCluster(target), zero: time.Now()}
		change()
		return r.nemesis(t.Context())
	}
	pauses := func(times int) func() {
		return func() {
			for range times {
				c.Pause(0)
				c.Resume(0)
			}
		}
	}
	told := func(n *Nemesis) string {
		var b strings.Builder
		n.write(&b)
		return b.String()
	}
	assert.Equal(t, told(ask(func() {})), "")
	n := ask(pauses(11))
	assert.Equal(t, len(n.Changes), 22)
	assert.Assert(t, strings.Contains(told(n), "0.000 ms  node 0 was resumed\n  and 2 more; -json lists them all\nThese times are rough: "), told(n))
	n = ask(pauses(1100))
	assert.Assert(t, strings.HasPrefix(n.Notes[0], "There were earlier changes"), n.Notes)

	c.Advance(time.Second)
	n = ask(func() {
		c.Crash(1)
		c.Load("fresh_3")
		c.Crash(2)
	})
	assert.Equal(t, len(n.Changes), 1)
	assert.Equal(t, n.Changes[0].Words, "node 2 was crashed")
	assert.Assert(t, strings.HasPrefix(n.Notes[0], "The cluster was replaced during the run"), n.Notes)

	var unknown *Nemesis // no emulator is known to host the nodes
	assert.Equal(t, told(unknown), "")
	assert.Equal(t, len(unknown.marks()), 0)
	f := newFake(t)
	target, err := ParseNodes(f.URL)
	assert.NilError(t, err)
	assert.Assert(t, (&run{cluster: newCluster(target)}).nemesis(t.Context()) == nil)
	client, err := api.NewClient(f.URL)
	assert.NilError(t, err)
	target.admin = &adminAPI{client: client}
	f.Server.Close()
	n = (&run{cluster: newCluster(target)}).nemesis(t.Context())
	assert.Assert(t, strings.Contains(told(n), "The changes to the nodes during the run are not known: "), told(n))
}
