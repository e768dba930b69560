package api

import (
	"encoding/json"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A FaultsAnswer shows the rules in force.
type FaultsAnswer struct {
	Place
	Faults []fault.RuleStatus `json:"faults"`
}

// A FaultAnswer shows one rule; JSON has its keys beside those of the place.
type FaultAnswer struct {
	Place
	Rule fault.RuleStatus
}

// MarshalJSON implements json.Marshaler.
func (a FaultAnswer) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(a.Place)
	if err != nil {
		return nil, err
	}
	rule, err := json.Marshal(a.Rule)
	if err != nil {
		return nil, err
	}
	data[len(data)-1] = ','
	return append(data, rule[1:]...), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *FaultAnswer) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &a.Place); err != nil {
		return err
	}
	return json.Unmarshal(data, &a.Rule)
}

// A FaultsBody has the rules that replace all others.
type FaultsBody struct {
	Faults []json.RawMessage `json:"faults" schema:"NamedFault" want:"a list of rules, each with its name" must:"true"`
}

// A PartitionBody says which links to cut. A node is its id, or a word such as "leader".
type PartitionBody struct {
	Groups  [][]any  `json:"groups,omitempty" schema:"OneNode" want:"lists of nodes: those of different lists do not reach each other"`
	OneWay  [][2]any `json:"oneway,omitempty" schema:"OneNode" want:"links: from no longer reaches to"`
	Isolate any      `json:"isolate,omitempty" schema:"Selector" want:"a node, or a list of nodes"`
}

// A PartitionAnswer shows which links are cut.
type PartitionAnswer struct {
	Place
	PartitionState
}

// A PartitionState says who reaches whom. Groups or OneWay describe the cuts as
// a PartitionBody does, whichever is shorter.
type PartitionState struct {
	Groups  [][]raft.NodeID  `json:"groups,omitempty"`
	OneWay  [][2]raft.NodeID `json:"oneway,omitempty"`
	Reaches [][]int          `json:"reaches" doc:"a row for each sender and a column for each receiver: 1 if messages get through"`
	Sides   []Side           `json:"sides" doc:"the sets of nodes that reach each other both ways"`
	CanLead []raft.NodeID    `json:"can_lead" doc:"the nodes that a majority could elect and follow"`
}

// A Side is a set of nodes that reach each other.
type Side struct {
	Nodes    []raft.NodeID `json:"nodes"`
	Running  int           `json:"running" doc:"how many of them are up and not paused"`
	Majority bool          `json:"majority" doc:"whether the running ones are a majority of the cluster"`
}
