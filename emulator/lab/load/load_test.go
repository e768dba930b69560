package load

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// states are the verdicts that are not history.Held, by name.
func states(r *Report) map[string]string {
	bad := map[string]string{}
	for _, v := range r.Check.Verdicts {
		if v.State != history.Held {
			bad[v.Name] = v.State.String()
		}
	}
	return bad
}

func TestHealthyCluster(t *testing.T) {
	noLeak(t)
	for i := range workloads {
		t.Run(workloads[i].name, func(t *testing.T) {
			c := emulator.Start(t, "fresh_3")
			target, err := AskAdmin(t.Context(), c.AdminURL)
			assert.NilError(t, err)
			o := testOptions()
			o.Workload, o.Requests = workloads[i].name, 2000
			if o.Workload == "pop" {
				o.Fill = 500
			}
			var file bytes.Buffer
			o.History = &file
			r, err := Run(t.Context(), target, o)
			assert.NilError(t, err)
			assert.DeepEqual(t, states(r), map[string]string{})
			assert.Equal(t, r.Requests, Counts{Done: 2000})
			assert.Assert(t, r.Drain.Empty)
			assert.Assert(t, !r.Interrupted)
			assert.Equal(t, strings.Count(file.String(), "\n"), r.Check.Requests)
		})
	}
}

// A crash of the leader leaves requests without an answer, and loses no message.
func TestCrashOfTheLeader(t *testing.T) {
	noLeak(t)
	c := emulator.Start(t, "fresh_3")
	c.Wait("leader=unique")
	target, err := AskAdmin(t.Context(), c.AdminURL)
	assert.NilError(t, err)
	o := testOptions()
	o.Clients, o.Requests = 8, 4000
	type outcome struct {
		report *Report
		err    error
	}
	done := make(chan outcome)
	go func() {
		r, err := Run(t.Context(), target, o)
		done <- outcome{r, err}
	}()
	c.Wait("committed=100")
	old := c.Leader().ID
	c.Crash(old)
	got := <-done
	assert.NilError(t, got.err)
	assert.DeepEqual(t, states(got.report), map[string]string{})
	assert.Equal(t, got.report.Requests.All(), 4000)
	assert.Assert(t, got.report.Drain.Empty)
	var elsewhere int
	for i, n := range got.report.Nodes {
		if i != old {
			elsewhere += n.Attempts.Done
		}
	}
	assert.Assert(t, elsewhere > 0)
}

// The checks find the error of a wrong queue, and give it the right name.
func TestWrongQueues(t *testing.T) {
	isMessage := func(c *machine.Command) bool { return c.Op == queue.PutMessage }
	for name, c := range map[string]struct {
		wrong string
		bend  func() func(*fake, http.ResponseWriter, *machine.Command) bool
	}{
		"Loses": {history.Lost, func() func(*fake, http.ResponseWriter, *machine.Command) bool {
			puts := 0
			return func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
				if !isMessage(c) {
					return false
				}
				if puts++; puts != 20 {
					return false
				}
				f.answer(w, c, machine.Result{OK: true})
				return true
			}
		}},
		"DeliversTwice": {history.DeliveredTwice, func() func(*fake, http.ResponseWriter, *machine.Command) bool {
			pops := 0
			return func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
				if c.Op != queue.PopMessage {
					return false
				}
				result := f.queue.Apply(c)
				if pops++; result.OK && pops >= 10 {
					again := queue.PutMessage.With(c.Args[0], result.Text)
					f.queue.Apply(&again)
					pops = -1 << 30
				}
				f.answer(w, c, result)
				return true
			}
		}},
		"Reorders": {history.OutOfOrder, func() func(*fake, http.ResponseWriter, *machine.Command) bool {
			// Each topic is a stack rather than a queue.
			stacks := map[string][]string{}
			return func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
				stack := stacks[c.Args[0]]
				switch {
				case isMessage(c):
					stacks[c.Args[0]] = append(stack, c.Args[1])
					f.answer(w, c, machine.Result{OK: true})
				case c.Op == queue.PopMessage && len(stack) > 0:
					stacks[c.Args[0]] = stack[:len(stack)-1]
					f.answer(w, c, machine.Result{OK: true, Text: stack[len(stack)-1]})
				default:
					return false
				}
				return true
			}
		}},
		"Invents": {history.Invented, func() func(*fake, http.ResponseWriter, *machine.Command) bool {
			pops := 0
			return func(f *fake, w http.ResponseWriter, c *machine.Command) bool {
				if c.Op != queue.PopMessage {
					return false
				}
				if pops++; pops != 10 {
					return false
				}
				f.answer(w, c, machine.Result{OK: true, Text: "a ghost"})
				return true
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			noLeak(t)
			f := newFake(t)
			f.intercept = c.bend()
			o := testOptions()
			o.Workload = "one-topic"
			var picture bytes.Buffer
			o.Picture = &picture
			r, err := Run(t.Context(), targetOf(t, f.URL), o)
			assert.NilError(t, err)
			bad := states(r)
			assert.Equal(t, bad[c.wrong], "violated", "%v", bad)
			assert.Assert(t, bad[history.Linearizable] != "", "%v", bad)
			assert.Assert(t, strings.Contains(picture.String(), "<html"))
			v := r.Check.Verdict(c.wrong)
			assert.Assert(t, v.Words != "")
			assert.Assert(t, len(v.Witness) > 0)
			f.Server.Close()
		})
	}
}
