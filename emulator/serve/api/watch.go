package api

import (
	"encoding/json"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/explain"
)

// A WaitAnswer shows the conditions that hold.
type WaitAnswer struct {
	Place
	Leader     NodeRef            `json:"leader"`
	WaitedMS   Millis             `json:"waited_ms"`
	Conditions []condition.Result `json:"conditions"`
}

// An EventsAnswer is a part of the trace.
type EventsAnswer struct {
	RunID  string            `json:"run_id" doc:"the id of the run; another one after each start and each loading of a fixture"`
	Reset  bool              `json:"reset" doc:"the run of the request is over: these are the events of the one that has taken its place, from its first"`
	First  uint64            `json:"first" doc:"the oldest record in memory"`
	Last   uint64            `json:"last" doc:"the newest record"`
	Next   uint64            `json:"next" doc:"the value of since for the next request"`
	Missed bool              `json:"missed" doc:"records after since are no longer in memory"`
	Events []json.RawMessage `json:"events" schema:"Event"`
}

// A TrailAnswer tells how the cluster came to its present state.
type TrailAnswer struct {
	Place
	Lines []string `json:"lines" doc:"the changes, elections, commits and requests that matter most, a line each, the newest last"`
}

// An ExplainAnswer says why an event happened, or what the cluster waits for.
type ExplainAnswer struct {
	RunID string `json:"run_id,omitempty" doc:"the id of the run; left out for a recorded one"`
	explain.Explanation
}

// A HistoryAnswer shows the requests of clients, with the changes to the
// cluster.
type HistoryAnswer struct {
	RunID    string             `json:"run_id"`
	Reset    bool               `json:"reset" doc:"the run of the request is over: this is the history of the one that has taken its place, from its beginning"`
	Requests int                `json:"requests" doc:"the number of calls since the cluster started"`
	Held     int                `json:"held" doc:"the number of them in memory: the newest"`
	History  []history.CallView `json:"history" doc:"in the order of their requests"`
	Faults   []FaultView        `json:"faults" doc:"the changes to the cluster after since, the newest last; they have no limit"`
	Missed   bool               `json:"faults_missed" doc:"changes after since are no longer in memory"`
}

// A FaultView is one thing that was done to the cluster.
type FaultView struct {
	Place
	Words string `json:"words" doc:"the change in words: node 3 was crashed"`
}

// A HistoryCheckAnswer says whether a queue could have answered its clients so.
type HistoryCheckAnswer struct {
	State    string    `json:"state" enum:"held|unknown|violated" doc:"the worst of the verdicts"`
	Verdicts []Verdict `json:"verdicts"`
	Requests int       `json:"requests"`
	Done     int       `json:"done"`
	Refused  int       `json:"refused"`
	Failed   int       `json:"failed"`
	Unknown  int       `json:"unknown"`
	Ordered  int       `json:"ordered"`
	Searched int       `json:"searched"`
	Windows  int       `json:"windows"`
	How      string    `json:"how"`
	TookMS   Millis    `json:"took_ms" doc:"how long the check took"`
}

// A Verdict is the outcome of one check of a history.
type Verdict struct {
	Name    string             `json:"name"`
	State   string             `json:"state" enum:"held|unknown|violated"`
	Words   string             `json:"words"`
	Topic   string             `json:"topic"`
	Message string             `json:"message"`
	Witness []history.CallView `json:"witness"`
}

// An InvariantsAnswer shows how each invariant stands.
type InvariantsAnswer struct {
	Place
	Held       bool                 `json:"held" doc:"whether no node violated one without an excuse"`
	Invariants []invariant.Standing `json:"invariants"`
}
