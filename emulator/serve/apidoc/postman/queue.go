package postman

// The topics and messages of a request.
const (
	newTopic     = `{"topic": "{{topic}}"}`
	firstMessage = `{"topic": "{{topic}}", "message": "wuff"}`
	nextMessage  = `{"topic": "{{topic}}", "message": "grr"}`
	noTopic      = `{"topic": "{{topic}}-there-is-none", "message": "wuff"}`
	oddTopic     = `{"topic": "{{topic}} größe/🐶?"}`
	oddMessage   = `{"topic": "{{topic}} größe/🐶?", "message": "\"\\ \u00e9 🐶"}`
	oddPath      = "{{leader_url}}/message/{{topic}}%20gr%C3%B6%C3%9Fe%2F%F0%9F%90%B6%3F"
)

// Tests of the headers with which a leader answers.
var byLeader = check("the answer is the leader's",
	`pm.expect(pm.response.headers.get("X-Raft-Leader")).to.eql(String(`+get("leader")+`))`)

var logged = check("the request has its place in the log",
	`pm.expect(Number(pm.response.headers.get("X-Raft-Index"))).to.be.above(0)`)

func success(t string) option { return check("success is "+t, "pm.expect(a.success).to.be."+t) }

func queue(t *tour) {
	t.folder("Queue", "The message queue, asked of the leader.")
	t.ask("Role and term", "GET /status", "{{leader_url}}/status", 200,
		check("it leads", `pm.expect(a.role).to.eql("Leader")`),
		check("in a term", "pm.expect(a.term).to.be.above(0)"))
	t.ask("Create a topic", "PUT /topic", "{{leader_url}}/topic", 201, send(newTopic), success("true"), byLeader, logged)
	t.ask("The same again, by way of the admin API", "POST /v1/nodes/{id}/request", "/v1/nodes/leader/request", 200,
		send(`{"op": "put_topic", "topic": "{{topic}}", "follow": true}`),
		check("the leader refuses it", `pm.expect([a.answer, a.status]).to.eql(["refused", 409])`))
	t.ask("The topic is in the list", "GET /topic", "{{leader_url}}/topic", 200, success("true"),
		check("the topic is there", "pm.expect(a.topics).to.include("+get("topic")+")"))
	t.ask("Put a message", "PUT /message", "{{leader_url}}/message", 201, send(firstMessage), success("true"), byLeader, logged)
	t.ask("Put another one", "PUT /message", "{{leader_url}}/message", 201, send(nextMessage), success("true"))
	t.ask("The first comes first", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 200, success("true"), byLeader,
		check("it is the oldest", `pm.expect(a.message).to.eql("wuff")`))
	t.ask("Then the second", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 200,
		check("it is the next", `pm.expect(a.message).to.eql("grr")`))
	t.ask("Then there is none", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}", 404, success("false"), logged)
	t.ask("A topic may have any name", "PUT /topic", "{{leader_url}}/topic", 201, send(oddTopic))
	t.ask("And a message be any text", "PUT /message", "{{leader_url}}/message", 201, send(oddMessage))
	t.ask("Escaped in the path", "GET /message/{topic}", oddPath, 200,
		check("it is the same text", `pm.expect(a.message).to.eql("\"\\ é 🐶")`))
}

func refusals(t *tour) {
	t.folder("Refusals", "The requests that a node refuses, and its answers.")
	explained := check("a header says why", `pm.expect(pm.response.headers.get("X-Error")).to.not.be.empty`)
	redirected := check("a header names the leader",
		`pm.expect(pm.response.headers.get("X-Raft-Leader-Url")).to.eql(`+get("leader_url")+`)`)
	t.ask("The topic exists", "PUT /topic", "{{leader_url}}/topic", 409, send(newTopic), success("false"), explained)
	t.ask("No such topic to put into", "PUT /message", "{{leader_url}}/message", 404, send(noTopic), success("false"), explained)
	t.ask("No such topic to take from", "GET /message/{topic}", "{{leader_url}}/message/{{topic}}-there-is-none", 404, success("false"), explained)
	t.ask("No JSON", "PUT /topic", "{{leader_url}}/topic", 400, send(`{"topic": `), success("false"), explained)
	t.ask("A missing key", "PUT /topic", "{{leader_url}}/topic", 400, send(`{}`), success("false"), explained)
	t.ask("A wrong type", "PUT /message", "{{leader_url}}/message", 400, send(`{"topic": "{{topic}}", "message": 7}`), success("false"), explained)
	t.ask("A follower takes no topics", "PUT /topic", "{{follower_url}}/topic", 421, send(newTopic), success("false"), redirected)
	t.ask("Nor lists them", "GET /topic", "{{follower_url}}/topic", 421, success("false"), redirected)
	t.ask("Nor takes messages", "PUT /message", "{{follower_url}}/message", 421, send(firstMessage), success("false"), redirected)
	t.ask("Nor gives any", "GET /message/{topic}", "{{follower_url}}/message/{{topic}}", 421, success("false"), redirected)
	t.ask("It calls a bad request bad", "PUT /topic", "{{follower_url}}/topic", 400, send(`{"topic": null}`), success("false"), explained)
	t.stray("No such path", "GET", "{{leader_url}}/topics", 404)
	t.stray("No such method", "DELETE", "{{leader_url}}/topic", 405,
		check("Allow names those there are", `pm.expect(pm.response.headers.get("Allow")).to.eql("GET, HEAD, OPTIONS, PUT")`))
	t.stray("The methods of a path", "OPTIONS", "{{leader_url}}/message", 204,
		check("Allow names it", `pm.expect(pm.response.headers.get("Allow")).to.eql("OPTIONS, PUT")`))
	t.stray("HEAD is GET without the body", "HEAD", "{{leader_url}}/status", 200)
}

func debug(t *tour) {
	t.folder("Debug", "A node's inside, and messages as if other nodes had sent them.")
	t.settle("Wait until all agree")
	t.ask("A follower's own queue", "GET /force-view-state-machine", "{{follower_url}}/force-view-state-machine", 200,
		check("it has the topic", "pm.expect(a.topics.map((t) => t.topic)).to.include("+get("topic")+")"),
		keep("applied", "a.lastApplied"))
	t.ask("The leader's is the same", "GET /force-view-state-machine", "{{leader_url}}/force-view-state-machine", 200,
		check("it has applied as much", "pm.expect(a.lastApplied).to.eql(Number("+get("applied")+"))"))
	t.ask("Not for foreign pages", "GET /force-view-state-machine", "{{leader_url}}/force-view-state-machine", 403,
		with("Origin", "http://evil.example"), success("false"))
	t.ask("No vote for a candidate that is behind", "POST /rpc/{sender}", "{{follower_url}}/rpc/{{other}}", 200,
		send(`{"class": "VoteRequestMessage", "dict": {"term": 0, "candidateId": {{other}}, "lastLogIndex": 0, "lastLogTerm": 0}}`),
		check("the vote is not granted", "pm.expect(a.voteGranted).to.be.false"),
		check("its term is a later one", "pm.expect(a.term).to.be.above(0)"))
	t.ask("No entries of a leader that was", "POST /rpc/{sender}", "{{follower_url}}/rpc/{{other}}", 200,
		send(`{"class": "AppendEntriesMessage", "dict": {"term": 0, "leaderId": {{other}}, "prevLogIndex": 0, "prevLogTerm": 0, "entries": [], "leaderCommit": 0}}`),
		check("nothing is appended", "pm.expect(a.success).to.be.false"))
	t.ask("Another's name in the body", "POST /rpc/{sender}", "{{follower_url}}/rpc/{{leader}}", 400,
		send(`{"class": "VoteRequestMessage", "dict": {"term": 0, "candidateId": {{other}}, "lastLogIndex": 0, "lastLogTerm": 0}}`),
		check("the answer says so", `pm.expect(a.error).to.include("they must be the same")`))
	t.ask("No node sends to itself", "POST /rpc/{sender}", "{{follower_url}}/rpc/{{follower}}", 404, send("{}"),
		check("the answer says so", `pm.expect(a.error).to.include("no such sender")`))
}
