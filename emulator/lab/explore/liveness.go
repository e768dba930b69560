package explore

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// Names of steps and requests in the end of a run.
const (
	healedStep  = "healed"
	askedStep   = "asked"
	lastRequest = "last"
)

// answerTime is within how much time a healed cluster answers and agrees.
const answerTime = time.Second

// healing decides when the nemesis stops and, in some runs, heals everything so
// that progress can be expected.
func (r *rehearsal) healing() (end time.Duration, healed bool) {
	end = r.options.SimTime
	wanted := r.Chance(0.6)
	if last := electionTime(r.fixture) + answerTime; wanted && canElect(r.fixture) && end >= 2*last {
		return end - last, true
	}
	return end, false
}

// electionTime bounds the time in which a healed cluster elects a leader: ten tries.
func electionTime(f *fixture.Fixture) time.Duration { return 10 * f.ElectionMax }

// canElect reports whether elections succeed soon with the cluster's timing and without
// faults: broadcasting is quick and timeouts differ enough (§5.6).
func canElect(f *fixture.Fixture) bool {
	spread := f.ElectionMax - f.ElectionMin
	return f.Heartbeat+2*f.StorageDelay < f.ElectionMin && 2*spread >= f.ElectionMin && spread >= slowestStorage*f.StorageDelay
}

// expectProgress heals everything and expects progress: a leader, an answer to one more
// request and, because the leader then has an entry of its own term to commit, the
// same logs and queues everywhere (§5.4.2). Harm that Raft tolerates may go on: a
// minority is down, or a node times out early.
func (r *rehearsal) expectProgress(at time.Duration) {
	s := r.fixture.Scenario
	r.until(at)
	r.do(play.HealAll{})
	s.Steps[len(s.Steps)-1].Name = healedStep
	switch r.IntN(4) {
	case 0:
		r.crashMinority()
	case 1:
		r.haste()
	}
	elected := electionTime(r.fixture)
	s.Steps = append(s.Steps, play.Step{
		Name: askedStep, At: at + elected, Within: play.DefaultWithin, Action: play.Request{
			Name: lastRequest, To: syntax.Named(syntax.Leader), Times: 1,
			Timeout: play.DefaultRequestTimeout, Command: r.fixture.MachineType().Mark(lastRequest),
		},
	})
	// The leader is there before it is asked.
	s.Expects = append(s.Expects, expectation(leaderElected, healedStep, elected-time.Millisecond, "leader=majority"))
	s.Expects = append(s.Expects, expectation(requestAnswered, askedStep, answerTime, "answer="+lastRequest+":ok"))
	if up := r.up(); len(up) > 1 {
		list := strings.Join(up, ",")
		s.Expects = append(s.Expects, expectation(logsEqual, askedStep, answerTime, "logs_equal="+list, "queues_equal="+list))
	}
}

// crashMinority crashes as many nodes as Raft bears, or fewer.
func (r *rehearsal) crashMinority() {
	if most := mostDown(r.nodes); most > 0 {
		for _, id := range r.shuffled()[:r.Between(1, most)] {
			r.do(play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: syntax.WhoOf(id)})
		}
	}
}

// mostDown returns how many nodes of a cluster of this size may be down.
func mostDown(nodes int) int { return (nodes - 1) / 2 }

// haste has the node with the oldest log time out sooner than others, and at times
// at once: it cannot win, and must not keep others from it (§5.2, §5.4.1).
func (r *rehearsal) haste() {
	factor, ok := hastiest(r.fixture)
	oldest := raft.NodeID(0)
	for id := range raft.NodeID(r.nodes) {
		s, _, _ := r.world.State(id)
		o, _, _ := r.world.State(oldest)
		if s.LastTerm < o.LastTerm || s.LastTerm == o.LastTerm && s.LastIndex < o.LastIndex {
			oldest = id
		}
	}
	if s, _, _ := r.world.State(oldest); !ok || s.Role == raft.Leader {
		return
	}
	r.do(play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: factor}, Who: []play.Who{{ID: oldest}}})
	if r.Chance(0.7) {
		r.do(play.NodeAction{Change: fault.Change{Kind: fault.Timeout}, Who: syntax.WhoOf(oldest)})
	}
}

// hastiest is a factor on the length of one node's timers with which it still waits
// for heartbeats; false when there is none worth it.
func hastiest(f *fixture.Fixture) (float64, bool) {
	least := float64(f.Heartbeat+2*f.StorageDelay) / float64(f.ElectionMin)
	factor := math.Ceil(1.4*least*100) / 100
	return factor, factor <= 0.7
}

// up lists the nodes that are up, as conditions name them.
func (r *rehearsal) up() []string {
	var names []string
	for id := range raft.NodeID(r.nodes) {
		if _, up, _ := r.world.State(id); up {
			names = append(names, strconv.Itoa(int(id)))
		}
	}
	return names
}

// The names of what is expected of a healed cluster, as checks have names.
const (
	leaderElected   = "leader_elected"
	requestAnswered = "request_answered"
	logsEqual       = "logs_equal"
)

// progress tells why each of them must come true.
var progress = []struct{ name, because string }{
	{leaderElected, "a cluster with a majority at work elects a leader (§5.2)"},
	{requestAnswered, "a leader that reaches a majority commits what it is asked for (§5.3)"},
	{logsEqual, "a leader brings every log into line with its own (§5.3)"},
}

// expectation is that conditions come true soon after a step.
func expectation(name, from string, within time.Duration, that ...string) play.Expect {
	e := play.Expect{Kind: play.ExpectWithin, From: from, Within: within}
	for _, p := range progress {
		if p.name == name {
			e.Because = p.because
		}
	}
	for _, text := range that {
		c, err := condition.ParseText(text)
		if err != nil {
			panic(err)
		}
		e.That = append(e.That, c)
	}
	return e
}

// progressName returns the name of an expectation about progress; "" for any other.
func progressName(because string) string {
	for _, p := range progress {
		if p.because == because {
			return p.name
		}
	}
	return ""
}

// isProgress reports whether a check is about progress.
func isProgress(check string) bool {
	return slices.Contains([]string{leaderElected, requestAnswered, logsEqual}, check)
}

// isFair reports whether a fixture expects progress only when Raft guarantees it:
// everything is healed except harm that Raft tolerates, and after that nothing happens
// except a request, after enough time for an election.
func isFair(f *fixture.Fixture) bool {
	healed, down, hasty := time.Duration(-1), 0, 0
	least, _ := hastiest(f)
	for _, step := range f.Scenario.Steps {
		switch a := step.Action.(type) {
		case play.HealAll:
			healed = step.At
		case play.NodeAction:
			switch {
			case healed < 0:
			case a.Change.Kind == fault.Crash:
				down++
			case a.Change.Kind == fault.Skew && a.Change.Skew < least:
				return false
			case a.Change.Kind == fault.Skew:
				hasty++
			}
		}
		switch {
		case step.Name == askedStep:
			if healed < 0 || step.At < healed+electionTime(f) {
				return false
			}
		case healed >= 0 && step.At > healed:
			return false
		}
	}
	return down <= mostDown(len(f.Nodes)) && hasty <= 1 && canElect(f)
}
