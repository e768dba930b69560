package postman

func clock(t *tour) {
	t.folder("Clock", "The world's time stands still, goes on event by event, and runs again.")
	t.ask("Pause", "POST /v1/clock/pause", "/v1/clock/pause", 200,
		check("it stands still", "pm.expect(a.paused).to.be.true"),
		keep("time", "a.time_ms"), keep("steps", "a.steps"))
	t.ask("Nothing happens", "GET /v1/clock", "/v1/clock", 200,
		check("it is as late as before", "pm.expect(a.time_ms).to.eql(Number("+get("time")+"))"))
	t.ask("Take an event", "POST /v1/clock/step", "/v1/clock/step", 200, send(`{"events": 1}`),
		check("it is taken", "pm.expect(a.steps).to.eql(Number("+get("steps")+") + 1)"),
		keep("time", "a.time_ms"))
	t.ask("Move on by 100 ms", "POST /v1/clock/advance", "/v1/clock/advance", 200, send(`{"ms": 100}`),
		check("it is as much later", "pm.expect(a.time_ms - Number("+get("time")+")).to.be.closeTo(100, 0.001)"))
	t.ask("Not back", "POST /v1/clock/advance", "/v1/clock/advance", 422, send(`{"ms": -1}`), problem("invalid"))
	t.ask("Not as fast as this", "POST /v1/clock/run", "/v1/clock/run", 422, send(`{"speed": 1001}`), problem("invalid"))
	t.ask("Run again", "POST /v1/clock/run", "/v1/clock/run", 200, send(`{"speed": 1}`),
		check("it runs", "pm.expect(a.paused).to.be.false"))
	t.ask("A clock that runs is not moved", "POST /v1/clock/advance", "/v1/clock/advance", 409, send(`{"ms": 1}`), problem("wrong-state"))
	t.settle("Wait until all agree")
}
