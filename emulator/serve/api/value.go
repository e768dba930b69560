package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"rrmq.example/emulator/raft"
)

// A Place is where an answer stands in the trace and in time.
type Place struct {
	Seq    uint64 `json:"seq" doc:"a place in the trace: that of the newest record, or of the change just made"`
	TimeMS Millis `json:"time_ms" doc:"the cluster's time since its start"`
}

// Millis is a duration that JSON shows in milliseconds, with decimals.
type Millis time.Duration

// MarshalJSON implements json.Marshaler.
func (m Millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(m)/float64(time.Millisecond), 'f', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *Millis) UnmarshalJSON(data []byte) error {
	var ms float64
	if err := json.Unmarshal(data, &ms); err != nil {
		return err
	}
	ns := math.Round(ms * float64(time.Millisecond))
	if math.Abs(ns) >= math.MaxInt64 {
		return fmt.Errorf("%s ms is longer than a duration can be", data)
	}
	*m = Millis(ns)
	return nil
}

// Duration returns m as Go has it.
func (m Millis) Duration() time.Duration { return time.Duration(m) }

// A NodeRef is a node's id, null for raft.None.
type NodeRef raft.NodeID

// MarshalJSON implements json.Marshaler.
func (n NodeRef) MarshalJSON() ([]byte, error) {
	if raft.NodeID(n) == raft.None {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(n), 10), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *NodeRef) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*n = NodeRef(raft.None)
		return nil
	}
	return json.Unmarshal(data, (*raft.NodeID)(n))
}

// Or returns the node's id in decimal, or other for no node.
func (n NodeRef) Or(other string) string {
	if raft.NodeID(n) == raft.None {
		return other
	}
	return strconv.FormatInt(int64(n), 10)
}

// Indices are a leader's indices, by the ids of the other nodes; nil for any
// node that does not lead. JSON has them in the order of the ids.
type Indices map[raft.NodeID]raft.Index

// MarshalJSON implements json.Marshaler.
func (x Indices) MarshalJSON() ([]byte, error) {
	if x == nil {
		return []byte("null"), nil
	}
	data := []byte{'{'}
	for i, id := range slices.Sorted(maps.Keys(x)) {
		if i > 0 {
			data = append(data, ',')
		}
		data = strconv.AppendInt(append(data, '"'), int64(id), 10)
		data = strconv.AppendUint(append(data, `":`...), uint64(x[id]), 10)
	}
	return append(data, '}'), nil
}
