package systematic

import (
	"encoding/json"
	"io"
	"time"

	"rrmq.example/emulator/emulator/lab/systematic"
	"rrmq.example/emulator/raft"
)

// The JSON form of a result, one object on one line.
type (
	resultObject struct {
		Fixture     string            `json:"fixture"`
		Nodes       int               `json:"nodes"`
		Bounds      systematic.Bounds `json:"bounds"`
		Symmetry    bool              `json:"symmetry"`
		End         string            `json:"end"`
		States      int               `json:"states"`
		Transitions int               `json:"transitions"`
		Depth       int               `json:"depth"`
		Complete    int               `json:"complete_depth"`
		Levels      []int             `json:"levels"`
		Collision   float64           `json:"collision"`
		TookMS      float64           `json:"took_ms"`
		Violation   *violationObject  `json:"violation"`
	}
	violationObject struct {
		Property string       `json:"property"`
		Says     string       `json:"says"`
		First    []nodeObject `json:"first"`
		Steps    []stepObject `json:"steps"`
		TOML     string       `json:"toml,omitempty"`
		Same     bool         `json:"runs_alike"`
		Failed   []string     `json:"failed_checks"`
		Problem  string       `json:"problem,omitempty"`
	}
	stepObject struct {
		Choice string       `json:"choice"`
		Node   raft.NodeID  `json:"node"`
		Words  string       `json:"words"`
		SentBy int          `json:"sent_by,omitempty"`
		Nodes  []nodeObject `json:"nodes"`
	}
	nodeObject struct {
		Role        string      `json:"role"`
		Term        raft.Term   `json:"term"`
		VotedFor    raft.NodeID `json:"voted_for"`
		Log         []raft.Term `json:"log_terms"`
		CommitIndex raft.Index  `json:"commit_index"`
		LastApplied raft.Index  `json:"last_applied"`
	}
)

func printJSON(out io.Writer, e *exploration, r *systematic.Result, x *exported, took time.Duration) error {
	o := resultObject{
		Fixture: e.fixture.Name, Nodes: len(e.fixture.Nodes), Bounds: e.Bounds, Symmetry: !e.NoSymmetry,
		End: r.End.String(), States: r.States, Transitions: r.Transitions, Depth: r.Depth, Complete: r.Complete(),
		Levels: r.Levels, Collision: r.Collision, TookMS: float64(took) / float64(time.Millisecond),
	}
	if v := r.Violation; v != nil {
		vo := &violationObject{
			Property: v.Property, Says: v.Says, First: nodeObjects(v.First), Steps: []stepObject{},
			TOML: string(x.toml), Same: x.rerun.Same, Failed: append([]string{}, x.rerun.Failed...),
		}
		if x.why != nil {
			vo.Problem = x.why.Error()
		}
		for k := range v.Steps {
			s := &v.Steps[k]
			vo.Steps = append(vo.Steps, stepObject{s.Choice, s.Node, s.String(), s.SentBy, nodeObjects(s.Nodes)})
		}
		o.Violation = vo
	}
	return json.NewEncoder(out).Encode(o)
}

func nodeObjects(list []systematic.NodeState) []nodeObject {
	var all []nodeObject
	for _, s := range list {
		o := nodeObject{
			Role: s.State.Role.String(), Term: s.State.Term, VotedFor: s.State.VotedFor, Log: []raft.Term{},
			CommitIndex: s.State.CommitIndex, LastApplied: s.State.LastApplied,
		}
		for _, e := range s.Log {
			o.Log = append(o.Log, e.Term)
		}
		all = append(all, o)
	}
	return all
}
