package explore

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/fault"
)

// A kind of fault. A run has some of them, each as often as chance will have it
// (swarm testing: what is left out lets the rest go further).
type kind struct {
	name string
	help string
	// begin changes what a run starts from, and strike does something to it at a
	// moment. A kind has one of the two.
	begin  func(*rehearsal)
	strike func(*rehearsal)
	// nodes is the least number of them that it takes.
	nodes int
}

// kinds are all that there are. Those that begin come first, in the order in which
// they are asked.
var kinds = append([]kind{
	{"timing", "other election timeouts and heartbeats", (*rehearsal).beginTiming, nil, 1},
	{"storage", "writes to disk take time, and a crash loses those that are not done", (*rehearsal).beginStorage, nil, 1},
	{"state", "nodes with a past: logs such as Figure 7's", (*rehearsal).beginState, nil, 2},
	{"latency", "every message takes some time", (*rehearsal).beginLatency, nil, 2},
	{"crash", "a node crashes, and restarts later", nil, (*rehearsal).crash, 1},
	{"pause", "a node stands still, and goes on later", nil, (*rehearsal).pause, 1},
	{"timeout", "a node's election timer runs out now", nil, (*rehearsal).timeout, 1},
	{"skew", "a node's timers run fast or slow", nil, (*rehearsal).skew, 1},
	{"split", "two groups that do not reach each other: halves, or a majority and the rest", nil, (*rehearsal).split, 2},
	{"isolate", "one node, or some, cut off from all", nil, (*rehearsal).isolate, 2},
	{"oneway", "a node that only hears, or is only heard", nil, (*rehearsal).oneWay, 2},
	{"bridge", "two groups, and one node that reaches both", nil, (*rehearsal).bridge, 3},
	{"ring", "each node reaches its two neighbours only", nil, (*rehearsal).ring, 4},
	{"cuts", "any links", nil, (*rehearsal).cuts, 2},
}, ruleKinds()...)

// ruleKinds are the effects of rules that exploration draws.
func ruleKinds() []kind {
	var list []kind
	for _, e := range fault.Effects() {
		if e.Draw != nil {
			nodes := 2
			if e.OnWrites {
				nodes = 1
			}
			list = append(list, kind{e.Word(), e.Explored, nil, func(r *rehearsal) { r.rule(&e) }, nodes})
		}
	}
	return list
}

// A Kind of fault that runs may have.
type Kind struct{ Name, Help string }

// Kinds lists them, in order.
func Kinds() []Kind {
	list := make([]Kind, len(kinds))
	for i, k := range kinds {
		list[i] = Kind{k.name, k.help}
	}
	return list
}

// KindNames lists the kinds of faults, in order.
func KindNames() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// A weighted kind strikes in proportion to its weight.
type weighted struct {
	*kind
	weight float64
}

// swarm chooses the kinds that a run has.
func (r *rehearsal) swarm() (begin []*kind, strike []weighted) {
	for i := range kinds {
		k := &kinds[i]
		in, weight := r.Chance(0.5), r.factor(0.2, 5) // drawn in any case, so that -faults changes little else
		switch {
		case !in || r.nodes < k.nodes || !slices.Contains(r.options.Kinds, k.name):
		case k.begin != nil:
			begin = append(begin, k)
		default:
			strike = append(strike, weighted{k, weight})
		}
	}
	return begin, strike
}

// strike lets one of the run's kinds do something.
func (r *rehearsal) strike() {
	sum := 0.0
	for _, k := range r.swarmed {
		sum += k.weight
	}
	at := r.Float64() * sum
	for _, k := range r.swarmed {
		if at -= k.weight; at < 0 {
			k.kind.strike(r)
			return
		}
	}
}
