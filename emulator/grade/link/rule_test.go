package link

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

const (
	vote    = `{"class": "VoteRequestMessage", "dict": {"term": 1}}`
	beat    = `{"class": "AppendEntriesMessage", "dict": {"term": 1, "entries": [ ]}}`
	entries = `{"class": "AppendEntriesMessage", "dict": {"term": 1, "entries": [{"term": 1}]}}`
)

// A recorder keeps the bodies that reached the nodes, and answers each request with its body.
type recorder struct {
	spoken
	times []time.Time
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.add(string(body))
	r.mu.Lock()
	r.times = append(r.times, time.Now())
	r.mu.Unlock()
	w.Write(body)
}

// post sends a request as node 0 to node 1, and returns the answer.
func (r *rig) post(c *http.Client, body string) (string, error) {
	res, err := c.Post(r.url(0, 1, "/rpc/0"), "application/json", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return string(answer), err
}

func newRuleRig(t testing.TB, o Options) (*rig, *recorder, *http.Client) {
	got := &recorder{}
	o.Match = match
	r := newHTTPRig(t, o, got.ServeHTTP)
	c := client(false)
	t.Cleanup(c.CloseIdleConnections)
	return r, got, c
}

func (r *rig) status() fault.RuleStatus { return r.Rules()[0] }

func TestRulesMatchMessages(t *testing.T) {
	for _, c := range []struct {
		name    string
		match   fault.Match
		matched []string // of the requests below
		answers int      // of the answers to the three
	}{
		{"Any", fault.Match{}, []string{vote, beat, entries, "{}"}, 4},
		{"From", fault.Match{From: []raft.NodeID{0}}, []string{vote, beat, entries, "{}"}, 0},
		{"To", fault.Match{To: []raft.NodeID{0}}, nil, 4},
		{"Votes", fault.Match{Type: fault.RequestVoteType}, []string{vote}, 1},
		{"Appends", fault.Match{Type: fault.AppendEntriesType, Kind: fault.RequestKind}, []string{beat, entries}, 0},
		{"Entries", fault.Match{Entries: fault.WithEntries}, []string{entries}, 0},
		{"Heartbeats", fault.Match{Entries: fault.WithoutEntries}, []string{beat}, 0},
		{"AnswersToVotes", fault.Match{Type: fault.RequestVoteType, Kind: fault.ResponseKind}, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, _, h := newRuleRig(t, Options{})
			r.rule(fault.Rule{Match: c.match, DelayMin: time.Microsecond, DelayMax: time.Microsecond})
			for _, body := range []string{vote, beat, entries, "{}"} {
				_, err := r.post(h, body)
				assert.NilError(t, err)
			}
			assert.Equal(t, r.status().Acted, uint64(len(c.matched)+c.answers))
			assert.Equal(t, r.count(0, 1).Delayed, uint64(len(c.matched)))
			assert.Equal(t, r.count(1, 0).Delayed, uint64(c.answers))
		})
	}
}

func TestDelayPostponesRequestsAndAnswers(t *testing.T) {
	for _, kind := range []fault.MatchKind{fault.RequestKind, fault.ResponseKind} {
		r, got, h := newRuleRig(t, Options{})
		const delay = 80 * time.Millisecond
		r.rule(fault.Rule{Match: fault.Match{Kind: kind}, DelayMin: delay, DelayMax: delay})
		start := time.Now()
		_, err := r.post(h, vote)
		assert.NilError(t, err)
		before, after := got.times[0].Sub(start), time.Since(got.times[0])
		assert.Assert(t, (kind == fault.RequestKind && before >= delay) || (kind == fault.ResponseKind && after >= delay),
			"%v: %v before the node had it, %v after", kind, before, after)
	}
}

func TestDropLosesRequests(t *testing.T) {
	for _, early := range []bool{true, false} {
		t.Run(fmt.Sprintf("RuleEnds=%v", early), func(t *testing.T) {
			lost := 100 * time.Millisecond
			if early {
				lost = time.Hour
			}
			r, got, h := newRuleRig(t, Options{Lost: lost})
			r.rule(fault.Rule{Match: fault.Match{Kind: fault.RequestKind}, Drop: true, Count: 1})
			done := make(chan error, 1)
			start := time.Now()
			go func() {
				_, err := r.post(h, vote)
				done <- err
			}()
			until(t, "it is lost", func() bool { return r.count(0, 1).Lost == 1 })
			if early {
				r.change(fault.Change{Kind: fault.DeleteRule, Name: "rule"})
			}
			assert.ErrorContains(t, <-done, "reset by peer")
			assert.Assert(t, early || time.Since(start) >= lost)
			answer, err := r.post(h, beat)
			assert.NilError(t, err)
			assert.Equal(t, answer, beat)
			assert.DeepEqual(t, got.all(), []string{beat})
			assert.Equal(t, r.count(0, 1).Reset, uint64(1))
		})
	}
}

func TestDropLosesAnswers(t *testing.T) {
	r, got, h := newRuleRig(t, Options{Lost: 50 * time.Millisecond})
	r.rule(fault.Rule{Match: fault.Match{Kind: fault.ResponseKind}, Drop: true, Count: 1})
	_, err := r.post(h, vote)
	assert.ErrorContains(t, err, "reset by peer")
	assert.DeepEqual(t, got.all(), []string{vote})
	assert.Equal(t, r.count(1, 0).Lost, uint64(1))
	until(t, "the connection ends", func() bool { return len(r.all()) == 0 })
}

// A server whose long answer is lost sends all of it: it learns of no fault.
func TestServersSendAllOfAnAnswerThatIsLost(t *testing.T) {
	const size = 24 << 20
	wrote := make(chan error, 1)
	r := newHTTPRig(t, Options{Match: match, Lost: 5 * time.Second}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(size))
		_, err := w.Write(make([]byte, size))
		wrote <- err
	})
	h := client(false)
	defer h.CloseIdleConnections()
	r.rule(fault.Rule{Match: fault.Match{Kind: fault.ResponseKind}, Drop: true})
	done := make(chan error, 1)
	go func() {
		_, err := r.post(h, vote)
		done <- err
	}()
	assert.NilError(t, <-wrote)
	r.heal()
	assert.ErrorContains(t, <-done, "reset by peer")
	assert.Equal(t, r.count(1, 0).Lost, uint64(1))
	assert.Equal(t, r.count(1, 0).Bytes, uint64(0))
}

// Rules act on whole messages: the rest of one that has passed in half passes.
func TestTheRestOfHalfAMessageIsNotLost(t *testing.T) {
	const half, rest = "POST /rpc/0 HTTP/1.1\r\nConte", "nt-Length: 2\r\n\r\n{}"
	got := make(chan string, 10)
	r := newRig(t, Options{Nodes: 2}, func(_ int, c net.Conn) {
		go func() {
			defer c.Close()
			for _, want := range []string{half, rest} {
				b := make([]byte, len(want))
				n, _ := io.ReadFull(c, b)
				got <- string(b[:n])
			}
		}()
	})
	c := r.dial(0, 1)
	send(t, c, half)
	assert.Equal(t, <-got, half)
	r.rule(fault.Rule{Drop: true})
	send(t, c, rest)
	assert.Equal(t, <-got, rest)
	assert.Equal(t, r.count(0, 1).Lost, uint64(0))
}

func TestDuplicateSendsRequestsAgain(t *testing.T) {
	r, got, h := newRuleRig(t, Options{})
	r.rule(fault.Rule{Duplicate: 2, Count: 1})
	answer, err := r.post(h, vote)
	assert.NilError(t, err)
	assert.Equal(t, answer, vote)
	until(t, "the copies arrive", func() bool { return len(got.all()) == 3 })
	assert.DeepEqual(t, got.all(), []string{vote, vote, vote})
	until(t, "the connections end", func() bool { return len(r.all()) == 0 })
	assert.Equal(t, r.count(0, 1).Copied, uint64(2))
	assert.Equal(t, r.count(0, 1).Connections, uint64(1))
	assert.Equal(t, r.count(0, 1).Reset, uint64(0))
	assert.Equal(t, r.status().Acted, uint64(1))
}

// A request is copied as a whole, in however many pieces it comes, or not at all.
func TestOnlyWholeRequestsAreCopied(t *testing.T) {
	for size, copied := range map[int]uint64{1: 1, 5 * chunk: 1, MaxInspected / 2: 1, MaxInspected + 1: 0, 2 * MaxInspected: 0} {
		r, got, h := newRuleRig(t, Options{})
		r.rule(fault.Rule{Duplicate: 1})
		body := strings.Repeat("x", size)
		answer, err := r.post(h, body)
		assert.NilError(t, err)
		assert.Assert(t, answer == body)
		until(t, "all have arrived", func() bool { return len(got.all()) == 1+int(copied) && len(r.all()) == 0 })
		assert.Equal(t, r.count(0, 1).Copied, copied, "%d bytes", size)
		for _, one := range got.all() {
			assert.Equal(t, len(one), size)
		}
	}
}

func TestLongRequestsInChunksAreNotCopied(t *testing.T) {
	r, got, h := newRuleRig(t, Options{})
	r.rule(fault.Rule{Duplicate: 1})
	body := strings.Repeat("x", 3*MaxInspected)
	res, err := h.Post(r.url(0, 1, "/rpc/0"), "", io.MultiReader(strings.NewReader(body)))
	assert.NilError(t, err)
	assert.NilError(t, res.Body.Close())
	until(t, "the connections end", func() bool { return len(r.all()) == 0 })
	assert.Equal(t, r.count(0, 1).Copied, uint64(0))
	assert.Equal(t, len(got.all()), 1)
	assert.Assert(t, got.all()[0] == body)
}

// There is a limit to the copies that are under way together, not to those that were.
func TestCopiesUnderWayAreLimited(t *testing.T) {
	const each = 100
	r, _, h := newRuleRig(t, Options{})
	r.rule(fault.Rule{Duplicate: each})
	for want := range uint64(4) {
		_, err := r.post(h, vote)
		assert.NilError(t, err)
		until(t, "the copies end", func() bool { return len(r.all()) == 0 })
		assert.Equal(t, r.count(0, 1).Copied, (want+1)*each)
	}
	c := newConn(r.Net, 0, 1, false, nil)
	for range 4 { // none of these ends
		f := &fate{}
		for range each {
			f.copies = append(f.copies, time.Hour)
		}
		c.sendCopies([]byte("GET / HTTP/1.1\r\n\r\n"), f)
	}
	assert.Equal(t, r.count(0, 1).Copied, uint64(4*each+maxCopies))
	assert.Equal(t, len(r.all()), maxCopies)
}

// The times of rules are those of the run's clock.
func TestRulesEndByTheClockOfTheRun(t *testing.T) {
	start := time.Now()
	r, _, h := newRuleRig(t, Options{Clock: func() time.Duration { return time.Hour + time.Since(start) }})
	r.rule(fault.Rule{Hold: true, Until: r.o.Clock() + 20*time.Millisecond})
	_, err := r.post(h, vote)
	assert.NilError(t, err)
	assert.Equal(t, len(r.Rules()), 0)
}

func TestCopiesTakeTheirOwnTime(t *testing.T) {
	r, got, h := newRuleRig(t, Options{})
	r.rule(fault.Rule{Name: "a", Match: fault.Match{Kind: fault.RequestKind}, Duplicate: 3, DelayMax: 200 * time.Millisecond})
	_, err := r.post(h, vote)
	assert.NilError(t, err)
	until(t, "the copies arrive", func() bool { return len(got.all()) == 4 })
}

// The next request on the link overtakes the first, which is kept back. Whether it does so
// within the window, and whether the server sees them in their order, is up to the machine.
func TestReorderLetsTheNextOvertake(t *testing.T) {
	r, got, h := newRuleRig(t, Options{})
	reorder := fault.Rule{Match: fault.Match{Kind: fault.RequestKind}, Reorder: true, Count: 1}
	until(t, "2 overtakes 1", func() bool {
		r.rule(reorder)
		before := r.count(0, 1).Reordered
		got.mu.Lock()
		got.list = nil
		got.mu.Unlock()
		var wg sync.WaitGroup
		wg.Go(func() { r.post(h, "1") })
		until(t, "1 is kept", func() bool { return r.count(0, 1).Reordered == before+1 })
		_, err := r.post(h, "2")
		assert.NilError(t, err)
		r.fates.Lock()
		assert.Assert(t, r.way(0, 1).kept == nil, "1 goes on behind 2")
		r.fates.Unlock()
		wg.Wait()
		return strings.Join(got.all(), " ") == "2 1"
	})
	_, err := r.post(h, "3")
	assert.NilError(t, err)

	r.rule(reorder)
	start := time.Now()
	_, err = r.post(h, "4") // none comes
	assert.NilError(t, err)
	assert.Assert(t, time.Since(start) >= fault.ReorderWindow)
}

func TestHoldKeepsRequestsInOrder(t *testing.T) {
	for _, end := range []string{"Deleted", "Replaced", "Healed", "RunsOut"} {
		t.Run(end, func(t *testing.T) {
			got := &spoken{}
			r := newRig(t, Options{Nodes: 2}, func(_ int, c net.Conn) {
				line, _ := bufio.NewReader(c).ReadString('\n')
				got.add(line[5:7])
				c.Close()
			})
			rule := fault.Rule{Name: "rule", Hold: true}
			if end == "RunsOut" {
				rule.Until = r.o.Clock() + 700*time.Millisecond
			}
			r.rule(rule)
			var want []string
			for i := range 20 {
				name := fmt.Sprint(10 + i)
				send(t, r.dial(0, 1), traffics[0].ask(name))
				until(t, "it is held", func() bool { return r.status().Held == i+1 })
				want = append(want, name)
			}
			assert.Equal(t, len(got.all()), 0)
			switch end {
			case "Deleted":
				r.change(fault.Change{Kind: fault.DeleteRule, Name: "rule"})
			case "Replaced":
				r.rule(fault.Rule{Drop: true})
			case "Healed":
				r.heal()
			}
			until(t, "all arrive", func() bool { return len(got.all()) == len(want) })
			assert.DeepEqual(t, got.all(), want)
		})
	}
}

func TestThrottleLetsOnePassAfterTheOther(t *testing.T) {
	r, got, h := newRuleRig(t, Options{})
	r.rule(fault.Rule{Match: fault.Match{Kind: fault.RequestKind}, Throttle: 20})
	start := time.Now()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { r.post(h, vote) })
	}
	wg.Wait()
	for i, at := range got.times {
		assert.Assert(t, at.Sub(start) >= time.Duration(i+1)*50*time.Millisecond, "%d after %v", i, at.Sub(start))
	}
	assert.Equal(t, r.status().Held, 0)
	r.rule(fault.Rule{Match: fault.Match{Kind: fault.RequestKind}, Throttle: 1})
	for range 4 {
		wg.Go(func() { r.post(h, vote) })
	}
	until(t, "they are held", func() bool { return r.status().Held == 4 })
	start = time.Now()
	r.heal()
	wg.Wait()
	assert.Assert(t, time.Since(start) < 900*time.Millisecond)
}

func TestLimitsOfRules(t *testing.T) {
	acted := func(rule fault.Rule) uint64 {
		r, _, h := newRuleRig(t, Options{Seed: 7})
		rule.DelayMax, rule.Match.Kind = time.Microsecond, fault.RequestKind
		r.rule(rule)
		for range 40 {
			_, err := r.post(h, vote)
			assert.NilError(t, err)
		}
		assert.Equal(t, r.status().Matched, uint64(40))
		return r.status().Acted
	}
	assert.Equal(t, acted(fault.Rule{Skip: 7}), uint64(33))
	assert.Equal(t, acted(fault.Rule{Skip: 7, Count: 3}), uint64(3))
	half := acted(fault.Rule{Probability: 0.5})
	assert.Assert(t, half > 5 && half < 35, "%d", half)
	assert.Equal(t, acted(fault.Rule{Probability: 0.5}), half, "the same seed draws the same")
}

// A cut decides before the rules, and again when a message goes on.
func TestCutHoldsWhatARuleLetsGo(t *testing.T) {
	r, got, h := newRuleRig(t, Options{})
	r.rule(fault.Rule{Hold: true})
	done := make(chan error, 1)
	go func() {
		_, err := r.post(h, vote)
		done <- err
	}()
	until(t, "it is held", func() bool { return r.status().Held == 1 })
	r.cut(between(0, 1))
	r.change(fault.Change{Kind: fault.DeleteRule, Name: "rule"})
	until(t, "the cut holds it", func() bool { return r.count(0, 1).Held == 2 })
	assert.Equal(t, len(got.all()), 0)
	r.heal()
	assert.NilError(t, <-done)
}

func TestRulesActOnOtherTraffic(t *testing.T) {
	f := traffics[2]
	for _, c := range []struct {
		name string
		rule fault.Rule
		test func(r *rig, got *spoken)
	}{
		{"Delay", fault.Rule{DelayMin: 50 * time.Millisecond, DelayMax: 50 * time.Millisecond}, func(r *rig, got *spoken) {
			start, c := time.Now(), r.dial(0, 1)
			send(r.t, c, f.ask("a"))
			expect(r.t, c, f.answer("a"))
			assert.Assert(r.t, time.Since(start) >= 100*time.Millisecond) // both ways
		}},
		{"Hold", fault.Rule{Hold: true}, func(r *rig, got *spoken) {
			c := r.dial(0, 1)
			send(r.t, c, f.ask("a"))
			nothing(r.t, c)
			assert.Equal(r.t, len(got.all()), 0)
			r.heal()
			expect(r.t, c, f.answer("a"))
		}},
		{"Throttle", fault.Rule{Throttle: 20}, func(r *rig, got *spoken) {
			start, c := time.Now(), r.dial(0, 1)
			send(r.t, c, f.ask("a"))
			expect(r.t, c, f.answer("a"))
			assert.Assert(r.t, time.Since(start) >= 100*time.Millisecond)
		}},
		{"Drop", fault.Rule{Drop: true}, func(r *rig, got *spoken) {
			c := r.dial(0, 1)
			send(r.t, c, f.ask("a"))
			reset(r.t, c)
			assert.Equal(r.t, len(got.all()), 0)
		}},
		{"Neither", fault.Rule{Duplicate: 1, Reorder: true}, func(r *rig, got *spoken) {
			c := r.dial(0, 1)
			send(r.t, c, f.ask("a"))
			expect(r.t, c, f.answer("a"))
			assert.Equal(r.t, r.status().Matched, uint64(0))
			assert.DeepEqual(r.t, got.all(), []string{"a"})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, got := newTrafficRig(t, f, Options{Lost: time.Hour})
			r.rule(c.rule)
			c.test(r, got)
		})
	}
}

func TestChangeRefusesWhatLinksCannotDo(t *testing.T) {
	n := New(Options{Nodes: 3})
	defer n.Close()
	slow := fault.Rule{Name: "a", SlowDiskMin: 1, SlowDiskMax: 1}
	for _, c := range []struct {
		change fault.Change
		want   string
	}{
		{fault.Change{Kind: fault.Crash}, "cannot do this: want a partition, a heal, or a fault"},
		{fault.Change{Kind: fault.Skew, Skew: 2}, "cannot do this"},
		{fault.Change{Kind: fault.Isolate, Node: 3}, "node 3: no such node, want one from 0 to 2"},
		{fault.Change{Kind: fault.Partition, Links: []fault.Link{between(0, 9)}}, "node 9: no such node"},
		{fault.Change{Kind: fault.SetRule, Rule: &slow}, "acts on a node's writes"},
		{fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a"}}, "does nothing"},
		{fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a", Drop: true, Match: fault.Match{Type: fault.RequestVoteType}}}, "messages.request_vote"},
		{fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a", Drop: true, Match: fault.Match{Type: fault.AppendEntriesType}}}, "messages.append_entries"},
		{fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a", Drop: true, Match: fault.Match{Entries: fault.WithEntries}}}, "where an append_entries has its entries"},
		{fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a", Duplicate: 1, Match: fault.Match{Kind: fault.ResponseKind}}}, "one answer"},
		{fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a", Drop: true, Match: fault.Match{From: []raft.NodeID{5}}}}, "5"},
		{fault.Change{Kind: fault.DeleteRule, Name: "a"}, "no such fault"},
	} {
		assert.ErrorContains(t, n.Change(&c.change), c.want)
	}
	assert.Assert(t, errors.Is(n.Change(&fault.Change{Kind: fault.Crash}), ErrImpossible))
	assert.Equal(t, len(n.Rules()), 0)
}

func TestChangesOfLinks(t *testing.T) {
	n := New(Options{Nodes: 3})
	defer n.Close()
	do := func(c fault.Change) { assert.NilError(t, n.Change(&c)) }
	do(fault.Change{Kind: fault.Isolate, Node: 1})
	isolated := []fault.Link{between(0, 1), between(1, 0), between(1, 2), between(2, 1)}
	assert.DeepEqual(t, n.Cuts(), isolated)
	do(fault.Change{Kind: fault.Isolate, Node: 0})
	assert.Equal(t, len(n.Cuts()), 6)
	do(fault.Change{Kind: fault.HealNode, Node: 0})
	assert.DeepEqual(t, n.Cuts(), []fault.Link{between(1, 2), between(2, 1)})
	do(fault.Change{Kind: fault.Partition, Links: []fault.Link{between(0, 2)}})
	assert.DeepEqual(t, n.Cuts(), []fault.Link{between(0, 2)})
	do(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "b", Drop: true}})
	do(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "a", Hold: true}})
	do(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "b", Hold: true}})
	assert.Equal(t, n.Rules()[0].Name+n.Rules()[1].Name, "ba")
	do(fault.Change{Kind: fault.Heal})
	assert.Equal(t, len(n.Cuts())+len(n.Rules()), 0)
}

// A message was held only if it was itself, not because one before it on the connection was.
func TestSeenTellsWhichMessageWasHeld(t *testing.T) {
	seen := make(chan Passage, 10)
	f := traffics[0]
	r, _ := newTrafficRig(t, f, Options{Seen: func(p Passage) {
		if p.Kind == fault.RequestKind {
			seen <- p
		}
	}})
	r.cut(between(0, 1))
	c := r.dial(0, 1)
	send(t, c, f.ask("held"))
	until(t, "it is held", func() bool { return r.count(0, 1).Waiting == 1 })
	r.heal()
	expect(t, c, f.answer("held"))
	assert.Assert(t, (<-seen).Held)
	send(t, c, f.ask("next"))
	expect(t, c, f.answer("next"))
	assert.Assert(t, !(<-seen).Held)
}

// Seen gets every message with what became of it.
func TestSeenTellsTheStory(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	o := Options{Lost: time.Millisecond, Seen: func(p Passage) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintf("%d>%d %s %s %d type=%d fate=%d copies=%d held=%v rules=%v copy=%v",
			p.From, p.To, p.Method, p.Path, p.Status, p.Type, p.Fate, p.Copies, p.Held, p.Rules, p.Copy))
	}}
	r, _, h := newRuleRig(t, o)
	r.post(h, vote)
	r.rule(fault.Rule{Name: "loss", Drop: true, Match: fault.Match{Type: fault.RequestVoteType, Kind: fault.RequestKind}})
	r.post(h, vote)
	r.rule(fault.Rule{Name: "twice", Duplicate: 1, Match: fault.Match{Type: fault.AppendEntriesType}})
	r.post(h, beat)
	until(t, "the copy is seen", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) >= 6
	})
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{
		"0>1 POST /rpc/0 0 type=1 fate=0 copies=0 held=false rules=[] copy=false",
		"1>0 POST /rpc/0 200 type=1 fate=0 copies=0 held=false rules=[] copy=false",
		"0>1 POST /rpc/0 0 type=1 fate=1 copies=0 held=false rules=[loss] copy=false",
		"0>1 POST /rpc/0 0 type=2 fate=0 copies=1 held=false rules=[twice] copy=false",
		"0>1 POST /rpc/0 0 type=2 fate=0 copies=0 held=false rules=[] copy=true",
		"1>0 POST /rpc/0 200 type=2 fate=0 copies=0 held=false rules=[] copy=false",
	} {
		assert.Assert(t, strings.Contains(strings.Join(seen, "\n"), want), "%s\nnot in\n%s", want, strings.Join(seen, "\n"))
	}
}
