package postman

func start(t *tour) {
	t.folder("Start", "Heals the cluster, waits for a leader, and finds out where everything is. All other folders build on it.")
	t.ask("How the clock stands", "GET /v1/clock", "/v1/clock", 200,
		keep("clock_speed", "a.speed"))
	t.ask("Let it run", "POST /v1/clock/run", "/v1/clock/run", 200, send(`{"speed": 1}`),
		check("the clock runs", "pm.expect(a.paused).to.be.false"))
	t.ask("Heal whatever is broken", "POST /v1/heal", "/v1/heal", 200,
		check("nothing is cut", "pm.expect(a.cuts).to.be.empty"),
		check("there are three nodes or more, as this collection needs", "pm.expect(a.nodes.length).to.be.at.least(3)"),
		keep("nodes", "a.nodes.length"),
		then(
			`a.nodes.forEach((n) => pm.collectionVariables.set("node" + n.id, n.url));`,
			`pm.collectionVariables.set("topic", "postman-" + pm.variables.replaceIn("{{$guid}}"));`,
		))
	t.settle("Wait for a leader")
	t.ask("All at once", "GET /v1/cluster", "/v1/cluster", 200,
		check("the leader leads", `pm.expect(a.nodes[a.leader].role).to.eql("Leader")`),
		check("every node is up", "pm.expect(a.nodes.every((n) => n.up && !n.paused)).to.be.true"))
}

func end(t *tour) {
	t.folder("End", "Leaves the cluster as it should be.")
	t.ask("Heal it all", "POST /v1/heal", "/v1/heal", 200)
	t.settle("Wait until all agree")
	t.ask("Let the clock go as before", "POST /v1/clock/run", "/v1/clock/run", 200, send(`{"speed": {{clock_speed}}}`),
		check("at its speed", "pm.expect(a.speed).to.eql(Number("+get("clock_speed")+"))"))
	t.ask("Nothing is broken", "GET /v1/cluster", "/v1/cluster?pretty", 200,
		check("nothing is cut", "pm.expect(a.cuts).to.be.empty"),
		check("there are no faults", "pm.expect(a.faults).to.be.empty"),
		check("every node is up", "pm.expect(a.nodes.every((n) => n.up && !n.paused)).to.be.true"),
		check("the clock runs", "pm.expect(a.clock.paused).to.be.false"))
}
