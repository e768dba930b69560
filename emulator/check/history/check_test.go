package history

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// parse reads a history of the topic t, which exists from the start. Each request has the
// times of its call and return, a word and a message. "put? a" had no answer, "put! a" was
// refused, and "pop -" found nothing.
//
//	1-4 put a | 2-3 pop a
func parse(t *testing.T, s string) History {
	t.Helper()
	h := History{Start: []machine.Item{{Name: "t", Values: []string{}}}}
	for i, part := range strings.Split(s, "|") {
		o := Call{Client: i, Command: queue.PutTopic.With("t"), ID: fmt.Sprint(i)}
		var word, message string
		_, err := fmt.Sscanf(strings.TrimSpace(part), "%d-%d %s %s", &o.Call, &o.Return, &word, &message)
		assert.NilError(t, err, part)
		switch {
		case strings.HasSuffix(word, "?"):
			o.Outcome, o.Return = Unknown, 0
		case strings.HasSuffix(word, "!"):
			o.Outcome = Refused
		case strings.HasSuffix(word, "~"):
			o.Outcome = Failed
		}
		o.Result.OK = message != "-" && o.Outcome == Done
		if o.Command.Op = queue.PutMessage; strings.HasPrefix(word, "put") {
			o.Command.Args[1] = message
		} else {
			o.Command.Op = queue.PopMessage
			if o.Result.OK {
				o.Result.Text = message
			}
		}
		h.Calls = append(h.Calls, o)
	}
	return h
}

func TestCheckFindsEachViolation(t *testing.T) {
	for _, c := range []struct{ name, history, violated string }{
		{"InOrder", "1-2 put a | 3-4 put b | 5-6 pop a | 7-8 pop b | 9-10 pop -", ""},
		{"ConcurrentPutsInEitherOrder", "1-4 put a | 2-3 put b | 5-6 pop b | 7-8 pop a", ""},
		{"ConcurrentPopsInEitherOrder", "1-2 put a | 3-4 put b | 5-8 pop b | 6-7 pop a", ""},
		{"TakenWhileItIsPut", "1-9 put a | 2-3 pop a", ""},
		{"EmptyBeforeItIsThere", "1-9 put a | 2-3 pop - | 4-5 pop a", ""},
		{"StillPending", "1-2 put a | 3-4 put b | 5-6 pop a", ""},

		{"Lost", "1-2 put a | 3-4 put b | 5-6 pop b", "lost linearizable"},
		{"NotLostIfConcurrent", "1-4 put a | 3-5 put b | 6-7 pop b", ""},
		{"LostForEmpty", "1-2 put a | 3-4 pop -", "lost linearizable"},
		{"NotLostIfLate", "1-4 put a | 3-5 pop -", ""},
		{"NotLostIfAnUnknownPopTookIt", "1-2 put a | 3-4 put b | 3-3 pop? x | 5-6 pop b", ""},
		{"LostIfAnUnknownPopCameLater", "1-2 put a | 3-4 put b | 5-6 pop b | 7-7 pop? x", "lost linearizable"},
		{"OneUnknownPopTakesOne", "1-2 put a | 3-4 put b | 5-6 put c | 5-5 pop? x | 7-8 pop c", "lost linearizable"},
		{"TwoUnknownPopsTakeTwo", "1-2 put a | 3-4 put b | 5-6 put c | 5-5 pop? x | 6-6 pop? x | 7-8 pop c", ""},

		{"Twice", "1-2 put a | 3-4 pop a | 5-6 pop a", "delivered_twice linearizable"},
		{"TwiceAsPutTwice", "1-2 put a | 2-3 put a | 3-4 pop a | 5-6 pop a", ""},
		{"TwiceAsPutPerhapsTwice", "1-2 put a | 2-2 put? a | 3-4 pop a | 5-6 pop a", ""},
		{"TwiceAsTheSecondWasRefused", "1-2 put a | 2-3 put! a | 3-4 pop a | 5-6 pop a", "delivered_twice linearizable"},

		{"OutOfOrder", "1-2 put a | 3-4 put b | 5-6 pop b | 7-8 pop a", "out_of_order linearizable"},
		{"InOrderIfPopsOverlap", "1-2 put a | 3-4 put b | 5-8 pop b | 7-9 pop a", ""},
		{"OutOfOrderOfUnknown", "1-1 put? a | 2-3 pop a | 4-5 put b | 6-7 put c | 8-9 pop c | 10-11 pop b", "out_of_order linearizable"},

		{"Invented", "1-2 put a | 3-4 pop z", "invented linearizable"},
		{"InventedBeforeIt", "1-2 pop a | 3-4 put a", "invented linearizable"},
		{"InventedAsRefused", "1-2 put! a | 3-4 pop a", "invented linearizable"},
		{"InventedAsFailed", "1-2 put~ a | 3-4 pop a", "invented linearizable"},
		{"PutWithoutAnswer", "1-1 put? a | 3-4 pop a", ""},
		{"PutWithoutAnswerMuchLater", "1-1 put? a | 2-3 put b | 4-5 pop b | 6-7 pop - | 8-9 pop a", ""},
		{"FailedMayBeEmpty", "1-2 put a | 3-4 pop~ x | 5-6 pop a", ""},

		{"NeverEmpty", "1-2 put a | 3-4 put b | 5-6 pop - | 7-8 pop a | 9-10 pop b", "linearizable"},
		{"NeverEmptyInTurns", "1-2 put a | 3-20 pop - | 4-5 put b | 6-7 pop a | 21-22 pop b", "linearizable"},
		{"EmptyInBetween", "1-2 put a | 3-20 pop - | 4-6 put b | 5-7 pop a | 21-22 pop b", ""},
		{"NoTopicSeen", "1-2 put - | 3-4 put a", "linearizable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := parse(t, c.history)
			report := Check(t.Context(), h, Options{})
			var violated []string
			for _, v := range report.Verdicts {
				assert.Assert(t, v.State != Open, "%+v", v)
				if v.State == Violated {
					assert.Assert(t, v.Words != "" && len(v.Witness) > 0 && v.Topic == "t", "%+v", v)
					violated = append([]string{v.Name}, violated...)
				}
			}
			assert.Equal(t, strings.Join(violated, " "), c.violated, "%+v", report)
			assert.Equal(t, naive(h), c.violated == "")
		})
	}
}

// A request about several topics is one request.
func TestRequestsAreCountedOnce(t *testing.T) {
	var h History
	at := int64(0)
	ask := func(c machine.Command, result machine.Result) {
		at += 10
		h.Calls = append(h.Calls, Call{Command: c, Result: result, Call: at, Return: at + 5, Index: uint64(at)})
	}
	ask(queue.PutTopic.With("a"), machine.Result{OK: true})
	ask(queue.PutTopic.With("b"), machine.Result{OK: true})
	ask(queue.GetTopics.With(), machine.Result{OK: true, List: []string{"a", "b"}})
	h.Calls[2].Call = 1 // before the others have been answered, so its answer matters to both topics
	report := Check(t.Context(), h, Options{})
	assert.Equal(t, report.How, "3 requests on 2 topics; 3 explained by the order of the log")
}

// A window is searched again if the window before it could have ended in another state.
func TestWindowsAreJoinedWhenTheStateIsUnsure(t *testing.T) {
	h := History{Start: []machine.Item{{Name: "t", Values: []string{}}}}
	at := int64(0)
	ask := func(c machine.Command, result machine.Result, call, ret int64) {
		c.Args[0] = "t"
		h.Calls = append(h.Calls, Call{Command: c, Result: result, Call: at + call, Return: at + ret})
	}
	put := func(m string, call, ret int64) {
		ask(queue.PutMessage.With("", m), machine.Result{OK: true}, call, ret)
	}
	pop := func(m string, call, ret int64) {
		ask(queue.PopMessage.With(), machine.Result{OK: true, Text: m}, call, ret)
	}
	// Two equal messages and another one are put at the same time; only a much later answer
	// shows their order.
	put("x", 1, 9)
	put("x", 2, 8)
	put("y", 3, 7)
	at += 10
	for i := range 4 * minWindow {
		put(fmt.Sprint(i), 1, 2)
		at += 10
	}
	for i, m := range []string{"x", "y", "x"} {
		pop(m, int64(3*i+1), int64(3*i+2))
	}
	at += 10
	for i := range 4 * minWindow {
		pop(fmt.Sprint(i), 1, 2)
		at += 10
	}
	report := Check(t.Context(), h, Options{})
	assert.Equal(t, report.State(), Held, "%+v", report)
	assert.Assert(t, report.Windows > 4 && report.Searched == len(h.Calls), "%+v", report)
	only := h.split(nil)[0]
	only.prepare()
	only.narrow()
	only.arrange()
	f := only.explain(t.Context(), false, minWindow)
	assert.Assert(t, f.searched > len(h.Calls), "%+v", f)

	h.Calls[3+4*minWindow+1].Result.Text = "x" // x x x
	report = Check(t.Context(), h, Options{})
	assert.Equal(t, report.State(), Violated, "%+v", report)

	h.Calls[3+4*minWindow+1].Result = machine.Result{} // x - x
	report = Check(t.Context(), h, Options{})
	assert.Equal(t, report.Verdict(Linearizable).State, Violated, "%+v", report)
	h.Vague = true
	report = Check(t.Context(), h, Options{})
	assert.Equal(t, report.Verdict(Linearizable).State, Open, "%+v", report)
}

// Windows are searched one by one only where the state between them is sure. Each history is
// right, and only one guard keeps Check from calling it wrong.
func TestWindowsOfAnUnsureState(t *testing.T) {
	right := func(h History) {
		t.Helper()
		assert.Assert(t, naive(h))
		report := Check(t.Context(), h, Options{window: 1})
		assert.Equal(t, report.State(), Held, "%+v", report)
	}
	// Equal texts were put before: their first puts say nothing about the order of these.
	right(parse(t, "1-2 put x | 3-4 pop x | 5-6 put y | 7-8 pop y | 11-19 put x | 12-18 put y | 21-22 pop y | 23-24 pop x"))

	// The put without an answer takes effect when the topic is there, long after its call.
	h := parse(t, "1-1 put? x | 3-4 put x | 5-6 put x | 7-8 pop x | 9-10 pop x")
	h.Start, h.Calls[1].Command = nil, queue.PutTopic.With("t")
	right(h)
}

// A violation that a user of a queue understands is explained in these words.
func TestViolationsAreExplained(t *testing.T) {
	for text, want := range map[string]string{
		"1-2 put a | 3-4 put b | 5-6 pop - | 7-8 pop a | 9-10 pop b": "an answer said that the topic was empty, but it always held a message",
		"1-2 put - | 3-4 put a": "no order of these requests explains the answers",
	} {
		report := Check(t.Context(), parse(t, text), Options{})
		assert.Equal(t, report.Verdict(Linearizable).Words, want)
	}
}

// A search that exceeds its time leaves the check open.
func TestSearchOutOfTimeIsOpen(t *testing.T) {
	h := History{Start: []machine.Item{{Name: "t", Values: []string{}}}}
	for i := range 60 { // all at the same time, with two texts
		text := fmt.Sprint(i % 2)
		put := Call{Command: queue.PutMessage.With("t", text), Call: 1, Return: 1000}
		put.Result.OK = true
		pop := Call{Command: queue.PopMessage.With("t"), Call: 1001, Return: 2000}
		pop.Result = machine.Result{OK: true, Text: text}
		if i == 0 {
			pop.Call, pop.Return = 1, 1000
			pop.Result = machine.Result{}
			put.Return = 1
		}
		h.Calls = append(h.Calls, put, pop)
	}
	began := time.Now()
	report := Check(t.Context(), h, Options{Timeout: 50 * time.Millisecond})
	assert.Assert(t, time.Since(began) < 10*time.Second)
	assert.Equal(t, report.Verdict(Linearizable).State, Open, "%+v", report)
	assert.Assert(t, strings.Contains(report.Verdict(Linearizable).Words, "out of time"))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report = Check(ctx, h, Options{})
	assert.Equal(t, report.Verdict(Linearizable).State, Open)
}

func TestTopicsAreInOrderOfCreation(t *testing.T) {
	list := func(call int64, topics ...string) Call {
		return Call{Command: queue.GetTopics.With(), Call: call, Return: call + 1,
			Result: machine.Result{OK: true, List: topics}}
	}
	create := func(call int64, topic string) Call {
		return Call{Command: queue.PutTopic.With(topic), Call: call, Return: call + 1, Result: machine.Result{OK: true}}
	}
	for _, c := range []struct {
		name string
		ops  []Call
		want State
	}{
		{"Fine", []Call{list(1), create(3, "a"), list(5, "a"), create(7, "b"), list(9, "a", "b")}, Held},
		{"OtherOrder", []Call{create(1, "a"), create(3, "b"), list(5, "a", "b"), list(7, "b", "a")}, Violated},
		{"Gone", []Call{create(1, "a"), list(3, "a"), list(5)}, Violated},
		{"Stale", []Call{create(1, "a"), list(3)}, Violated},
		{"Nobodys", []Call{list(1, "a")}, Violated},
		{"Early", []Call{list(1, "a"), create(3, "a")}, Violated},
		{"Twice", []Call{create(1, "a"), create(3, "a")}, Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := Check(t.Context(), History{Calls: c.ops}, Options{})
			assert.Equal(t, report.State(), c.want, "%+v", report)
			for i := range c.ops { // move later times to before
				c.ops[i].Index = uint64(len(c.ops) - i)
			}
			report = Check(t.Context(), History{Calls: c.ops}, Options{})
			assert.Equal(t, report.State(), c.want, "%+v", report)
		})
	}
}

func TestPictureShowsHistory(t *testing.T) {
	h := parse(t, "1-2 put a | 3-4 put <b> | 5-6 pop <b> | 7-8 pop a | 8-8 pop? x")
	h.Faults = []Fault{
		{At: -9, Words: "long ago"}, {At: -8, Words: "skew node 0 by 2"}, {At: -7, Words: "pause node 1"}, {At: -6, Words: "resume node 1"},
		{At: 4, Words: "crash node 2"}, {At: 400, Words: "heal"},
	}
	var b bytes.Buffer
	assert.NilError(t, Picture(t.Context(), &b, h, Options{}))
	page := b.String()
	for _, want := range []string{`put_message t \"a\"`, `get_message t → \"a\"`, "\"crash node 2\"", "<html", "→ ?",
		"\"earlier: skew node 0 by 2; pause node 1; resume node 1\"", "\"later: heal\""} {
		assert.Assert(t, strings.Contains(page, want), "%q is not in\n%s", want, page[len(page)-3000:])
	}
	assert.Assert(t, !strings.Contains(page, "<b>") && !strings.Contains(page, "long ago"))

	b.Reset()
	assert.NilError(t, Picture(t.Context(), &b, History{Faults: h.Faults}, Options{}))
	r := rand.New(rand.NewPCG(1, 4))
	b.Reset()
	assert.NilError(t, Picture(t.Context(), &b, generate(r, plan{ops: 3000, clients: 5, topics: 3, silent: 0.02}), Options{}))
	assert.Assert(t, b.Len() > 10_000)
}

func TestCallsAndReportsAsJSON(t *testing.T) {
	h := parse(t, "1-2 put a | 3-4 pop a | 5-6 pop - | 7-7 put? b")
	data, err := json.Marshal(h.Calls)
	assert.NilError(t, err)
	assert.Equal(t, string(data), `[`+
		`{"client":0,"node":0,"op":"put_message","topic":"t","message":"a","call":1,"return":2,"outcome":"done","ok":true,"request_id":"0"},`+
		`{"client":1,"node":0,"op":"get_message","topic":"t","call":3,"return":4,"outcome":"done","ok":true,"popped":"a","request_id":"1"},`+
		`{"client":2,"node":0,"op":"get_message","topic":"t","call":5,"return":6,"outcome":"done","ok":false,"request_id":"2"},`+
		`{"client":3,"node":0,"op":"put_message","topic":"t","message":"b","call":7,"return":null,"outcome":"unknown","ok":null,"request_id":"3"}]`)
}

// A message that was taken and one that was only shown stand under different keys, also
// empty ones.
func TestCallsSayWhetherAMessageWasTaken(t *testing.T) {
	peek := &machine.Operation{Name: "peek", Args: queue.PopMessage.Args, Access: machine.Reads, Gives: machine.Text}
	for text, want := range map[string]string{"a": `"a"`, "": `""`} {
		result := machine.Result{OK: true, Text: text}
		data, err := json.Marshal(Call{Command: queue.PopMessage.With("t"), Result: result})
		assert.NilError(t, err)
		assert.Assert(t, strings.Contains(string(data), `"ok":true,"popped":`+want), "%s", data)
		data, err = json.Marshal(Call{Command: peek.With("t"), Result: result})
		assert.NilError(t, err)
		assert.Assert(t, strings.Contains(string(data), `"ok":true,"shown":`+want), "%s", data)
	}
}

// BenchmarkCheck searches a history of five clients without the order of the log.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{300, 10_000} {
		for _, indices := range []bool{true, false} {
			b.Run(fmt.Sprintf("%d/indices=%v", n, indices), func(b *testing.B) {
				h := generate(rand.New(rand.NewPCG(1, 1)), plan{ops: n, clients: 5, topics: 3, indices: indices})
				for b.Loop() {
					if r := Check(b.Context(), h, Options{}); r.State() != Held {
						b.Fatal(r)
					}
				}
			})
		}
	}
}
