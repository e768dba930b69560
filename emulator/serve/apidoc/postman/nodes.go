package postman

func crash(t *tour) {
	// That a crashed node refuses connections is not tested: for Postman and newman
	// a request without an answer is a failure, whatever a test says.
	t.folder("Crash and restart", "The leader crashes, another one is elected, and the old one comes back as a follower.")
	t.ask("Crash the leader", "POST /v1/nodes/{id}/crash", "/v1/nodes/leader/crash", 200, send(`{"wipe": false}`),
		check("it is down", "pm.expect(a.up).to.be.false"),
		check("it has no role", "pm.expect(a.role).to.be.null"),
		keep("old", "a.id"), keep("old_url", "a.url"), keep("since", "a.seq"))
	t.ask("Again changes nothing", "POST /v1/nodes/{id}/crash", "/v1/nodes/{{old}}/crash", 200,
		check("it is down", "pm.expect(a.up).to.be.false"))
	t.ask("Its timer is gone", "POST /v1/nodes/{id}/timeout", "/v1/nodes/{{old}}/timeout", 409, problem("wrong-state"))
	t.ask("Wait for a new leader", "GET /v1/wait", "/v1/wait?leader=unique&event=BecomeLeader&since={{since}}&timeout_ms=20000", 200,
		check("it is another one", "pm.expect(a.leader).to.not.eql(Number("+get("old")+"))"), keepLeader)
	t.ask("The others go on", "PUT /message", "{{leader_url}}/message", 201, send(firstMessage))
	t.ask("Restart it", "POST /v1/nodes/{id}/restart", "/v1/nodes/{{old}}/restart", 200,
		check("it is up", "pm.expect(a.up).to.be.true"))
	t.settle("Wait until it has caught up")
	t.ask("It has what it missed", "GET /force-view-state-machine", "{{old_url}}/force-view-state-machine", 200,
		check("the message is there", "pm.expect(a.topics.find((t) => t.topic === "+get("topic")+`).messages).to.eql(["wuff"])`))
	t.ask("Take the message", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 200)
}

func pause(t *tour) {
	t.folder("Pause and resume", "A follower stands still for a while.")
	t.ask("Pause a follower", "POST /v1/nodes/{id}/pause", "/v1/nodes/{{follower}}/pause", 200,
		check("it is paused", "pm.expect(a.up && a.paused).to.be.true"))
	t.ask("The others go on", "PUT /message", "{{leader_url}}/message", 201, send(firstMessage))
	t.ask("Its timer stands still", "POST /v1/nodes/{id}/timeout", "/v1/nodes/{{follower}}/timeout", 409, problem("wrong-state"))
	t.ask("Resume it", "POST /v1/nodes/{id}/resume", "/v1/nodes/{{follower}}/resume", 200,
		check("it goes on", "pm.expect(a.paused).to.be.false"))
	t.settle("Wait until it has caught up")
	t.ask("Take the message", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 200)
}

func timers(t *tour) {
	t.folder("Timers", "Timers that run out when told to, and timers that go wrong.")
	t.settle("Wait until all agree")
	t.ask("Let a follower's timer run out", "POST /v1/nodes/{id}/timeout", "/v1/nodes/{{follower}}/timeout", 200,
		keep("since", "a.seq"))
	t.ask("It has run out", "GET /v1/wait", "/v1/wait?event=Timeout:{{follower}}&since={{since}}", 200)
	t.settle("Wait until all agree again")
	t.ask("Skew a timer", "POST /v1/nodes/{id}/skew", "/v1/nodes/{{follower}}/skew", 200, send(`{"factor": 1.5}`),
		check("it is longer", "pm.expect(a.skew).to.eql(1.5)"))
	t.ask("Not by nothing", "POST /v1/nodes/{id}/skew", "/v1/nodes/{{follower}}/skew", 422, send(`{"factor": 0}`), problem("invalid"))
	t.ask("Not by a word", "POST /v1/nodes/{id}/skew", "/v1/nodes/{{follower}}/skew", 422, send(`{"factor": "much"}`), problem("invalid"),
		check("the answer says what is wrong", `pm.expect(a.errors[0].key).to.eql("factor")`))
	t.ask("Undo what was done to the node", "POST /v1/nodes/{id}/heal", "/v1/nodes/{{follower}}/heal", 200,
		check("its timers are right", "pm.expect(a.skew).to.eql(1)"))
}

func bugs(t *tour) {
	t.folder("Bugs", "Rules that a node breaks from now on, to see whether a suite of tests finds out.")
	t.settle("Wait until all agree")
	t.ask("List the bugs", "GET /v1/bugs", "/v1/bugs", 200,
		check("each says which rule it breaks", "a.bugs.forEach(b => pm.expect(b.rule).to.be.a('string').that.is.not.empty)"))
	t.ask("Plant a bug", "POST /v1/nodes/{id}/bug", "/v1/nodes/{{follower}}/bug", 200, send(`{"bug": "vote_twice"}`),
		check("the node has it", `pm.expect(a.bug).to.eql("vote_twice")`))
	t.ask("Heal keeps the bug", "POST /v1/nodes/{id}/heal", "/v1/nodes/{{follower}}/heal", 200,
		check("the node has it still", `pm.expect(a.bug).to.eql("vote_twice")`))
	t.ask("There is no such bug", "POST /v1/nodes/{id}/bug", "/v1/nodes/{{follower}}/bug", 422, send(`{"bug": "vote_twize"}`), problem("invalid"))
	t.ask("Remove the bug", "POST /v1/nodes/{id}/bug", "/v1/nodes/{{follower}}/bug", 200, send(`{"bug": ""}`),
		check("the node has none", `pm.expect(a.bug).to.eql("")`))
}
