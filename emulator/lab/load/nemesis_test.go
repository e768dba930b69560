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

// Nodes answer before they commit, and their leader crashes in the middle: the report and
// the picture say when, in the time of the requests, though the trace goes back for
// less than that.
func TestFaultsAreTold(t *testing.T) {
	noLeak(t)
	c := emulator.Start(t, "fresh_3", emulator.AllowViolations())
	c.Wait("leader=unique")
	old := c.Leader().ID
	c.Plant("answer_before_commit", 0, 1, 2) // before the load, and none of its matter
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
	crash := fmt.Sprintf("crash node %d", old)
	assert.Equal(t, len(n.Faults), 1, "%+v", n)
	assert.Equal(t, n.Faults[0].Words, crash)

	var before []float64 // when the first thousand were answered
	after := 0.0         // when another node did something for the first time
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
	at := n.Faults[0].At
	assert.Assert(t, before[1000] < at && at < after, "%.3f < %.3f < %.3f", before[1000], at, after)

	assert.Assert(t, strings.Contains(picture.String(), crash))
	var table strings.Builder
	got.report.WriteText(&table)
	assert.Assert(t, strings.Contains(table.String(), fmt.Sprintf(" %.3f ms  %s\n", at, crash)), table.String())
}

// sightOf is an emulator whose clocks stood so, in milliseconds.
func sightOf(zero time.Time, wall, world, speed float64) *sight {
	s := &sight{wall: zero.Add(time.Duration(wall * 1e6))}
	s.TimeMS = api.Millis(world * 1e6)
	s.Clock.Speed = speed
	return s
}

func faultAt(at api.Millis, words string) api.FaultView {
	return api.FaultView{Place: api.Place{TimeMS: at}, Words: words}
}

// Faults get the time of the requests, and when that can't be exact it is said.
func TestPlaceOfFaults(t *testing.T) {
	zero := time.Now()
	for name, c := range map[string]struct {
		from, to *sight
		want     []float64
		rough    bool
	}{
		"Together":   {sightOf(zero, -1, 1000, 1), sightOf(zero, 999, 2000, 1), []float64{0, 499, 999}, false},
		"Almost":     {sightOf(zero, 0, 1000, 1), sightOf(zero, 1005, 2000, 1), []float64{0, 502.5, 1005}, false},
		"Before":     {sightOf(zero, -100, 990, 1), sightOf(zero, 900, 1990, 1), []float64{410, 910}, false},
		"TwiceAFast": {sightOf(zero, 0, 1000, 2), sightOf(zero, 500, 2000, 2), []float64{0, 250, 500}, false},
		"FellBehind": {sightOf(zero, 0, 1000, 1), sightOf(zero, 2000, 2000, 1), []float64{0, 1000, 2000}, true},
		"Stepped":    {sightOf(zero, -1, 1000, 0), sightOf(zero, 999, 2000, 0), []float64{0, 499, 999}, true},
		"StoodStill": {sightOf(zero, -1, 1000, 0), sightOf(zero, 999, 1000, 0), []float64{0, 0, 0}, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := &Nemesis{}
			faults := []api.FaultView{faultAt(c.from.TimeMS, "a"), faultAt(1500e6, "b"), faultAt(2000e6, "c")}
			if name == "Together" {
				faults[0].TimeMS = 1001e6
			}
			n.place(faults, c.from, c.to, zero)
			got := []float64{}
			for _, f := range n.Faults {
				got = append(got, f.At)
			}
			assert.DeepEqual(t, got, c.want)
			assert.Equal(t, n.rough, c.rough)
			assert.Equal(t, len(n.Notes) == 1, c.rough)
			assert.Equal(t, strings.Contains(n.marks()[0].Words, " (at about "), c.rough)
		})
	}
}

// What an emulator can't tell is said, and a long list is for -json.
func TestUnknownFaults(t *testing.T) {
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
	assert.Equal(t, len(n.Faults), 22)
	assert.Assert(t, strings.Contains(told(n), "0.000 ms  resume node 0\n  and 2 more; -json tells all\nThese times are rough: "), told(n))
	n = ask(pauses(1100))
	assert.Assert(t, strings.HasPrefix(n.Notes[0], "There was more before that"), n.Notes)

	c.Advance(time.Second)
	n = ask(func() {
		c.Crash(1)
		c.Load("fresh_3")
		c.Crash(2)
	})
	assert.Equal(t, len(n.Faults), 1)
	assert.Equal(t, n.Faults[0].Words, "crash node 2")
	assert.Assert(t, strings.HasPrefix(n.Notes[0], "Another cluster was loaded meanwhile"), n.Notes)

	var nobody *Nemesis // the nodes are no emulator's, as far as is known
	assert.Equal(t, told(nobody), "")
	assert.Equal(t, len(nobody.marks()), 0)
	f := newFake(t)
	target, err := ParseNodes(f.URL)
	assert.NilError(t, err)
	assert.Assert(t, (&run{cluster: newCluster(target)}).nemesis(t.Context()) == nil)
	client, err := api.NewClient(f.URL)
	assert.NilError(t, err)
	target.admin = &adminAPI{client: client}
	f.Server.Close()
	n = (&run{cluster: newCluster(target)}).nemesis(t.Context())
	assert.Assert(t, strings.Contains(told(n), "What was done to the nodes meanwhile is not known: "), told(n))
}
