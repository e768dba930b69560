package ctl

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/raft"
)

// state is "up", "paused" or "down".
func state(up, paused bool) string {
	switch {
	case !up:
		return "down"
	case paused:
		return "paused"
	}
	return "up"
}

// roleOr returns a role, or other for a node without one.
func roleOr(role *string, other string) string {
	if role == nil {
		return other
	}
	return *role
}

// list writes ids, separated by commas.
func list(ids []raft.NodeID) string {
	if len(ids) == 0 {
		return "none"
	}
	data, err := json.Marshal(ids)
	if err != nil { // they are numbers
		panic(err)
	}
	return strings.Trim(string(data), "[]")
}

// links writes links as -oneway takes them.
func links(pairs [][2]raft.NodeID) string {
	words := make([]string, len(pairs))
	for i, p := range pairs {
		words[i] = fmt.Sprintf("%d-%d", p[0], p[1])
	}
	return strings.Join(words, " ")
}

// millis writes a time in milliseconds, or in seconds if it is long.
func millis(m api.Millis) string {
	ms := float64(m) / float64(time.Millisecond)
	if ms >= 10_000 {
		return fmt.Sprintf("%.3f s", ms/1000)
	}
	return fmt.Sprintf("%.3f ms", ms)
}
