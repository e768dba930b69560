package single

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// A state is what a node has on stable storage.
type state struct {
	hard raft.HardState
	log  []raft.Entry
}

// A record is one line of the file: the log keeps the entries up to Kept, and Entries follow
// them.
type record struct {
	Term     raft.Term       `json:"term"`
	VotedFor raft.NodeID     `json:"votedFor"`
	Kept     raft.Index      `json:"kept"`
	Entries  json.RawMessage `json:"entries"`
}

// appendRecord appends a change as a line.
func appendRecord(b []byte, s *world.Stored) []byte {
	b = strconv.AppendUint(append(b, `{"term": `...), uint64(s.Hard.Term), 10)
	b = strconv.AppendInt(append(b, `, "votedFor": `...), int64(s.Hard.VotedFor), 10)
	b = strconv.AppendUint(append(b, `, "kept": `...), uint64(s.Kept), 10)
	b = append(b, `, "entries": `...)
	var entries []raft.Entry
	for _, part := range s.Entries {
		entries = append(entries, part...)
	}
	return append(wire.AppendEntries(b, s.Kept, entries), "}\n"...)
}

// readState reads a file, and returns the state, nil for an empty file, and how many bytes
// its whole lines have.
func readState(data []byte) (*state, int, error) {
	whole := bytes.LastIndexByte(data, '\n') + 1
	if whole == 0 {
		return nil, 0, nil
	}
	s := &state{}
	line := 0
	for text := range bytes.Lines(data[:whole]) {
		line++
		if err := s.read(text); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", line, err)
		}
	}
	return s, whole, nil
}

// read makes the change of one line.
func (s *state) read(line []byte) error {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return err
	}
	if r.Kept > raft.Index(len(s.log)) {
		return errors.New("it keeps entries that the log does not have")
	}
	if r.VotedFor < raft.None {
		return errors.New("votedFor is no node")
	}
	entries, err := wire.DecodeEntries(r.Entries, r.Kept)
	if err != nil {
		return err
	}
	s.hard = raft.HardState{Term: r.Term, VotedFor: r.VotedFor}
	s.log = append(s.log[:r.Kept], entries...)
	return nil
}
