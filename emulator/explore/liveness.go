package explore

import (
	"time"

	"rrmq.example/emulator/emulator/condition"
	"rrmq.example/emulator/emulator/fixture"
	"rrmq.example/emulator/mqapi"
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
	wanted := r.chance(0.6)
	if last := electionTime(r.fixture) + answerTime; wanted && canElect(r.fixture) && end >= 2*last {
		return end - last, true
	}
	return end, false
}

// electionTime is within how much time a healed cluster has a leader: ten tries.
func electionTime(f *fixture.Fixture) time.Duration { return 10 * f.ElectionMax }

// canElect tells whether the cluster's timing lets elections succeed soon where
// nothing goes wrong: broadcasting is quick and timeouts differ enough (§5.6).
func canElect(f *fixture.Fixture) bool {
	spread := f.ElectionMax - f.ElectionMin
	return f.Heartbeat+2*f.StorageDelay < f.ElectionMin && 2*spread >= f.ElectionMin && spread >= slowestStorage*f.StorageDelay
}

// expectProgress heals everything and expects what must come of that: a leader, an
// answer to one more request and, now that the leader has an entry of its own term
// to commit, the same logs and queues everywhere (§5.4.2).
func (r *rehearsal) expectProgress(at time.Duration) {
	elected := electionTime(r.fixture)
	s := r.fixture.Scenario
	leader := fixture.Who{ID: raft.None, Name: condition.Leader}
	s.Steps = append(s.Steps,
		fixture.Step{Name: healedStep, At: at, Within: fixture.DefaultWithin, Action: fixture.HealAll{}},
		fixture.Step{Name: askedStep, At: at + elected, Within: fixture.DefaultWithin, Action: fixture.Request{
			Name: lastRequest, To: leader, Times: 1, Timeout: fixture.DefaultRequestTimeout,
			Command: mqapi.Command{Op: mqapi.PutTopic, Topic: lastRequest},
		}},
	)
	for _, p := range progress {
		within := answerTime
		if p.from == healedStep {
			within = elected - time.Millisecond // before it is asked
		}
		s.Expects = append(s.Expects, expectation(p.from, within, p.because, p.that...))
	}
}

// progress is what is expected of a healed cluster. Each goes by its name, as the
// checks of safety do.
var progress = []struct {
	name, from, because string
	that                []string
}{
	{"leader_elected", healedStep, "a cluster that is whole elects a leader (§5.2)", []string{"leader=majority"}},
	{"request_answered", askedStep, "a leader that reaches a majority commits what it is asked for (§5.3)", []string{"answer=" + lastRequest + ":ok"}},
	{"logs_equal", askedStep, "a leader brings every log into line with its own (§5.3)", []string{"logs_equal=all", "queues_equal=all"}},
}

// progressName is the name of something expected; "" when it is none of progress.
func progressName(because string) string {
	for _, p := range progress {
		if p.because == because {
			return p.name
		}
	}
	return ""
}

// isProgress tells whether a check is one of progress.
func isProgress(check string) bool {
	for _, p := range progress {
		if p.name == check {
			return true
		}
	}
	return false
}

// expectation is that conditions come true soon after a step.
func expectation(from string, within time.Duration, because string, that ...string) fixture.Expect {
	e := fixture.Expect{Kind: fixture.ExpectWithin, From: from, Within: within, Because: because}
	for _, text := range that {
		c, err := condition.ParseText(text)
		if err != nil {
			panic(err)
		}
		e.That = append(e.That, c)
	}
	return e
}
