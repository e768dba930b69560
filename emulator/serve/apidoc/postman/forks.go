package postman

func forks(t *tour) {
	t.folder("Forks", "Go another way from a moment of the past, while the cluster goes on.")
	t.ask("The place of the newest record", "GET /v1/cluster", "/v1/cluster", 200, keep("seq", "a.seq"))
	t.ask("Go another way from there", "POST /v1/forks", "/v1/forks", 201, send(`{"seq": {{seq}}}`),
		check("it begins there", "pm.expect(a.from.seq).to.be.at.least(Number("+get("seq")+"))"),
		keep("fork", "a.id"))
	t.ask("All forks", "GET /v1/forks", "/v1/forks", 200,
		check("this one is among them", "pm.expect(a.forks.map((f) => f.id)).to.include(Number("+get("fork")+"))"))
	t.ask("This fork", "GET /v1/forks/{fork}", "/v1/forks/{{fork}}", 200,
		check("its clock is virtual, and paused", `pm.expect([a.clock.mode, a.clock.paused]).to.eql(["virtual", true])`))
	t.stray("Its leader crashes", "POST", "/v1/forks/{{fork}}/nodes/leader/crash", 200)
	t.stray("A second passes", "POST", "/v1/forks/{{fork}}/clock/advance", 200, send(`{"ms": 1000}`))
	t.ask("The cluster has its leader still", "GET /v1/wait", "/v1/wait?leader=unique", 200)
	t.ask("From a moment to come", "POST /v1/forks", "/v1/forks", 422, send(`{"seq": 9007199254740991}`), problem("invalid"))
	t.ask("The state of that moment as a fixture", "GET /v1/fixture", "/v1/fixture?seq={{seq}}", 200,
		check("it is TOML", `pm.expect(pm.response.text()).to.include("format = 1")`))
	t.ask("End the fork", "DELETE /v1/forks/{fork}", "/v1/forks/{{fork}}", 200,
		check("it is gone", "pm.expect(a.forks.map((f) => f.id)).to.not.include(Number("+get("fork")+"))"))
	t.ask("It is gone", "GET /v1/forks/{fork}", "/v1/forks/{{fork}}", 404, problem("no-such-fork"))
}
