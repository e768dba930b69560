package admin

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/condition"
)

// A route is one thing that can be asked of the API. All that is known about it
// stands here, so that the router and what describes the API can't drift.
type route struct {
	method string
	path   string // {name} in the place of a segment is a parameter
	doc    string // one line
	query  []param
	body   *body // nil: none
	// answer is a value of the type that is answered in JSON, or a text whose
	// contentType counts.
	answer any
	serve  func(*call) (any, error)
	// open lets everybody in, a foreign web page included.
	open bool
	// fails are the slugs of the problems that it may have beside those that all
	// have.
	fails []string
	// headers are those of a request that count.
	headers []param
	// streams: the answer is a stream of Server-Sent Events when asked for.
	streams bool
}

// failing adds problems that the route may have.
func (to *route) failing(slugs ...string) *route {
	to.fails = append(to.fails, slugs...)
	return to
}

// A param is a key of the query, or a header.
type param struct {
	name, doc string
	many      bool // may be given several times
	// whole: it is a whole number from low to high.
	whole     bool
	low, high int64
}

// whole is a parameter that is a whole number from low to high.
func whole(name string, low, high int64, doc string) param {
	return param{name: name, doc: doc, whole: true, low: low, high: high}
}

// A body is what a request's body is like.
type body struct {
	of      any // a value of the type that it is read into, or that has its shape
	example string
	must    bool   // it can't be left out
	toml    string // an example of a body that is TOML, if it may be
}

var (
	logParam   = whole("log", 0, math.MaxInt32, "show the last N log entries of a node, 1000 unless given")
	queueParam = whole("queue", 0, math.MaxInt32, "show the first N pending messages of a topic, 1000 unless given")
	nodeParams = []param{logParam, queueParam}
	limitParam = whole("limit", 1, maxEvents, "at most so many records, 1000 unless given")
	stepsParam = param{name: "steps", doc: "true: not the state, but what the cluster began as, with what was done to it since as steps"}
	pretty     = param{name: "pretty", doc: "write JSON in lines"}
)

// table lists all routes, in the order in which they are explained.
func table() []*route {
	get := func(path, doc string, answer any, serve func(*call) (any, error), query ...param) *route {
		return &route{method: http.MethodGet, path: path, doc: doc, answer: answer, serve: serve, query: query}
	}
	change := func(method, path, doc string, b *body, answer any, serve func(*call) (any, error), query ...param) *route {
		return &route{method: method, path: path, doc: doc, body: b, answer: answer, serve: serve, query: query}
	}
	all := []*route{
		get("/v1/cluster", "all at once: fixture, seed, clock, leader, nodes, cuts, faults", api.ClusterAnswer{}, getCluster),
		get("/v1/nodes", "all nodes with all that can be seen of them", api.NodesAnswer{}, getNodes, nodeParams...),
		get("/v1/nodes/{id}", "one node; {id} is a number, or leader", api.NodeAnswer{}, getNode, nodeParams...).
			failing("no-such-node", "wrong-state"),
	}
	all = append(all, changeRoutes()...)
	all = append(all, []*route{
		get("/v1/bugs", "the bugs that can be planted: the rule that each breaks, where it stands in the paper, and what goes wrong", bugsAnswer{}, getBugs),

		get("/v1/partition", "who reaches whom, and on which side a majority is", api.PartitionAnswer{}, getPartition),
		change(http.MethodPost, "/v1/partition", "cut links between nodes, in the place of all cuts there are: groups, oneway, isolate",
			&body{of: api.PartitionBody{}, example: `{"groups": [[0], [1]]}`, must: true}, api.PartitionAnswer{}, postPartition).
			failing("wrong-state", "closed"),
		change(http.MethodDelete, "/v1/partition", "make all links whole, and nothing else", nil, api.PartitionAnswer{}, deletePartition).
			failing("closed"),
		change(http.MethodPost, "/v1/heal", "remove every cut and fault, restart and resume every node", nil, api.ClusterAnswer{}, postHeal).
			failing("no-port", "closed"),

		get("/v1/faults", "the message rules in force, with how often each matched and acted", api.FaultsAnswer{}, getFaults),
		change(http.MethodPut, "/v1/faults", "put these rules in force in the place of all others",
			&body{of: api.FaultsBody{}, example: `{"faults": [{"name": "slow", "delay_ms": [5, 20]}]}`, must: true}, api.FaultsAnswer{}, putFaults).
			failing("closed"),
		change(http.MethodDelete, "/v1/faults", "lift all rules", nil, api.FaultsAnswer{}, deleteFaults).failing("closed"),
		get("/v1/faults/{name}", "one rule", api.FaultAnswer{}, getFault).failing("no-such-fault"),
		change(http.MethodPut, "/v1/faults/{name}", "put a rule in force, in the place of one of the same name; its counters begin at 0",
			&body{of: fault.Rule{}, example: `{"match": {"from": [0], "type": "append_entries"}, "drop": true, "probability": 0.5}`, must: true},
			api.FaultAnswer{}, putFault).failing("closed"),
		change(http.MethodDelete, "/v1/faults/{name}", "lift a rule; what it holds goes on", nil, api.FaultsAnswer{}, deleteFault).
			failing("no-such-fault", "closed"),

		get("/v1/wait", "wait until all these conditions hold, instead of sleeping", api.WaitAnswer{}, getWait, waitParams()...).
			failing("bad-condition", "invalid", "still-untrue", "closed"),
		follow(get("/v1/events", "the trace after since; with Accept: text/event-stream as it grows", api.EventsAnswer{}, getEvents,
			whole("since", math.MinInt64+1, math.MaxInt64, "records after this seq; -N: the newest N"),
			limitParam,
			whole("node", 0, math.MaxInt32, "only what happened at this node"),
			param{name: "event", doc: "only records of these kinds, with commas"})).
			failing("bad-condition", "invalid"),

		get("/v1/history", "what clients have asked the nodes, and what they were answered; the newest 65536 requests are held, and what was done to the nodes meanwhile", api.HistoryAnswer{}, getClientHistory,
			historyParams()...).failing("busy", "closed"),
		get("/v1/history/check", "whether a message queue could have answered its clients so: nothing lost, delivered twice, out of order, invented; linearizable",
			api.HistoryCheckAnswer{}, getHistoryCheck, checkParam()).failing("busy", "closed"),
		get("/v1/history/picture", "the requests as a page of HTML, with the faults: those that no order explains, or the newest",
			plain{contentType: htmlType}, getHistoryPicture, checkParam()).failing("busy", "closed"),

		get("/v1/invariants", "what Raft promises (Figure 3 and more), and how each invariant stands: held, or violated when, where and by what", api.InvariantsAnswer{}, getInvariants),

		get("/v1/fixture", "the running state frozen as a fixture, messages on their way included", plain{contentType: tomlType}, getFixture, stepsParam).
			failing("wrong-state"),
		change(http.MethodPut, "/v1/fixture", "load another fixture: TOML, or the name of an embedded one; ports stay",
			&body{of: api.FixtureBody{}, example: `{"name": "fresh_3"}`, toml: "format = 1\n\n[cluster]\nnodes = 3\n"},
			api.ClusterAnswer{}, putFixture, param{name: "name", doc: "an embedded fixture, in the place of a body"}).
			failing("no-such-fixture", "no-port", "closed"),
		get("/v1/fixtures", "the embedded fixtures", api.FixturesAnswer{}, getFixtures),
		get("/v1/fixtures/{name}", "an embedded fixture's file", plain{contentType: tomlType}, getFixtureFile).
			failing("no-such-fixture"),

		get("/v1/clock", "how the clock stands", api.ClockAnswer{}, getClock),
		change(http.MethodPost, "/v1/clock/pause", "stop the clock, and with it all that happens", nil, api.ClockAnswer{}, pauseClock).failing("closed"),
		change(http.MethodPost, "/v1/clock/run", "let the clock go on, by itself at a speed above 0",
			&body{of: api.RunBody{}, example: `{"speed": 1}`}, api.ClockAnswer{}, runClock).failing("closed", "wrong-state"),
		change(http.MethodPost, "/v1/clock/step", "pause the clock and take the next events",
			&body{of: api.StepBody{}, example: `{"events": 1}`}, api.ClockAnswer{}, stepClock).failing("closed", "wrong-state"),
		change(http.MethodPost, "/v1/clock/advance", "move a clock on that does not move by itself",
			&body{of: api.AdvanceBody{}, example: `{"ms": 100}`, must: true}, api.ClockAnswer{}, advanceClock).failing("closed", "wrong-state"),

		{method: http.MethodGet, path: "/livez", doc: "the program lives", answer: plain{contentType: plainType}, serve: getLive, open: true},
		get("/readyz", "every node that is up listens", plain{contentType: plainType}, getReady).failing("no-port", "closed"),
		get("/version", "what program this is", api.VersionAnswer{}, getVersion),
		get("/metrics", "numbers for Prometheus", plain{contentType: metricsType}, getMetrics),
		get("/openapi.json", "this API and that of the nodes, described for programs (OpenAPI 3.1)", plain{contentType: jsonType}, getOpenAPI),
		get("/postman.json", "requests to all of it, with tests, as a Postman collection", plain{contentType: jsonType}, getPostman),
		get("/", "this page", plain{contentType: plainType}, getIndex),
	}...)
	return all
}

// changeRoutes are those that do something to one node: a row of package fault
// that has a verb is a route.
func changeRoutes() []*route {
	var routes []*route
	for _, k := range fault.Kinds() {
		info := k.Info()
		if info.Verb == "" {
			continue
		}
		r := &route{
			method: http.MethodPost, path: "/v1/nodes/{id}/" + info.Verb, doc: info.Doc,
			answer: api.NodeAnswer{}, serve: changeNode(k), query: nodeParams,
		}
		if len(info.Args) > 0 {
			r.body = &body{of: changeBody(info).Interface(), example: exampleBody(info)}
			for i := range info.Args {
				r.body.must = r.body.must || info.Args[i].Must
			}
		}
		r.failing("no-such-node", "wrong-state", "closed")
		if info.Starts {
			r.failing("no-port")
		}
		routes = append(routes, r)
	}
	return routes
}

// exampleBody is a body with each argument of a change.
func exampleBody(info *fault.Info) string {
	members := make([]string, len(info.Args))
	for i := range info.Args {
		a := &info.Args[i]
		value := a.Example
		if _, isText := a.At(&fault.Change{}).(*string); isText {
			value = strconv.Quote(value)
		}
		members[i] = fmt.Sprintf("%q: %s", a.Body, value)
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// follow marks a route whose answer may be a stream.
func follow(to *route) *route {
	to.streams = true
	to.headers = []param{whole("Last-Event-ID", 0, math.MaxInt64, "go on with a stream after this record")}
	return to
}

// waitParams are the conditions that one can wait for, and how.
func waitParams() []param {
	var params []param
	for _, k := range condition.Keys() {
		doc := k.Want + ", such as " + k.Example
		if k.Scenario {
			doc += "; refused here, for scenarios only"
		}
		params = append(params, param{name: k.Name, doc: doc, many: true})
	}
	return append(params,
		whole(sinceParam, 0, math.MaxInt64, "events count after this seq; unless given, those from now on"),
		whole(timeoutParam, 0, maxWait, "how long to wait, 5000 unless given and 60000 at most; virtual time if that is what the clock has"))
}
