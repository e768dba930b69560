package syntax

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

func TestParseSelector(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  []Who
		wrong string
	}{
		{"0", WhoOf(0), ""},
		{"leader", []Who{Named(Leader)}, ""},
		{"2,follower,candidate", []Who{{ID: 2}, Named(Follower), Named(Candidate)}, ""},
		{"all", []Who{Named(All)}, ""},
		{"all,1", nil, "all stands for every node, want it alone"},
		{"", nil, `"" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"1,,2", nil, `"" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"1, 2", nil, `" 2" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"01", nil, `"01" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"2000", nil, `"2000" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"Leader", nil, `"Leader" is no node's id, did you mean "leader"?`},
		{"any", nil, `"any" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"old", nil, `"old" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{"leader,leader", nil, "leader is named twice, want each node once"},
	} {
		got, wrong := ParseSelector(c.text)
		assert.Equal(t, wrong, c.wrong, c.text)
		assert.DeepEqual(t, got, c.want)
	}
}

// roles is nodes, each by the letter of its role: L, F or C, in lower case when it is down.
// The term of a leader is its place.
type roles string

func (r roles) Nodes() int { return len(r) }

func (r roles) State(id raft.NodeID) (s raft.State, up, paused bool) {
	letter := string(r[id])
	s.Role = map[string]raft.Role{"L": raft.Leader, "F": raft.Follower, "C": raft.Candidate}[strings.ToUpper(letter)]
	s.Term = raft.Term(id)
	return s, letter == strings.ToUpper(letter), false
}

func TestResolverFindsTheNodesThatAreMeant(t *testing.T) {
	for _, c := range []struct {
		name    string
		cluster roles
		list    []Who
		kind    fault.Kind
		want    []raft.NodeID
		wrong   string
		is      error
	}{
		{"Leader", "LFLf", []Who{Named(Leader)}, fault.Crash, []raft.NodeID{2}, "", nil},
		{"LeaderDown", "FLl", []Who{Named(Leader)}, fault.Crash, []raft.NodeID{1}, "", nil},
		{"Follower", "LfCF", []Who{Named(Follower)}, fault.Crash, []raft.NodeID{2}, "", nil},
		{"Candidate", "LcCC", []Who{Named(Candidate)}, fault.Crash, []raft.NodeID{2}, "", nil},
		{"EachOnce", "LF", []Who{{ID: 1}, Named(Leader), Named(Follower)}, fault.Crash, []raft.NodeID{1, 0}, "", nil},
		{"All", "LfF", []Who{Named(All)}, fault.Crash, []raft.NodeID{0, 1, 2}, "", nil},
		{"AllThatAreUp", "LfF", []Who{Named(All)}, fault.Pause, []raft.NodeID{0, 2}, "", nil},
		{"Given", "LF", []Who{Named("old")}, fault.Crash, []raft.NodeID{1}, "", nil},
		{"NoLeader", "Fl", []Who{Named(Leader)}, fault.Crash, nil,
			"there is no leader among the nodes that are up: node 0 is Follower in term 0, node 1 is down", ErrNobody},
		{"NoFollower", "Lf", []Who{Named(Follower)}, fault.Crash, nil, "no node is up except the leader", ErrNobody},
		{"NobodyUp", "lf", []Who{Named(All)}, fault.Resume, nil, "there is no node that is up", ErrNobody},
		{"NotGiven", "LF", []Who{Named("new")}, fault.Crash, nil, `no node has the name "new" yet`, ErrNobody},
		{"NoSuchNode", "LF", WhoOf(2), fault.Crash, nil, "node 2: no such node, the cluster has nodes 0 to 1", world.ErrNoNode},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Resolver{Cluster: c.cluster, Given: func(name string) (raft.NodeID, bool) { return 1, name == "old" }}
			got, err := r.For(c.kind, c.list)
			if c.wrong != "" {
				assert.Error(t, err, c.wrong)
				assert.ErrorIs(t, err, c.is)
				return
			}
			assert.NilError(t, err)
			assert.DeepEqual(t, got, c.want)
		})
	}
}
