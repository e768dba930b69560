package postman

func fixtures(t *tour) {
	t.folder("Fixtures", "Freeze the cluster, load others, and load it again as it was.")
	t.ask("All fixtures", "GET /v1/fixtures", "/v1/fixtures", 200,
		check("Figure 7 is", `pm.expect(a.fixtures.map((f) => f.name)).to.include("figure_7_f")`))
	t.ask("One fixture", "GET /v1/fixtures/{name}", "/v1/fixtures/figure_7_f", 200,
		check("it is TOML", `pm.expect(pm.response.text()).to.include("format = 1")`))
	t.ask("No such fixture", "GET /v1/fixtures/{name}", "/v1/fixtures/figure_77_f", 404, problem("no-such-fixture"),
		check("the answer suggests the right name", `pm.expect(a.detail).to.include("figure_7_f")`))
	t.ask("Freeze the cluster", "GET /v1/fixture", "/v1/fixture", 200,
		keep("frozen", "pm.response.text()"))
	t.ask("Load another one", "PUT /v1/fixture", "/v1/fixture?name=figure_7_f", 200,
		check("it is that one", `pm.expect(a.fixture.name).to.eql("figure_7_f")`),
		check("with its leader", "pm.expect(a.leader).to.eql(0)"))
	t.ask("Its leader repairs the other log", "GET /v1/wait", "/v1/wait?logs_equal=all&timeout_ms=20000", 200)
	t.ask("By its name in a body", "PUT /v1/fixture", "/v1/fixture", 200, send(`{"name": "fresh_3"}`),
		check("it is that one", `pm.expect(a.fixture.name).to.eql("fresh_3")`))
	t.ask("Nothing to load", "PUT /v1/fixture", "/v1/fixture", 400, problem("bad-request"))
	t.ask("No such fixture to load", "PUT /v1/fixture", "/v1/fixture?name=fresh_33", 404, problem("no-such-fixture"))
	t.ask("A fixture with mistakes", "PUT /v1/fixture", "/v1/fixture", 422, sendTOML("format = 1\nsead = 7\n\n[cluster]\nnodes = 3\n"), problem("invalid"),
		check("the answer says where", "pm.expect(a.errors[0].line).to.eql(2)"))
	t.ask("Load what was frozen", "PUT /v1/fixture", "/v1/fixture", 200, sendTOML("{{frozen}}"),
		check("all nodes are back", "pm.expect(a.nodes.length).to.eql(Number("+get("nodes")+"))"))
	t.settle("Wait until all agree")
	t.ask("The topic is still there", "GET /topic", "{{leader_url}}/topic", 200,
		check("it is", "pm.expect(a.topics).to.include("+get("topic")+")"))
}
