package postman

func look(t *tour) {
	t.folder("Look", "The admin API shows the cluster.")
	t.ask("All routes", "GET /", "/", 200,
		check("this one is among them", `pm.expect(pm.response.text()).to.include("/postman.json")`))
	t.ask("All routes for a program", "GET /", "/", 200, with("Accept", "application/json"),
		check("this one is among them", `pm.expect(a.routes.map((r) => r.path)).to.include("/")`))
	t.ask("Where the page gets its records from", "GET /page/source.json", "/page/source.json", 200,
		check("from the cluster that runs", `pm.expect(a.kind).to.eql("live")`))
	t.ask("Lives", "GET /livez", "/livez", 200)
	t.ask("Is ready", "GET /readyz", "/readyz", 200)
	t.ask("Which program", "GET /version", "/version", 200,
		check("it is the emulator", `pm.expect(a.name).to.eql("emulator")`))
	t.ask("Numbers", "GET /metrics", "/metrics", 200,
		check("there is one for each node's term", `pm.expect(pm.response.text()).to.include('emulator_node_term{node="0"}')`))
	t.ask("OpenAPI", "GET /openapi.json", "/openapi.json", 200,
		check("it is 3.1", `pm.expect(a.openapi).to.match(/^3\.1\./)`),
		check("it has the nodes' routes", `pm.expect(a.paths).to.include.keys("/topic", "/v1/cluster")`))
	t.ask("This collection", "GET /postman.json", "/postman.json", 200,
		check("it has requests", "pm.expect(a.item).to.not.be.empty"))
	t.ask("All nodes", "GET /v1/nodes", "/v1/nodes?log=5&queue=5", 200,
		check("all of them", "pm.expect(a.nodes.length).to.eql(Number("+get("nodes")+"))"),
		check("no more of their logs than asked for", "pm.expect(a.nodes.every((n) => n.log.length <= 5)).to.be.true"))
	t.ask("One node", "GET /v1/nodes/{id}", "/v1/nodes/{{follower}}", 200,
		check("it is that one", "pm.expect(a.id).to.eql(Number("+get("follower")+"))"),
		check("it follows", `pm.expect(a.role).to.eql("Follower")`))
	t.ask("The leader", "GET /v1/nodes/{id}", "/v1/nodes/leader?log=1", 200,
		check("it leads", `pm.expect(a.role).to.eql("Leader")`),
		check("it knows what to send to the others", "pm.expect(a.next_index).to.be.an(\"object\")"))
	t.ask("Two nodes", "GET /v1/nodes/{id}", "/v1/nodes/leader,{{follower}}?log=1", 200,
		check("both of them", "pm.expect(a.nodes.map((n) => n.id)).to.include(Number("+get("follower")+"))"))
	t.ask("No such node", "GET /v1/nodes/{id}", "/v1/nodes/99999", 404, problem("no-such-node"))
	t.ask("A word in the query that there is not", "GET /v1/nodes", "/v1/nodes?lgo=1", 400, problem("bad-request"),
		check("the answer knows what was meant", `pm.expect(a.detail).to.include('did you mean "log"?')`))
	t.ask("Not for foreign pages", "GET /v1/cluster", "/v1/cluster", 403, with("Origin", "http://evil.example"), problem("foreign-origin"))
	t.stray("No such path", "GET", "/v1/clutser", 404,
		check("the answer knows what was meant", `pm.expect(pm.response.json().detail).to.include("/v1/cluster")`))
	t.stray("No such method", "PUT", "/v1/cluster", 405,
		check("Allow names those there are", `pm.expect(pm.response.headers.get("Allow")).to.eql("GET, HEAD, OPTIONS")`))
}

func watch(t *tour) {
	t.folder("Wait and watch", "Waiting for conditions instead of sleeping, and the trace of all that happens.")
	t.ask("Several conditions", "GET /v1/wait", "/v1/wait?leader={{leader}}&role={{follower}}:Follower&committed=1", 200,
		check("there are three", "pm.expect(a.conditions.length).to.eql(3)"))
	t.ask("Still untrue", "GET /v1/wait", "/v1/wait?leader=none&timeout_ms=30", 504, problem("still-untrue"),
		check("the answer says what there is instead", "pm.expect(a.conditions[0].seen).to.not.be.empty"))
	t.ask("A condition that can't be read", "GET /v1/wait", "/v1/wait?leader=boss", 400, problem("bad-condition"))
	t.ask("Nothing to wait for", "GET /v1/wait", "/v1/wait", 400, problem("bad-request"))
	t.ask("The newest records", "GET /v1/events", "/v1/events?since=-5", 200,
		check("five of them", "pm.expect(a.events.length).to.eql(5)"),
		check("in order", "pm.expect(a.events[4].seq).to.eql(a.last)"))
	t.ask("Only some", "GET /v1/events", "/v1/events?event=Apply,Response&node={{leader}}&limit=3", 200,
		check("only those", `pm.expect(a.events.every((e) => ["Apply", "Response"].includes(e.event))).to.be.true`))
	t.ask("No such event", "GET /v1/events", "/v1/events?event=Elected", 400, problem("bad-condition"))
	t.ask("A place that the trace has not come to", "GET /v1/events", "/v1/events?since=9007199254740991", 422, problem("invalid"))
	t.ask("The trail to the present state", "GET /v1/trail", "/v1/trail", 200,
		check("it has lines", "pm.expect(a.lines).to.not.be.empty"))
	t.ask("Why a node leads, or why there is no leader", "GET /v1/explain", "/v1/explain?seq=now", 200,
		check("it is in words", "pm.expect(a.text).to.not.be.empty"),
		check("with the section of the paper", `pm.expect(a.section).to.include("§")`))
	t.ask("Why the first event happened", "GET /v1/explain", "/v1/explain?seq=1", 200,
		check("it is the beginning of a node", `pm.expect(a.event).to.eql("Init")`))
	t.ask("Why an event that is still to come", "GET /v1/explain", "/v1/explain?seq=9007199254740991", 422, problem("invalid"))
	t.ask("The invariants", "GET /v1/invariants", "/v1/invariants", 200,
		check("Figure 3 is among it", `pm.expect(a.invariants.map((i) => i.name)).to.include("election_safety")`))
	t.ask("The calls of clients", "GET /v1/history", "/v1/history?limit=5", 200,
		check("the newest five at most", "pm.expect(a.history.length).to.be.at.most(5)"))
	t.ask("Whether a queue would have answered so", "GET /v1/history/check", "/v1/history/check", 200,
		check("it would", `pm.expect(a.state).to.eql("held")`))
	t.ask("The same as a page", "GET /v1/history/picture", "/v1/history/picture", 200,
		check("it is a page", `pm.expect(pm.response.headers.get("Content-Type")).to.include("text/html")`))
	t.stray("As a stream (the headers only; it has no end)", "HEAD", "/v1/events", 200, with("Accept", "text/event-stream"),
		check("it is a stream", `pm.expect(pm.response.headers.get("Content-Type")).to.include("text/event-stream")`))
}
