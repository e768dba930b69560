package verify_test

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/tests/budget"
)

// lazy has the bugs that break no rule about what a server may do: the server does too
// little or acts late, and every action in its trace is safe.
var lazy = map[string]string{
	"timer_reset_on_any_vote_request": "timers are no part of raft.tla",
	"election_not_restarted":          "no Timeout is taken",
	"next_never_back":                 "nextIndex is the leader's guess, and the same message goes out again and again",
	"waits_for_peer":                  "AppendEntries is taken too rarely",
}

// Every other bug breaks a rule in some storm.
func TestBugsAreIllegal(t *testing.T) {
	for _, b := range bugs.All() {
		storms := uint64(300)
		if lazy[b.Name] != "" {
			storms = budget.Pick[uint64](60, storms)
		}
		var found *verify.Finding
		for seed := uint64(0); seed < storms && found == nil; seed++ {
			m := &verify.Monitor{}
			s := newStorm(seed, weather{slow: seed%2 == 1, bug: b.Name}, nil, m)
			s.run(120)
			found = m.Found()
		}
		if why := lazy[b.Name]; why != "" {
			assert.Check(t, found == nil, "%s is thought to be safe, as %s: %v", b.Name, why, found)
			continue
		}
		if assert.Check(t, found != nil, "%s is never found", b.Name) {
			t.Logf("%s (%s): %v", b.Name, b.Rule, found)
		}
	}
	for name := range lazy {
		_, err := bugs.Find(name)
		assert.Check(t, err)
	}
}
