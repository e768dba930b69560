package postman

func partition(t *tour) {
	t.folder("Partition and heal", "Links between nodes are cut; clients still reach every node.")
	t.ask("Cut the leader off", "POST /v1/partition", "/v1/partition", 200, send(`{"isolate": "leader"}`),
		check("it reaches nobody", "pm.expect(a.reaches[Number("+get("leader")+")].reduce((x, y) => x + y)).to.eql(1)"),
		check("the majority is on the other side", "pm.expect(a.sides.find((s) => s.majority).nodes).to.not.include(Number("+get("leader")+"))"),
		keep("old", get("leader")), keep("old_url", get("leader_url")), keep("since", "a.seq"))
	t.ask("Wait for a new leader", "GET /v1/wait", "/v1/wait?event=BecomeLeader&since={{since}}&timeout_ms=20000", 200, keepLeader)
	t.ask("The old one still thinks that it leads", "GET /status", "{{old_url}}/status", 200,
		check("it says that it leads", `pm.expect(a.role).to.eql("Leader")`))
	t.ask("The new one takes a message", "PUT /message", "{{leader_url}}/message", 201, send(firstMessage))
	t.ask("The old one misses it", "GET /force-view-state-machine", "{{old_url}}/force-view-state-machine", 200,
		check("the message is not there", "pm.expect(a.topics.find((t) => t.topic === "+get("topic")+").messages).to.be.empty"))
	t.ask("The two sides", "GET /v1/partition", "/v1/partition", 200,
		check("there are two sides", "pm.expect(a.sides.length).to.eql(2)"))
	t.ask("Remove all cuts", "DELETE /v1/partition", "/v1/partition", 200,
		check("there is one side", "pm.expect(a.sides.length).to.eql(1)"))
	t.settle("Wait until all agree", "role={{old}}:Follower")
	t.ask("Now the old one has the message", "GET /force-view-state-machine", "{{old_url}}/force-view-state-machine", 200,
		check("the message is there", "pm.expect(a.topics.find((t) => t.topic === "+get("topic")+`).messages).to.eql(["wuff"])`))
	t.ask("Take it", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 200)

	t.ask("Cut a node off", "POST /v1/nodes/{id}/isolate", "/v1/nodes/{{follower}}/isolate", 200,
		check("no node gets messages from it", "pm.expect(a.partitioned_from.length).to.eql(Number("+get("nodes")+") - 1)"))
	t.ask("It still answers clients", "GET /status", "{{follower_url}}/status", 200)
	t.ask("Connect it again", "POST /v1/nodes/{id}/heal", "/v1/nodes/{{follower}}/heal", 200,
		check("every node gets messages from it", "pm.expect(a.partitioned_from).to.be.empty"))
	t.ask("Two groups", "POST /v1/partition", "/v1/partition", 200, send(`{"groups": [[{{follower}}]]}`),
		check("the other nodes form a second group", "pm.expect(a.groups.length).to.eql(2)"))
	t.ask("One direction only", "POST /v1/partition", "/v1/partition", 200, send(`{"oneway": [[{{follower}}, {{other}}]]}`),
		check("there", "pm.expect(a.reaches[Number("+get("follower")+")][Number("+get("other")+")]).to.eql(0)"),
		check("and back", "pm.expect(a.reaches[Number("+get("other")+")][Number("+get("follower")+")]).to.eql(1)"))
	t.ask("No such node to cut off", "POST /v1/partition", "/v1/partition", 422, send(`{"isolate": 99999}`), problem("invalid"))
	t.ask("No JSON", "POST /v1/partition", "/v1/partition", 400, send(`{"isolate": `), problem("bad-request"))
	t.ask("Heal everything", "POST /v1/heal", "/v1/heal", 200,
		check("nothing is cut", "pm.expect(a.cuts).to.be.empty"))
	t.settle("Wait until all agree again")
}

func faults(t *tour) {
	t.folder("Faults", "Rules about messages: which ones, and what happens to them.")
	t.ask("Delay messages to a follower", "PUT /v1/faults/{name}", "/v1/faults/postman-slow", 200,
		send(`{"match": {"to": [{{follower}}], "type": "append_entries"}, "delay_ms": [1, 5]}`),
		check("it is in force", `pm.expect(a.name).to.eql("postman-slow")`))
	t.ask("Send it something", "PUT /message", "{{leader_url}}/message", 201, send(firstMessage))
	t.ask("The fault has acted", "GET /v1/faults/{name}", "/v1/faults/postman-slow", 200,
		check("on a message at least", "pm.expect(a.acted).to.be.above(0)"))
	t.ask("A fault that does nothing", "PUT /v1/faults/{name}", "/v1/faults/postman-nothing", 422, send(`{"match": {"from": [0]}}`), problem("invalid"))
	t.ask("No such fault", "GET /v1/faults/{name}", "/v1/faults/postman-slwo", 404, problem("no-such-fault"),
		check("the answer suggests the right name", `pm.expect(a.detail).to.include("postman-slow")`))
	t.ask("The faults in force", "GET /v1/faults", "/v1/faults", 200,
		check("there is one", "pm.expect(a.faults.length).to.eql(1)"))
	t.ask("Delete it", "DELETE /v1/faults/{name}", "/v1/faults/postman-slow", 200,
		check("there is none", "pm.expect(a.faults).to.be.empty"))
	t.ask("It is deleted already", "DELETE /v1/faults/{name}", "/v1/faults/postman-slow", 404, problem("no-such-fault"))
	t.ask("Two faults instead of all others", "PUT /v1/faults", "/v1/faults", 200,
		send(`{"faults": [{"name": "lossy", "drop": true, "probability": 0.01}, {"name": "twice", "match": {"kind": "response"}, "duplicate": 1}]}`),
		check("there are two", `pm.expect(a.faults.map((f) => f.name)).to.eql(["lossy", "twice"])`))
	t.ask("A fault without a name", "PUT /v1/faults", "/v1/faults", 422, send(`{"faults": [{"drop": true}]}`), problem("invalid"))
	t.ask("Delete them all", "DELETE /v1/faults", "/v1/faults", 200,
		check("there is none", "pm.expect(a.faults).to.be.empty"))
	t.settle("Wait until all agree")
	t.ask("Take the message", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 200)
}
