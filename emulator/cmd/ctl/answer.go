package ctl

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A condition is how one stands.
type condition struct {
	Condition string `json:"condition"`
	Holds     bool   `json:"holds"`
	Seen      string `json:"seen"`
}

// exitCode is the exit code for a refusal.
func exitCode(p *api.Problem) int {
	switch {
	case p.Status == http.StatusGatewayTimeout:
		return exitUntrue
	case p.Status >= http.StatusInternalServerError:
		return exitUnreachable
	}
	return exitRefused
}

// A place is where an answer stands in the trace and in time.
type place struct {
	Seq    uint64  `json:"seq"`
	TimeMS float64 `json:"time_ms"`
}

// A short is what status shows of a node.
type short struct {
	ID          int     `json:"id"`
	URL         string  `json:"url"`
	Up          bool    `json:"up"`
	Paused      bool    `json:"paused"`
	Role        *string `json:"role"`
	Leader      *int    `json:"leader"`
	Term        uint64  `json:"term"`
	VotedFor    *int    `json:"voted_for"`
	LastIndex   uint64  `json:"last_index"`
	LastTerm    uint64  `json:"last_term"` // in the cluster's answer only
	CommitIndex uint64  `json:"commit_index"`
	LastApplied uint64  `json:"last_applied"`
	Bug         string  `json:"bug"`
}

// state says whether a node is up and goes on.
func (s *short) state() string {
	switch {
	case !s.Up:
		return "down"
	case s.Paused:
		return "paused"
	}
	return "up"
}

func (s *short) role() string {
	if s.Role == nil {
		return "-"
	}
	return *s.Role
}

// nodeOr names a node, or says what stands for nobody.
func nodeOr(id *int, nobody string) string {
	if id == nil {
		return nobody
	}
	return fmt.Sprint(*id)
}

// A node is all that can be seen of one.
type node struct {
	place
	short
	FirstIndex uint64 `json:"first_index"`
	Log        []struct {
		Index   uint64 `json:"index"`
		Term    uint64 `json:"term"`
		Command string `json:"command"`
	} `json:"log"`
	NextIndex    map[int]uint64 `json:"next_index"`
	MatchIndex   map[int]uint64 `json:"match_index"`
	VotesGranted []int          `json:"votes_granted"`
	Timer        *struct {
		Kind string  `json:"kind"`
		InMS float64 `json:"in_ms"`
	} `json:"timer"`
	Skew            float64 `json:"skew"`
	PartitionedFrom []int   `json:"partitioned_from"`
	Queue           []struct {
		Topic    string   `json:"topic"`
		Pending  int      `json:"pending"`
		Messages []string `json:"messages"`
	} `json:"queue"`
}

// A cluster is all at once.
type cluster struct {
	place
	Fixture struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"fixture"`
	Seed      uint64             `json:"seed"`
	Clock     clock              `json:"clock"`
	Leader    *int               `json:"leader"`
	Nodes     []short            `json:"nodes"`
	Cuts      [][2]int           `json:"cuts"`
	Partition *partition         `json:"partition"`
	Faults    []fault.RuleStatus `json:"faults"`
}

// A clock is how the time of the cluster passes.
type clock struct {
	Mode     string   `json:"mode"`
	Paused   bool     `json:"paused"`
	Speed    float64  `json:"speed"`
	NextInMS *float64 `json:"next_in_ms"`
	Waiting  int      `json:"waiting"`
	Steps    uint64   `json:"steps"`
}

// A partition is who reaches whom.
type partition struct {
	OneWay [][2]int `json:"oneway"`
	Sides  []struct {
		Nodes    []int `json:"nodes"`
		Running  int   `json:"running"`
		Majority bool  `json:"majority"`
	} `json:"sides"`
	CanLead []int `json:"can_lead"`
}

// list writes ids with commas.
func list(ids []int) string {
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
func links(pairs [][2]int) string {
	words := make([]string, len(pairs))
	for i, p := range pairs {
		words[i] = fmt.Sprintf("%d-%d", p[0], p[1])
	}
	return strings.Join(words, " ")
}

// millis writes a time.
func millis(ms float64) string {
	if ms >= 10_000 {
		return fmt.Sprintf("%.3f s", ms/1000)
	}
	return fmt.Sprintf("%.3f ms", ms)
}
