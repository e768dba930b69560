package admin

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A route is one thing that can be asked of the API. All that is known about it
// stands here, so that the router and what describes the API can't drift.
type route struct {
	method string
	path   string // a segment {name} is a parameter
	// oldPath is one under which the route still answers; nothing lists it.
	oldPath string
	doc     string // one line
	query   []param
	body    *body // nil: none
	// answer is a value of the type that is answered in JSON, or a text whose
	// contentType counts.
	answer any
	serve  func(*call) (any, error)
	// creates: it is answered with the status 201.
	creates bool
	// open lets everybody in, a foreign web page included.
	open bool
	// fails are the slugs of the problems that it may have beside those that all
	// have.
	fails []string
	// headers are those of a request that count.
	headers []param
	// forms are those that the answer may have beside the one that answer says.
	forms []apidoc.Content
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
	last      bool // or the word last
	decimals  bool // or any number from low to high
}

// whole is a parameter that is a whole number from low to high.
func whole(name string, low, high int64, doc string) param {
	return param{name: name, doc: doc, whole: true, low: low, high: high}
}

// millis is a parameter that is a time in milliseconds, which may have decimals.
func millis(name string, low, high int64, doc string) param {
	return param{name: name, doc: doc, decimals: true, low: low, high: high}
}

// sinceOrLast is a parameter that is a place in the trace, or last.
func sinceOrLast(low int64, doc string) param {
	p := whole(sinceParam, low, math.MaxInt64, doc)
	p.last = true
	return p
}

// A body is what a request's body is like.
type body struct {
	of      any // a value of the type that it is read into, or that has its shape
	example string
	must    bool   // it can't be left out
	toml    string // an example of a body that is TOML, if it may be
}

var (
	logParam     = whole("log", 0, math.MaxInt32, "the number of log entries to show, the newest; 1000 by default")
	queueParam   = whole("queue", 0, math.MaxInt32, "the number of pending messages to show of each topic, the oldest; 1000 by default")
	nodeParams   = []param{logParam, queueParam}
	limitParam   = whole("limit", 1, maxEvents, "the largest number of records, 1000 by default")
	seqParam     = whole("seq", 1, math.MaxInt64, "the state after this record, instead of the current one; its run goes back over 65536 records at least")
	stepsParam   = param{name: "steps", doc: "true: instead of the state, the fixture that the cluster started from, with the changes since then as steps"}
	waitTimeout  = millis(timeoutParam, 0, maxWait, "how long to wait: 5000 by default, 60000 at most; virtual time if the clock is virtual")
	checkTimeout = millis(timeoutParam, 1, maxCheck, "how long to search for an order that explains the answers, and to wait for other checks before that: 5000 by default, in wall time")
	pretty       = param{name: "pretty", doc: "indent the JSON"}
)

// nodesAnswer is the answer about one node or, if a path names all or has a comma, about a
// list of nodes.
var nodesAnswer = apidoc.OneOfThese{api.NodeAnswer{}, api.NodesAnswer{}}

// table lists all routes, in the order in which they are explained.
func table() []*route {
	get := func(path, doc string, answer any, serve func(*call) (any, error), query ...param) *route {
		return &route{method: http.MethodGet, path: path, doc: doc, answer: answer, serve: serve, query: query}
	}
	change := func(method, path, doc string, b *body, answer any, serve func(*call) (any, error), query ...param) *route {
		return &route{method: method, path: path, doc: doc, body: b, answer: answer, serve: serve, query: query}
	}
	all := []*route{
		get("/v1/cluster", "the whole cluster: fixture, seed, clock, leader, nodes, cuts, faults", api.ClusterAnswer{}, getCluster),
		get("/v1/nodes", "all nodes in full", api.NodesAnswer{}, getNodes, nodeParams...),
		get("/v1/nodes/{id}", "nodes in full; {id} is an id, leader, follower, candidate, several of these with commas, or all", nodesAnswer, getNode, nodeParams...).
			failing("no-such-node", "wrong-state"),
	}
	all = append(all, changeRoutes()...)
	all = append(all, change(http.MethodPost, "/v1/nodes/{id}/request", "ask a node as a client does, through its port; the answer says what the client saw",
		&body{of: api.RequestBody{}, example: `{"op": "put_topic", "topic": "dog", "follow": true}`, must: true}, api.RequestAnswer{}, postRequest).
		failing("no-such-node", "wrong-state"))
	all = append(all, []*route{
		get("/v1/bugs", "the bugs that can be planted: the rule that each breaks, the paper's section, and what goes wrong", bugsAnswer{}, getBugs),

		get("/v1/partition", "which nodes reach each other, and which side has a majority", api.PartitionAnswer{}, getPartition),
		change(http.MethodPost, "/v1/partition", "cut links between nodes, instead of all current cuts: groups, oneway, isolate",
			&body{of: api.PartitionBody{}, example: `{"groups": [[0], [1]]}`, must: true}, api.PartitionAnswer{}, postPartition).
			failing("wrong-state", "closed"),
		change(http.MethodDelete, "/v1/partition", "remove all cuts and change nothing else", nil, api.PartitionAnswer{}, deletePartition).
			failing("closed"),
		change(http.MethodPost, "/v1/heal", "remove every cut and fault, restart and resume every node", nil, api.ClusterAnswer{}, postHeal).
			failing("no-port", "closed"),

		get("/v1/faults", "the faults in force, with how often each matched and acted", api.FaultsAnswer{}, getFaults),
		change(http.MethodPut, "/v1/faults", "set these faults instead of all others",
			&body{of: api.FaultsBody{}, example: `{"faults": [{"name": "slow", "delay_ms": [5, 20]}]}`, must: true}, api.FaultsAnswer{}, putFaults).
			failing("wrong-state", "closed"),
		change(http.MethodDelete, "/v1/faults", "delete all faults", nil, api.FaultsAnswer{}, deleteFaults).failing("closed"),
		get("/v1/faults/{name}", "one fault", api.FaultAnswer{}, getFault).failing("no-such-fault"),
		change(http.MethodPut, "/v1/faults/{name}", "set a fault, instead of one of the same name; its counters start at 0",
			&body{of: fault.Rule{}, example: `{"match": {"from": [0], "type": "append_entries"}, "drop": true, "probability": 0.5}`, must: true},
			api.FaultAnswer{}, putFault).failing("wrong-state", "closed"),
		change(http.MethodDelete, "/v1/faults/{name}", "delete a fault; the messages that it holds are delivered", nil, api.FaultsAnswer{}, deleteFault).
			failing("no-such-fault", "closed"),

		get("/v1/wait", "wait until all these conditions hold; use it instead of sleeping", api.WaitAnswer{}, getWait, waitParams()...).
			failing("bad-condition", "invalid", "replaced", "still-untrue", "closed"),
		follow(get("/v1/events", "the trace after since; with Accept: text/event-stream, follow it as it grows", api.EventsAnswer{}, getEvents,
			sinceOrLast(math.MinInt64+1, "records after this seq; -N: the newest N; last: after the newest change"),
			runOf("all of that one's records, and reset is true"),
			limitParam,
			whole("node", 0, math.MaxInt64, "only events at this node"),
			param{name: "event", doc: "only events of these kinds, separated by commas"})).
			failing("bad-condition", "invalid", "busy"),

		get("/v1/trail", "what matters most of the latest events, in words: changes, elections, commits, requests", api.TrailAnswer{}, getTrail),

		get("/v1/explain", "why an event happened: in words, with the section of the Raft paper, the values that decided and the events that led to it", api.ExplainAnswer{}, getExplain,
			param{name: "seq", doc: "the event's seq; now, which is the default: who leads or why nobody does, and what the cluster waits for"}).
			failing("invalid", "gone", "busy"),

		get("/v1/history", "the calls of clients: requests with their answers, the newest 65536, and the changes to the nodes meanwhile", api.HistoryAnswer{}, getClientHistory,
			historyParams()...).failing("busy", "closed"),
		get("/v1/history/check", "whether a correct message queue could have given these answers: nothing lost, delivered twice, out of order or invented; linearizable",
			api.HistoryCheckAnswer{}, getHistoryCheck, checkTimeout).failing("busy", "closed"),
		get("/v1/history/picture", "an HTML page that draws the calls and the changes: the calls that no order explains, or the newest",
			plain{contentType: htmlType}, getHistoryPicture, checkTimeout).failing("busy", "closed"),

		get("/v1/invariants", "Raft's guarantees (Figure 3 and more), each held, or violated with the time, the node and the reason", api.InvariantsAnswer{}, getInvariants),

		get("/v1/fixture", "the current state as a fixture, with the messages in flight", plain{contentType: tomlType}, getFixture, stepsParam, seqParam).
			failing("wrong-state", "busy", "gone", "replaced", "invalid"),
		change(http.MethodPut, "/v1/fixture", "load another fixture: TOML, or the name of an embedded one; the ports stay the same",
			&body{of: api.FixtureBody{}, example: `{"name": "fresh_3"}`, toml: "format = 1\n\n[cluster]\nnodes = 3\n"},
			api.ClusterAnswer{}, putFixture, param{name: "name", doc: "an embedded fixture, instead of a body"}).
			failing("no-such-fixture", "no-port", "busy", "closed"),
		get(forksPath, "the forks: other ways that the cluster might have gone, in memory and virtual time", api.ForksAnswer{}, getForks),
		creating(change(http.MethodPost, forksPath, "go another way from the moment after a record, or from now; all other routes work below the path of the fork, such as /v1/forks/1/nodes",
			&body{of: api.ForkBody{}, example: `{"seq": "now"}`}, api.ForkAnswer{}, postFork)).
			failing("replaced", "too-many-forks", "gone", "busy", "closed"),
		get(forksPath+"/{fork}", "where a fork begins, and where it is", api.ForkAnswer{}, getFork).failing("no-such-fork"),
		change(http.MethodDelete, forksPath+"/{fork}", "end a fork and free its memory", nil, api.ForksAnswer{}, deleteFork).failing("no-such-fork"),

		get("/v1/fixtures", "the embedded fixtures", api.FixturesAnswer{}, getFixtures),
		get("/v1/fixtures/{name}", "an embedded fixture's file", plain{contentType: tomlType}, getFixtureFile).
			failing("no-such-fixture"),

		get("/v1/clock", "the state of the clock", api.ClockAnswer{}, getClock),
		change(http.MethodPost, "/v1/clock/pause", "stop the clock, and every event with it", nil, api.ClockAnswer{}, pauseClock).failing("closed"),
		change(http.MethodPost, "/v1/clock/run", "start the clock; at a speed above 0 it runs by itself",
			&body{of: api.RunBody{}, example: `{"speed": 1}`}, api.ClockAnswer{}, runClock).failing("closed", "wrong-state"),
		change(http.MethodPost, "/v1/clock/step", "pause the clock and take the next events",
			&body{of: api.StepBody{}, example: `{"events": 1}`}, api.ClockAnswer{}, stepClock).failing("closed", "wrong-state"),
		change(http.MethodPost, "/v1/clock/advance", "advance a clock that does not run by itself; it ends when its client goes, and what has happened until then stays",
			&body{of: api.AdvanceBody{}, example: `{"ms": 100}`, must: true}, api.ClockAnswer{}, advanceClock).failing("closed", "wrong-state"),

		{method: http.MethodGet, path: "/livez", doc: "200 while the program runs", answer: plain{contentType: plainType}, serve: getLive, open: true},
		get("/readyz", "200 when every node that is up listens", plain{contentType: plainType}, getReady).failing("no-port", "closed"),
		get("/version", "the program's version", api.VersionAnswer{}, getVersion),
		get("/metrics", "metrics for Prometheus", plain{contentType: metricsType}, getMetrics),
		get("/openapi.json", "an OpenAPI 3.1 description of this API and of the nodes'", plain{contentType: jsonType}, getOpenAPI),
		get("/postman.json", "a Postman collection: requests to every route, with tests", plain{contentType: jsonType}, getPostman),
		get("/page/source.json", "where the page in a browser gets its records from", api.SourceAnswer{}, getSource),
		{method: http.MethodGet, path: "/", doc: "this page; to a browser (Accept: text/html) the page that shows the cluster", answer: plain{contentType: plainType}, serve: getIndex, forms: indexForms},
	}...)
	return all
}

// creating marks a route that makes something new.
func creating(to *route) *route {
	to.creates = true
	return to
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
			answer: nodesAnswer, serve: changeNode(k), query: nodeParams,
		}
		if len(info.Args) > 0 {
			r.body = &body{of: changeBody(info).Interface(), example: exampleBody(info)}
			for i := range info.Args {
				r.body.must = r.body.must || info.Args[i].Must
			}
		}
		if info.OldVerb != "" {
			r.oldPath = "/v1/nodes/{id}/" + info.OldVerb
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
	to.headers = []param{{name: "Last-Event-ID", doc: "continue a stream after the event with this id, RUN:SEQ; if another run has taken that one's place, an event reset says so, and all of its records follow"}}
	return to
}

// waitParams are the conditions to wait for, and the options of a wait.
func waitParams() []param {
	var params []param
	for _, k := range condition.Keys() {
		doc := k.Want + ", such as " + k.Example
		if k.Scenario {
			doc += "; only in scenarios, refused here"
		}
		params = append(params, param{name: k.Name, doc: doc, many: true})
	}
	return append(params,
		sinceOrLast(0, "count only events after this seq; last: after the newest change, or the start of the cluster; by default, events from now on"),
		runOf("the wait is refused; a wait also ends so when that happens meanwhile"),
		waitTimeout)
}
