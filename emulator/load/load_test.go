package load

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/history"
	"rrmq.example/emulator/mqapi"
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

// A crash of the leader leaves requests without an answer, and loses nothing.
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

// What a queue does wrong is found, and not taken for something else.
func TestWrongQueues(t *testing.T) {
	isMessage := func(c *mqapi.Command) bool { return c.Op == mqapi.PutMessage }
	for name, c := range map[string]struct {
		wrong string
		bend  func() func(*fake, http.ResponseWriter, *mqapi.Command) bool
	}{
		"Loses": {history.Lost, func() func(*fake, http.ResponseWriter, *mqapi.Command) bool {
			puts := 0
			return func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
				if !isMessage(c) {
					return false
				}
				if puts++; puts != 20 {
					return false
				}
				f.answer(w, c, mqapi.Result{OK: true})
				return true
			}
		}},
		"DeliversTwice": {history.DeliveredTwice, func() func(*fake, http.ResponseWriter, *mqapi.Command) bool {
			pops := 0
			return func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
				if c.Op != mqapi.PopMessage {
					return false
				}
				result := f.queue.Apply(c)
				if pops++; result.OK && pops >= 10 {
					again := mqapi.Command{Op: mqapi.PutMessage, Topic: c.Topic, Message: result.Message}
					f.queue.Apply(&again)
					pops = -1 << 30
				}
				f.answer(w, c, result)
				return true
			}
		}},
		"Reorders": {history.OutOfOrder, func() func(*fake, http.ResponseWriter, *mqapi.Command) bool {
			// Each topic is a stack rather than a queue.
			stacks := map[string][]string{}
			return func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
				stack := stacks[c.Topic]
				switch {
				case isMessage(c):
					stacks[c.Topic] = append(stack, c.Message)
					f.answer(w, c, mqapi.Result{OK: true})
				case c.Op == mqapi.PopMessage && len(stack) > 0:
					stacks[c.Topic] = stack[:len(stack)-1]
					f.answer(w, c, mqapi.Result{OK: true, Message: stack[len(stack)-1]})
				default:
					return false
				}
				return true
			}
		}},
		"Invents": {history.Invented, func() func(*fake, http.ResponseWriter, *mqapi.Command) bool {
			pops := 0
			return func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
				if c.Op != mqapi.PopMessage {
					return false
				}
				if pops++; pops != 10 {
					return false
				}
				f.answer(w, c, mqapi.Result{OK: true, Message: "a ghost"})
				return true
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			noLeak(t)
			f := newFake(t)
			f.bend = c.bend()
			o := testOptions()
			o.Workload = "one-topic"

			r, err := Run(t.Context(), targetOf(t, f.URL), o)
			assert.NilError(t, err)
			bad := states(r)
			assert.Equal(t, bad[c.wrong], "violated", "%v", bad)
			assert.Assert(t, bad[history.Linearizable] != "", "%v", bad)
			v := r.Check.Verdict(c.wrong)
			assert.Assert(t, v.Words != "")
			assert.Assert(t, len(v.Witness) > 0)
			assert.Equal(t, exitCode(t.Context(), r, nil), Violated)
			f.Server.Close()
		})
	}
}

// Nodes that say nothing but {"success": false} can pass all checks, and be caught.
func TestSilentNodes(t *testing.T) {
	f := newFake(t)
	f.silent = true
	r, err := Run(t.Context(), targetOf(t, f.URL), testOptions())
	assert.NilError(t, err)
	assert.DeepEqual(t, states(r), map[string]string{})
	assert.Assert(t, r.Drain.Empty)
}

func TestNobodyIsThere(t *testing.T) {
	o := testOptions()
	o.Timeout, o.Patience = 10*time.Millisecond, 30*time.Millisecond
	_, err := Run(t.Context(), targetOf(t, deadAddress(t), deadAddress(t)), o)
	assert.ErrorIs(t, err, ErrUnreachable)
	assert.ErrorContains(t, err, "no node can be reached: connection refused (")
	assert.Equal(t, exitCode(t.Context(), nil, err), Environment)
}

func TestNobodyAnswers(t *testing.T) {
	noLeak(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	o := testOptions()
	o.Timeout, o.Patience = 10*time.Millisecond, 30*time.Millisecond
	_, err = Run(t.Context(), targetOf(t, l.Addr().String()), o)
	assert.ErrorIs(t, err, ErrNoLeader)
	assert.ErrorContains(t, err, "timeout")
	assert.Equal(t, exitCode(t.Context(), nil, err), Undecided)
}

// Nodes that fall silent in the middle cost each client its request, and the
// run its end.
func TestNodesHang(t *testing.T) {
	noLeak(t)
	f := newFake(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) }) // before the server is closed
	puts := 0
	f.bend = func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
		if c.Op != mqapi.PutMessage && c.Op != mqapi.PopMessage {
			return false
		}
		if puts++; puts > 50 {
			f.mu.Unlock()
			<-release
			f.mu.Lock()
		}
		return false
	}
	o := testOptions()
	o.Requests, o.Timeout, o.Patience = 100, 20*time.Millisecond, 50*time.Millisecond
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Requests.Unknown > 0)
	assert.Equal(t, r.Requests.All(), 100)
	assert.Assert(t, !r.Drain.Empty)
	for _, v := range r.Check.Verdicts {
		assert.Assert(t, v.State != history.Violated, v.Name)
	}
}

// What is interrupted says what it knows, at once.
func TestInterrupt(t *testing.T) {
	noLeak(t)
	f := newFake(t)
	ctx, interrupt := context.WithCancel(t.Context())
	n := 0
	f.bend = func(*fake, http.ResponseWriter, *mqapi.Command) bool {
		if n++; n == 100 {
			interrupt()
		}
		return false
	}
	o := testOptions()
	o.Requests, o.Duration = 0, time.Hour
	r, err := Run(ctx, targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Interrupted)
	assert.Assert(t, r.Requests.Done >= 80)
	assert.Assert(t, r.Drain == nil)
	assert.Equal(t, exitCode(ctx, r, nil), Undecided)
	var table strings.Builder
	r.writeTable(&table)
	assert.Assert(t, strings.Contains(table.String(), "put_message"))
}

// An interrupt does not wait for nodes that are silent.
func TestInterruptOfSilence(t *testing.T) {
	noLeak(t)
	f := newFake(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	ctx, interrupt := context.WithCancel(t.Context())
	f.bend = func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
		if c.Op != mqapi.PutMessage {
			return false
		}
		interrupt()
		f.mu.Unlock()
		<-release
		f.mu.Lock()
		return false
	}
	o := testOptions()
	o.Workload, o.Timeout = "put", time.Hour
	r, err := Run(ctx, targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Interrupted)
	assert.Equal(t, r.Requests.Done, 0)
}

// Draining ends even if something always comes out.
func TestDrainEnds(t *testing.T) {
	f := newFake(t)
	f.bend = func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
		if c.Op != mqapi.PopMessage {
			return false
		}
		f.answer(w, c, mqapi.Result{OK: true, Message: "again and again"})
		return true
	}
	o := testOptions()
	o.Workload = "put"
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, !r.Drain.Empty)
	assert.Assert(t, r.Drain.Messages > 400 && r.Drain.Messages < 500, r.Drain.Messages)
	assert.Equal(t, states(r)[history.Invented], "violated")
}

// An open loop starts what is due, and counts what it could not.
func TestOpenLoop(t *testing.T) {
	f := newFake(t)
	o := testOptions()
	o.Rate, o.Requests, o.Duration = 2000, 0, 300*time.Millisecond
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Equal(t, r.Scheduled, 600)
	assert.Equal(t, r.Requests.All()+r.NotSent, 600)
}

// Latency is counted from when a request was due, not from when it could be sent.
func TestCoordinatedOmission(t *testing.T) {
	const stall = 100 * time.Millisecond
	f := newFake(t)
	n := 0
	f.bend = func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
		if n++; n == 10 {
			timer := time.NewTimer(stall) // the lock is held: everybody waits
			<-timer.C
		}
		return false
	}
	o := testOptions()
	o.Clients, o.Rate, o.Requests = 1, 1000, 200
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	// About a hundred requests were due meanwhile, and half of them waited for
	// half of it or more.
	late := 0
	for _, op := range r.Operations {
		late += op.Requests.All()
		if op.Op == "put_message" {
			assert.Assert(t, op.P90 > 30, "%v ms", op.P90)
		}
	}
	assert.Equal(t, late, 200)
}

// Topics of an earlier run with the same prefix would spoil the accounts.
func TestTopicsAreThere(t *testing.T) {
	f := newFake(t)
	f.queue.Apply(&mqapi.Command{Op: mqapi.PutTopic, Topic: "somebody's"})
	_, err := Run(t.Context(), targetOf(t, f.URL), testOptions())
	assert.NilError(t, err)
	_, err = Run(t.Context(), targetOf(t, f.URL), testOptions())
	assert.ErrorIs(t, err, ErrTopics)
	assert.Equal(t, exitCode(t.Context(), nil, err), Usage)
}

// A run checks the order of its first requests alone, when there are more than it
// may keep, and accounts for all messages even so.
func TestKeep(t *testing.T) {
	f := newFake(t)
	o := testOptions()
	o.Keep = 150
	r, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.Assert(t, r.Check.Requests >= 150 && r.Check.Requests < 150+o.Clients, r.Check.Requests)
	assert.DeepEqual(t, states(r), map[string]string{})
	assert.Assert(t, strings.Contains(r.Check.How, "which are the beginning of "), r.Check.How)

	puts := 0
	f = newFake(t)
	f.bend = func(f *fake, w http.ResponseWriter, c *mqapi.Command) bool {
		if c.Op != mqapi.PutMessage {
			return false
		}
		if puts++; puts != 150 { // beyond what is kept
			return false
		}
		f.answer(w, c, mqapi.Result{OK: true})
		return true
	}
	r, err = Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	assert.DeepEqual(t, states(r), map[string]string{history.Lost: "violated"})
}

// main runs the subcommand.
func main(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestCommand(t *testing.T) {
	f := newFake(t)
	dir := t.TempDir()
	code, out, errs := main(t, "-nodes", f.URL, "-requests", "200", "-json", "-history", dir+"/ops.jsonl", "-picture", dir+"/p.html")
	assert.Equal(t, code, Held, errs)
	assert.Equal(t, errs, "")
	var report struct {
		Requests Counts
		Check    struct {
			Verdicts []struct{ Name, State string }
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(out), &report))
	assert.Equal(t, report.Requests.Done, 200)
	assert.Equal(t, len(report.Check.Verdicts), 5)

	code, out, _ = main(t, "-nodes", f.URL, "-requests", "200")
	assert.Equal(t, code, Held)
	for _, want := range []string{"200 requests in", "put_message", "p99.9", "linearizable", "Drained", f.URL} {
		assert.Assert(t, strings.Contains(out, want), "%q is not in\n%s", want, out)
	}
	code, _, errs = main(t, "-nodes", deadAddress(t), "-timeout", "10ms", "-patience", "10ms")
	assert.Equal(t, code, Environment)
	assert.Assert(t, strings.Contains(errs, "no node can be reached"), errs)
	code, _, errs = main(t, "-admin", f.URL)
	assert.Equal(t, code, Environment)
	assert.Assert(t, strings.Contains(errs, "is no emulator's admin API"), errs)
}

func TestUsage(t *testing.T) {
	code, out, _ := main(t, "-h")
	assert.Equal(t, code, Held)
	for i := range workloads {
		assert.Assert(t, strings.Contains(out, workloads[i].doc))
	}
	for _, c := range []struct{ args, want string }{
		{"x", `"x": there are flags alone`},
		{"-workload puts", `-workload "puts": want one of mixed, put, pop, topics, one-topic, hot`},
		{"-clients 0", "-clients 0: want 1 to 10000"},
		{"-topics 0", "-topics 0: want 1 to 10000"},
		{"-requests 0", "-requests 0: want 1 or more"},
		{"-duration 0s", "-duration 0s: want more than 0, or -requests"},
		{"-rate 0", "-rate 0: want 0.001"},
		{"-rate NaN", "-rate NaN: want 0.001"},
		{"-timeout 0s", "-timeout 0s: want more than 0"},
		{"-nodes a -config b", "give one"},
		{"-nodes ftp://a", `"ftp://a" is no node's URL`},
		{"-nodes a,http://A/", "is named twice"},
		{"-config /nonexistent/config.json", "no such file"},
	} {
		code, _, errs := main(t, strings.Fields(c.args)...)
		assert.Equal(t, code, Usage, "%s: %s", c.args, errs)
		assert.Assert(t, strings.Contains(errs, c.want), "%s: %s", c.args, errs)
	}
}

// The progress says what goes on, line by line where there is no terminal.
func TestProgress(t *testing.T) {
	f := newFake(t)
	var lines bytes.Buffer
	o := testOptions()
	p := &progress{out: &lines}
	o.progress = p
	_, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	p.phase, p.began = phaseLoad, time.Now()
	p.run.tally = p.run.load
	assert.Assert(t, p.tell())
	assert.Assert(t, strings.Contains(lines.String(), "done 400  p50 "), lines.String())
}
