package admin

import (
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// metrics are written in the text format of Prometheus, version 0.0.4.
type metrics struct{ strings.Builder }

// family begins a metric.
func (m *metrics) family(name, kind, help string) {
	fmt.Fprintf(m, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// sample writes one value; labels are names and values in turn.
func (m *metrics) sample(name string, value float64, labels ...string) {
	m.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		m.WriteByte("{,"[min(i, 1)])
		fmt.Fprintf(m, `%s="%s"`, labels[i], labelEscaper.Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		m.WriteByte('}')
	}
	m.WriteByte(' ')
	m.WriteString(strconv.FormatFloat(value, 'g', -1, 64))
	m.WriteByte('\n')
}

var labelEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// measured is what the metrics tell about a world.
type measured struct {
	at     api.Place
	steps  uint64
	counts []uint64 // records by kind
	nodes  []api.ShortState
	rules  []fault.RuleStatus
	// how each stands
	invariants []invariant.Standing
}

func getMetrics(c *call) (any, error) {
	var s measured
	f := c.observe(func(o host.View) {
		s = measured{at: here(o), steps: o.Steps(), rules: o.Rules(), nodes: make([]api.ShortState, o.Nodes())}
		for k := range trace.NumKinds {
			s.counts = append(s.counts, o.Trace().Count(k))
		}
		for i := range s.nodes {
			s.nodes[i] = shortStateOf(o, raft.NodeID(i))
		}
	})
	c.host.Invariants(func(_ host.View, report []invariant.Standing) { s.invariants = report })
	m := &metrics{}
	m.family("emulator_info", "gauge", "The running program and cluster; always 1.")
	m.sample("emulator_info", 1, "version", c.options.Version, "fixture", f.Name, "run_id", c.host.RunID())
	m.family("emulator_log_lines_dropped_total", "counter", "Log lines that were not written, because what reads them is too slow or has gone.")
	m.sample("emulator_log_lines_dropped_total", float64(c.options.DroppedLogs()))
	m.world(&s)
	m.recording(c.traceState())
	m.perNode(s.nodes)
	m.faults(s.rules)
	m.invariants(s.invariants)
	return plain{metricsType, []byte(m.String())}, nil
}

func (m *metrics) world(s *measured) {
	m.family("emulator_time_seconds", "gauge", "The world's time since the cluster began.")
	m.sample("emulator_time_seconds", s.at.TimeMS.Duration().Seconds())
	m.family("emulator_steps_total", "counter", "Events that the world has taken since the cluster began.")
	m.sample("emulator_steps_total", float64(s.steps))
	m.family("emulator_trace_records_total", "counter", "Records of the trace since the cluster began, by kind.")
	for k, n := range s.counts {
		m.sample("emulator_trace_records_total", float64(n), "event", trace.Kind(k).String())
	}
}

func (m *metrics) recording(t *api.TraceState) {
	if t == nil {
		return
	}
	m.family("emulator_trace_complete", "gauge", "1 while the file of -trace has every record; 0 once recording has stopped.")
	m.sample("emulator_trace_complete", number(t.Complete))
	m.family("emulator_trace_missing_records_total", "counter", "Records that are not in the file of -trace.")
	m.sample("emulator_trace_missing_records_total", float64(t.Missing))
}

func (m *metrics) perNode(nodes []api.ShortState) {
	gauges := []struct {
		name, help string
		of         func(*api.ShortState) float64
	}{
		{"emulator_node_up", "1 for a node that is up.", func(s *api.ShortState) float64 { return number(s.Up) }},
		{"emulator_node_paused", "1 for a node that is paused.", func(s *api.ShortState) float64 { return number(s.Paused) }},
		{"emulator_node_term", "The node's current term.", func(s *api.ShortState) float64 { return float64(s.Term) }},
		{"emulator_node_last_index", "The index of the last entry in the node's log.", func(s *api.ShortState) float64 { return float64(s.LastIndex) }},
		{"emulator_node_commit_index", "The node's commit index.", func(s *api.ShortState) float64 { return float64(s.CommitIndex) }},
		{"emulator_node_last_applied", "The index of the last entry applied to the node's queue.", func(s *api.ShortState) float64 { return float64(s.LastApplied) }},
	}
	for _, g := range gauges {
		m.family(g.name, "gauge", g.help)
		for i := range nodes {
			m.sample(g.name, g.of(&nodes[i]), "node", strconv.Itoa(i))
		}
	}
	m.family("emulator_node_role", "gauge", "1 for the role that the node has; a node that is down has none.")
	for i := range nodes {
		for r := raft.Follower; r <= raft.Leader; r++ {
			role := r.String()
			has := nodes[i].Role != nil && *nodes[i].Role == role
			m.sample("emulator_node_role", number(has), "node", strconv.Itoa(i), "role", role)
		}
	}
}

func (m *metrics) faults(rules []fault.RuleStatus) {
	if len(rules) == 0 {
		return
	}
	m.family("emulator_fault_matched_total", "counter", "Messages that a fault matched.")
	for _, r := range rules {
		m.sample("emulator_fault_matched_total", float64(r.Matched), "fault", r.Name)
	}
	m.family("emulator_fault_acted_total", "counter", "Messages that a fault acted on.")
	for _, r := range rules {
		m.sample("emulator_fault_acted_total", float64(r.Acted), "fault", r.Name)
	}
	m.family("emulator_fault_held", "gauge", "Messages that a fault holds.")
	for _, r := range rules {
		m.sample("emulator_fault_held", float64(r.Held), "fault", r.Name)
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
