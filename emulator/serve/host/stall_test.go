package host

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// An empty outside loses all messages.
type emptyOutside struct{}

func (emptyOutside) Send(raft.Message)  {}
func (emptyOutside) Store(world.Stored) {}

// alone makes node 0 of a cluster, and takes its first step.
func alone(nodes int) (w *world.World, s stall, timer time.Duration) {
	w = world.NewAlone(fixture.Fresh(nodes).Config(), 0, emptyOutside{}, nil)
	timer, _ = w.NextAt()
	return w, stall{alone: true, id: 0}, timer
}

func TestTimerThatIsALittleLateRunsOut(t *testing.T) {
	w, s, timer := alone(3)
	_, stood := s.ended(w, timer+stallAfter-1)
	assert.Assert(t, !stood)
}

// A node that stood still reads its mail before it runs for election. It waits only once, so
// that a machine which is always late elects leaders all the same.
func TestElectionTimerThatIsLateWaitsOnceForTheMail(t *testing.T) {
	w, s, timer := alone(3)
	to, stood := s.ended(w, timer+time.Minute)
	assert.Assert(t, stood)
	assert.Equal(t, to, timer-stallGrace)
	w.RunUntil(to)
	assert.Equal(t, role(w), raft.Follower)
	_, stood = s.ended(w, timer+time.Minute)
	assert.Assert(t, !stood)
	w.RunUntil(timer)
	assert.Equal(t, role(w), raft.Candidate)
	next, _ := w.NextAt()
	_, stood = s.ended(w, next+time.Minute)
	assert.Assert(t, stood, "the next timer waits again")
}

// A leader that stood still sends one heartbeat at once, and not all those that it missed.
func TestHeartbeatThatIsLateGoesOutAtOnce(t *testing.T) {
	w, s, timer := alone(1)
	w.RunUntil(timer)
	assert.Equal(t, role(w), raft.Leader)
	heartbeat, _ := w.NextAt()
	to, stood := s.ended(w, heartbeat+time.Minute)
	assert.Assert(t, stood)
	assert.Equal(t, to, heartbeat)
}

func TestClusterInOneProcessKeepsItsTime(t *testing.T) {
	w := world.New(fixture.Fresh(3).Config(), nil)
	_, stood := (&stall{}).ended(w, time.Hour)
	assert.Assert(t, !stood)
}

func role(w *world.World) raft.Role {
	s, _, _ := w.State(0)
	return s.Role
}
