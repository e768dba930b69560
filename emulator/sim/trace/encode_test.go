package trace

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// encoded is an example of each form of a record, with its JSON.
var encoded = []struct {
	name   string
	record Record
	want   string // from event on
}{
	{
		"InitOfANewNode",
		Record{Kind: Init, Node: 1, State: raft.State{VotedFor: raft.None, Leader: raft.None}, Detail: &Start{Up: true}},
		`"event":"Init","node":1,` + newState + `,"init":{"up":true,"log":[]}}`,
	},
	{
		"InitInTheMiddleOfThings",
		Record{Kind: Init, Node: 1, State: raft.State{VotedFor: raft.None, Leader: raft.None}, Detail: &Start{
			Log: []raft.Entry{{Term: 1, Command: queue.GetTopics.New()}}, NextIndex: []raft.Index{2, 1}, MatchIndex: []raft.Index{1, 0},
			Votes: []raft.NodeID{0, 2}, Counted: true, Bug: "vote_twice", Stored: raft.HardState{Term: 1, VotedFor: raft.None},
			Writes: []Write{{Hard: raft.HardState{Term: 2, VotedFor: 1}, Kept: 1}, {Hard: raft.HardState{Term: 2, VotedFor: raft.None}, Removed: []raft.Entry{{Term: 1}}}},
		}},
		`"event":"Init","node":1,` + newState + `,"init":{"up":false,"log":[{"term":1,"op":"get_topics"}],"next_index":[2,1],"match_index":[1,0],` +
			`"votes":[0,2],"bug":"vote_twice","stored":{"term":1,"voted_for":null},"writes":[{"term":2,"voted_for":1,"kept":1,"removed":[]},` +
			`{"term":2,"voted_for":null,"kept":0,"removed":[{"term":1,"op":null}]}]}}`,
	},
	{
		"Persist",
		Record{Kind: Persist, Node: 1, Index: 4, Detail: raft.HardState{Term: 2, VotedFor: raft.None}},
		`"event":"Persist","node":1,"index":4,` + zeroState + `,"stored":{"term":2,"voted_for":null}}`,
	},
	{
		"AppendEntriesWithEntries",
		Record{Kind: Kind(raft.AppendEntries), Message: raft.Message{
			Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: 6, PrevLogIndex: 2, PrevLogTerm: 1, LeaderCommit: 2,
			Entries: []raft.Entry{
				{Term: 5, Command: queue.PutTopic.New("dog")},
				{Term: 6, Command: queue.PutMessage.New("dog", "I \"love\"\ndogs\x01é\u2028<&>")},
				{Term: 6, Command: queue.PopMessage.New("dog")},
				{Term: 6, Command: queue.GetTopics.New()},
				{Term: 6},
				{Term: 6, Command: "not ours"},
			},
		}, State: raft.State{
			Role: raft.Leader, Term: 6, VotedFor: 0, Leader: 0, CommitIndex: 2, LastApplied: 1, LastIndex: 4, LastTerm: 6,
		}},
		`"event":"AppendEntries","node":0,"message":{"id":7,"type":"AppendEntriesRequest","from":0,"to":1,"term":6,` +
			`"prev_log_index":2,"prev_log_term":1,"entries":[{"term":5,"op":"put_topic","topic":"dog"},` +
			`{"term":6,"op":"put_message","topic":"dog","message":"I \"love\"\ndogs\u0001é` + "\u2028" + `<&>"},` +
			`{"term":6,"op":"get_message","topic":"dog"},{"term":6,"op":"get_topics"},{"term":6,"op":null},{"term":6,"op":null}],` +
			`"leader_commit":2},"state":{"role":"Leader","term":6,"voted_for":0,"leader":0,"commit_index":2,"last_applied":1,"last_index":4,"last_term":6}}`,
	},
	{
		"Heartbeat",
		Record{Kind: Kind(raft.HandleAppendEntriesRequest), Node: 1, Message: raft.Message{Type: raft.AppendEntriesRequest, To: 1, Term: 6}},
		`"event":"HandleAppendEntriesRequest","node":1,"message":{"id":3,"type":"AppendEntriesRequest","from":0,"to":1,"term":6,` +
			`"prev_log_index":0,"prev_log_term":0,"entries":[],"leader_commit":0},` + zeroState + `}`,
	},
	{
		"Success",
		Record{Kind: Reply, Node: 1, Message: raft.Message{Type: raft.AppendEntriesResponse, From: 1, Term: 6, Success: true, PrevLogIndex: 4, MatchIndex: 5}},
		`"event":"Reply","node":1,"message":{"id":7,"type":"AppendEntriesResponse","from":1,"to":0,"term":6,"success":true,` +
			`"prev_log_index":4,"match_index":5},` + zeroState + `}`,
	},
	{
		"Rejection",
		Record{Kind: Kind(raft.HandleAppendEntriesResponse), Message: raft.Message{
			Type: raft.AppendEntriesResponse, From: 1, Term: 6, PrevLogIndex: 4, ConflictIndex: 3, ConflictTerm: 2}},
		`"event":"HandleAppendEntriesResponse","node":0,"message":{"id":3,"type":"AppendEntriesResponse","from":1,"to":0,"term":6,"success":false,` +
			`"prev_log_index":4,"conflict_index":3,"conflict_term":2},` + zeroState + `}`,
	},
	{
		"RequestForAVoteFromOutside",
		Record{Kind: RPC, Node: 2, Message: raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 3, LastLogIndex: 4, LastLogTerm: 2}},
		`"event":"RPC","node":2,"message":{"id":7,"type":"RequestVoteRequest","from":1,"to":2,"term":3,"last_log_index":4,"last_log_term":2},` + zeroState + `}`,
	},
	{
		"VoteDroppedByACut",
		Record{Kind: DropMessage, Node: 2, Message: raft.Message{Type: raft.RequestVoteResponse, From: 1, To: 2, Term: 3, VoteGranted: true}, Detail: Partitioned},
		`"event":"DropMessage","node":2,"message":{"id":3,"type":"RequestVoteResponse","from":1,"to":2,"term":3,"vote_granted":true},` +
			zeroState + `,"reason":"partition"}`,
	},
	{
		"VoteHeldByARule",
		Record{Kind: HoldMessage, Node: 2, Message: raft.Message{Type: raft.RequestVoteResponse, From: 1, To: 2, Term: 3}, Detail: &fault.Rule{Name: "a\\b"}},
		`"event":"HoldMessage","node":2,"message":{"id":3,"type":"RequestVoteResponse","from":1,"to":2,"term":3,"vote_granted":false},` +
			zeroState + `,"fault":"a\\b"}`,
	},
	{
		"VoteOnItsWay",
		Record{Kind: ResumeMessage, Node: 2, Message: raft.Message{Type: raft.RequestVoteResponse, From: 1, To: 2, Term: 3}},
		`"event":"ResumeMessage","node":2,"message":{"id":7,"type":"RequestVoteResponse","from":1,"to":2,"term":3,"vote_granted":false},` +
			zeroState + `}`,
	},
	{
		"RuleEnded",
		Record{Kind: RuleEnded, Node: raft.None, Detail: &fault.Rule{Name: "slow"}},
		`"event":"RuleEnded","node":null,"fault":"slow"}`,
	},
	{
		"InitOfAPausedNodeWithItsSurroundings",
		Record{Kind: Init, State: raft.State{VotedFor: raft.None, Leader: raft.None}, Extra: Timer(raft.ElectionTimer, 20*time.Millisecond), Detail: &Start{
			Up: true, Paused: true, Skew: 1.5, Cut: []raft.NodeID{1, 2}, Faults: []fault.Rule{{Name: "a", Drop: true}, {Name: "b", Hold: true}},
		}},
		`"event":"Init","node":0,` + newState + `,"init":{"up":true,"log":[],"paused":true,"skew":1.5,"cut":[1,2],` +
			`"faults":[{"name":"a","drop":true},{"name":"b","hold":true}]},"timer":{"kind":"election","at_ns":20000000}}`,
	},
	{
		"SetTimer",
		Record{Kind: SetTimer, Node: 1, Extra: Timer(raft.HeartbeatTimer, 50*time.Millisecond)},
		`"event":"SetTimer","node":1,` + zeroState + `,"timer":{"kind":"heartbeat","at_ns":50000000}}`,
	},
	{
		"AppendedBehindIndex2",
		Record{Kind: Kind(raft.HandleAppendEntriesRequest), Node: 1, Message: raft.Message{Type: raft.AppendEntriesRequest, To: 1, Term: 6}, Extra: Kept(2)},
		`"event":"HandleAppendEntriesRequest","node":1,"message":{"id":3,"type":"AppendEntriesRequest","from":0,"to":1,"term":6,` +
			`"prev_log_index":0,"prev_log_term":0,"entries":[],"leader_commit":0},` + zeroState + `,"kept":2}`,
	},
	{
		"ProgressOfALeader",
		Record{Kind: Kind(raft.HandleAppendEntriesResponse), Message: raft.Message{
			Type: raft.AppendEntriesResponse, From: 1, Term: 6, Success: true, PrevLogIndex: 4, MatchIndex: 5}, Extra: Progress(6, 5)},
		`"event":"HandleAppendEntriesResponse","node":0,"message":{"id":3,"type":"AppendEntriesResponse","from":1,"to":0,"term":6,"success":true,` +
			`"prev_log_index":4,"match_index":5},` + zeroState + `,"progress":{"next":6,"match":5}}`,
	},
	{
		"BecomeLeader",
		Record{Kind: Kind(raft.BecomeLeader), Detail: &Indices{Next: []raft.Index{4, 4}, Match: []raft.Index{3, 0}}},
		`"event":"BecomeLeader","node":0,` + zeroState + `,"next_index":[4,4],"match_index":[3,0]}`,
	},
	{
		"CountedVote",
		Record{Kind: Kind(raft.HandleRequestVoteResponse), Message: raft.Message{Type: raft.RequestVoteResponse, From: 1, Term: 3, VoteGranted: true}, Extra: Counted()},
		`"event":"HandleRequestVoteResponse","node":0,"message":{"id":3,"type":"RequestVoteResponse","from":1,"to":0,"term":3,"vote_granted":true},` +
			zeroState + `,"counted":true}`,
	},
	{
		"AppliedAgain",
		Record{Kind: Apply, Node: 2, Index: 12, Detail: Again{11, 12}},
		`"event":"Apply","node":2,"index":12,` + zeroState + `,"again":[11,12]}`,
	},
	{
		"ResponseWithoutTheLog",
		Record{Kind: Response, Extra: Unlogged(), Detail: &Call{ID: exampleID, Command: queue.PopMessage.New("dog"), Reply: machine.Reply{Result: machine.Result{OK: true, Text: "wuff"}}}},
		`"event":"Response","node":0,` + zeroState + `,"response":{"id":"` + exampleID.String() + `","ok":true,"message":"wuff"},"unlogged":{"op":"get_message","topic":"dog"}}`,
	},
	{
		"CrashThatUndoesAWrite",
		Record{Kind: Nemesis, Node: 1, Detail: &fault.Change{Kind: fault.Crash, Node: 1}, Log: &LogChange{Kept: 2, Entries: []raft.Entry{{Term: 1, Command: queue.PutTopic.New("dog")}}}},
		`"event":"Nemesis","node":1,` + zeroState + `,"change":{"op":"crash","node":1,"wipe":false},"log":{"kept":2,"entries":[{"term":1,"op":"put_topic","topic":"dog"}]}}`,
	},
	{
		"CrashThatWipes",
		Record{Kind: Nemesis, Node: 1, Detail: &fault.Change{Kind: fault.Crash, Node: 1, Wipe: true}, Log: &LogChange{}},
		`"event":"Nemesis","node":1,` + zeroState + `,"change":{"op":"crash","node":1,"wipe":true},"log":{"kept":0,"entries":[]}}`,
	},
	{
		"Apply",
		Record{Kind: Apply, Node: 2, Index: 12},
		`"event":"Apply","node":2,"index":12,` + zeroState + `}`,
	},
	{
		"Request",
		Record{Kind: Request, Detail: &Call{ID: exampleID, Command: queue.PopMessage.New("dog")}},
		`"event":"Request","node":0,` + zeroState + `,"request":{"id":"` + exampleID.String() + `","command":{"op":"get_message","topic":"dog"}}}`,
	},
	{
		"RequestForNothing",
		Record{Kind: Kind(raft.ClientRequest), Index: 3, Detail: &Call{ID: exampleID}},
		`"event":"ClientRequest","node":0,"index":3,` + zeroState + `,"request":{"id":"` + exampleID.String() + `","command":null}}`,
	},
	{
		"ResponseWithMessage",
		Record{Kind: Response, Index: 3, Detail: &Call{ID: exampleID, Command: queue.PopMessage.New(), Reply: machine.Reply{Result: machine.Result{OK: true, Text: "wuff"}}}},
		`"event":"Response","node":0,"index":3,` + zeroState + `,"response":{"id":"` + exampleID.String() + `","ok":true,"message":"wuff"}}`,
	},
	{
		"ResponseWithTopics",
		Record{Kind: Response, Detail: &Call{ID: exampleID, Command: queue.GetTopics.New(), Reply: machine.Reply{Result: machine.Result{OK: true, List: []string{"a", "b"}}}}},
		`"event":"Response","node":0,` + zeroState + `,"response":{"id":"` + exampleID.String() + `","ok":true,"topics":["a","b"]}}`,
	},
	{
		"ResponseThatFailed",
		Record{Kind: Response, Detail: &Call{ID: exampleID, Command: queue.PopMessage.New()}},
		`"event":"Response","node":0,` + zeroState + `,"response":{"id":"` + exampleID.String() + `","ok":false}}`,
	},
	{
		"ResponseWithError",
		Record{Kind: Response, Detail: &Call{ID: exampleID, Reply: machine.Reply{Err: fmt.Errorf("so: %w", machine.ErrLeadershipLost)}}},
		`"event":"Response","node":0,` + zeroState + `,"response":{"id":"` + exampleID.String() + `","ok":false,"error":"leadership_lost"}}`,
	},
	{
		"Crash", Record{Kind: Nemesis, Node: 1, Detail: &fault.Change{Kind: fault.Crash, Node: 1, Wipe: true}},
		`"event":"Nemesis","node":1,` + zeroState + `,"change":{"op":"crash","node":1,"wipe":true}}`,
	},
	{
		"Partition", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.Partition, Node: raft.None, Links: []fault.Link{{From: 0, To: 1}, {From: 1, To: 0}}}},
		`"event":"Nemesis","node":null,"change":{"op":"partition","links":[[0,1],[1,0]]}}`,
	},
	{
		"Skew", Record{Kind: Nemesis, Node: 1, Detail: &fault.Change{Kind: fault.Skew, Node: 1, Skew: 1.5}},
		`"event":"Nemesis","node":1,` + zeroState + `,"change":{"op":"skew","node":1,"skew":1.5}}`,
	},
	{
		"DeleteRule", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.DeleteRule, Node: raft.None, Name: "slow"}},
		`"event":"Nemesis","node":null,"change":{"op":"delete_fault","name":"slow"}}`,
	},
	{
		"SetRule", Record{Kind: Nemesis, Node: raft.None, Detail: &fault.Change{Kind: fault.SetRule, Node: raft.None, Rule: &fault.Rule{Name: "slow", Drop: true}}},
		`"event":"Nemesis","node":null,"change":{"op":"set_fault","fault":{"name":"slow","drop":true}}}`,
	},
}

const (
	newState  = `"state":{"role":"Follower","term":0,"voted_for":null,"leader":null,"commit_index":0,"last_applied":0,"last_index":0,"last_term":0}`
	zeroState = `"state":{"role":"Follower","term":0,"voted_for":0,"leader":0,"commit_index":0,"last_applied":0,"last_index":0,"last_term":0}`
)

var exampleID = uuid.MustParse("01234567-89ab-4cde-8f01-23456789abcd")

func TestAppendJSON(t *testing.T) {
	for _, c := range encoded {
		t.Run(c.name, func(t *testing.T) {
			r := c.record
			r.Seq, r.Time, r.Step, r.Cause = 7, 1500*time.Microsecond, 4, 3
			got := string(r.AppendJSON([]byte("before ")))
			assert.Equal(t, got, `before {"seq":7,"time_ns":1500000,"step":4,"cause":3,`+c.want)
			assert.Assert(t, json.Valid([]byte(strings.TrimPrefix(got, "before "))))
		})
	}
}
