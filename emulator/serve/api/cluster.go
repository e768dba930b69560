package api

import (
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A ClusterAnswer shows everything at one moment.
type ClusterAnswer struct {
	Place
	RunID     string             `json:"run_id" doc:"the id of the run; another one after each start and each loading of a fixture"`
	Fixture   FixtureState       `json:"fixture"`
	Seed      uint64             `json:"seed"`
	Clock     ClockState         `json:"clock"`
	Trace     *TraceState        `json:"trace" doc:"the file of -trace; null: no trace is written"`
	Leader    NodeRef            `json:"leader" doc:"the one of the highest term, if several nodes lead"`
	Nodes     []ShortState       `json:"nodes"`
	Cuts      [][2]raft.NodeID   `json:"cuts" doc:"the links that are cut, each as [from, to]"`
	Partition *PartitionState    `json:"partition" doc:"null: no link is cut"`
	Faults    []fault.RuleStatus `json:"faults"`
	// DroppedLogs is the number of log lines that were dropped.
	DroppedLogs uint64 `json:"log_lines_dropped" doc:"log lines that were not written, because what reads them is too slow or has gone"`
}

// A TraceState says how the writing of the trace stands.
type TraceState struct {
	Complete bool   `json:"complete" doc:"false: the trace has ended, and the cluster goes on"`
	Error    string `json:"error" doc:"why it has ended; empty: it has not"`
	Missing  uint64 `json:"missing" doc:"records that are not in the trace"`
}

// A FixtureState names the fixture from which the cluster began.
type FixtureState struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Paper       string `json:"paper"`
}

// A ShortState is the part of a node's state that costs little to tell.
type ShortState struct {
	ID          raft.NodeID `json:"id"`
	URL         string      `json:"url"`
	Up          bool        `json:"up"`
	Paused      bool        `json:"paused"`
	Role        *string     `json:"role" enum:"Follower|Candidate|Leader" doc:"null for a node that is down"`
	Leader      NodeRef     `json:"leader" doc:"the leader as this node sees it; null: none"`
	Term        raft.Term   `json:"term"`
	VotedFor    NodeRef     `json:"voted_for"`
	LastIndex   raft.Index  `json:"last_index"`
	LastTerm    raft.Term   `json:"last_term"`
	CommitIndex raft.Index  `json:"commit_index"`
	LastApplied raft.Index  `json:"last_applied"`
	Bug         string      `json:"bug" doc:"the planted bug; empty: none"`
}
