package link

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// After any changes, made while requests are under way, a heal leaves links that carry
// everything and keep nothing.
func TestHealAfterAStormLeavesWholeLinks(t *testing.T) {
	var got recorder
	r := newHTTPRig(t, Options{Match: match, Lost: 50 * time.Millisecond, Seen: func(Passage) {}}, got.ServeHTTP)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	for i := range 12 {
		h := client(i%2 == 0)
		h.Timeout = 200 * time.Millisecond
		wg.Go(func() {
			defer h.CloseIdleConnections()
			for n := i; ctx.Err() == nil; n++ {
				if res, err := h.Post(r.url(n%3, (n+1+n/3%2)%3, "/rpc/0"), "", strings.NewReader(entries)); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	storm(t, r, rand.New(rand.NewPCG(1, 2)))
	stop()
	wg.Wait()
	r.SetStyle(Hold)
	for i := range 3 {
		r.SetUp(i, true)
	}
	r.heal()
	until(t, "nothing is kept", func() bool {
		for _, c := range r.Counts() {
			if c.Waiting != 0 {
				return false
			}
		}
		return len(r.all()) == 0
	})
	for i := range 3 {
		for j := range 3 {
			if i != j {
				res, err := http.Post(r.url(i, j, "/"), "", strings.NewReader("x"))
				assert.NilError(t, err)
				res.Body.Close()
			}
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// storm makes random changes.
func storm(t *testing.T, r *rig, random *rand.Rand) {
	node := func() raft.NodeID { return raft.NodeID(random.IntN(3)) }
	rules := []fault.Rule{
		{Drop: true, Probability: 0.3}, {DelayMax: 30 * time.Millisecond}, {Duplicate: 2, DelayMax: 10 * time.Millisecond, Probability: 0.3},
		{Reorder: true}, {Hold: true}, {Throttle: 50}, {Drop: true, Match: fault.Match{Kind: fault.ResponseKind, Type: fault.AppendEntriesType}},
	}
	for range 300 {
		switch random.IntN(8) {
		case 0:
			from := node()
			r.cut(fault.Link{From: from, To: (from + 1) % 3})
		case 1:
			r.change(fault.Change{Kind: fault.Isolate, Node: node()})
		case 2:
			r.change(fault.Change{Kind: fault.HealNode, Node: node()})
		case 3:
			r.heal()
		case 4:
			r.SetStyle(Style(random.IntN(3)))
		case 5:
			r.SetUp(int(node()), random.IntN(2) == 0)
		default:
			rule := rules[random.IntN(len(rules))]
			rule.Name = "rule"
			r.rule(rule)
		}
		time.Sleep(time.Duration(random.IntN(6)) * time.Millisecond) // the storm's own pace
	}
}
