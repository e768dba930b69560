package admin

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/text/bounds"
)

func TestFaultsAreSetListedAndDeleted(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Virtual)
	t.Run("None", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/faults", "").is(t, "faults", "[]")
		g.ok("DELETE", "/v1/faults", "").is(t, "faults", "[]")
	})
	t.Run("Put", func(t *testing.T) {
		g := g.on(t)
		g.ok("PUT", "/v1/faults/deaf", `{"match": {"to": [1], "kind": "request"}, "drop": true}`).is(t,
			"name", "deaf", "match.to", "[1]", "match.kind", "request", "drop", "true", "matched", "0", "acted", "0", "held", "0")
	})
	t.Run("Counters", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/clock/advance", `{"ms": 500}`)
		f := g.ok("GET", "/v1/faults/deaf", "")
		assert.Assert(t, f.number(t, "matched") > 0, "%v", f)
		assert.Equal(t, f.text("matched"), f.text("acted"))
		g.ok("GET", "/v1/cluster", "").is(t, "faults.0.name", "deaf", "faults.0.acted", f.text("acted"))
	})
	t.Run("Replace", func(t *testing.T) {
		g := g.on(t)
		g.ok("PUT", "/v1/faults/deaf", `{"name": "deaf", "hold": true}`).is(t, "hold", "true", "acted", "0")
		g.ok("POST", "/v1/clock/advance", `{"ms": 100}`)
		f := g.ok("GET", "/v1/faults", "")
		assert.Assert(t, f.number(t, "faults.0.held") > 0, "%v", f)
	})
	t.Run("Delete", func(t *testing.T) {
		g := g.on(t)
		g.ok("DELETE", "/v1/faults/deaf", "").is(t, "faults", "[]")
		g.wait("leader=unique")
		g.refused(404, "no-such-fault", `fault "deaf": no such fault, there is none in force`, "DELETE", "/v1/faults/deaf", "")
	})
	t.Run("OddNames", func(t *testing.T) {
		g := g.on(t)
		g.ok("PUT", "/v1/faults/a%2Fb%20%C3%A9%22", `{"delay_ms": [1, 2]}`).is(t, "name", `a/b é"`, "delay_ms", "[1,2]")
		g.ok("GET", "/v1/faults/a%2Fb%20%C3%A9%22", "").is(t, "name", `a/b é"`)
		assert.Assert(t, strings.Contains(g.send("GET", "/metrics", "").body, `emulator_fault_held{fault="a/b é\""} 0`))
	})
	t.Run("PutAll", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("PUT", "/v1/faults", `{"faults": [{"name": "one", "reorder": true}, {"name": "two", "duplicate": 2, "until_ms": 80000000}]}`)
		a.is(t, "faults.0.name", "one", "faults.1.name", "two", "faults.1.until_ms", "80000000", "faults.2", "nothing at faults.2")
	})
	t.Run("DeleteAll", func(t *testing.T) {
		g := g.on(t)
		g.ok("DELETE", "/v1/faults", "").is(t, "faults", "[]")
	})
}

func TestFaultErrors(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("PUT", "/v1/faults/slow", `{"delay_ms": 5}`)
	g.ok("POST", "/v1/clock/advance", `{"ms": 10.5}`)
	long := strings.Repeat("x", bounds.Fault.Max+1)
	for _, c := range []struct {
		name           string
		status         int
		slug, method   string
		path           string
		body, detail   string
		errorKey, also string
	}{
		{name: "Empty", status: 400, slug: "bad-request", path: "/v1/faults/x", detail: "the body is empty"},
		{name: "NotJSON", status: 400, slug: "bad-request", path: "/v1/faults/x", body: `{`, detail: "is not JSON"},
		{name: "Nothing", status: 422, slug: "invalid", path: "/v1/faults/x", body: `{}`, detail: "does nothing, want one or more of drop"},
		{name: "Contradiction", status: 422, slug: "invalid", path: "/v1/faults/x", body: `{"drop": true, "delay_ms": 5}`, detail: "contradicts drop", errorKey: "delay_ms"},
		{name: "OtherName", status: 422, slug: "invalid", path: "/v1/faults/x", body: `{"name": "y", "drop": true}`, detail: `want "x"`, errorKey: "name"},
		{name: "Node", status: 422, slug: "invalid", path: "/v1/faults/x", body: `{"match": {"from": [3]}, "drop": true}`, detail: "want a node's id from 0 to 2", errorKey: "match.from[0]"},
		{name: "Past", status: 422, slug: "invalid", path: "/v1/faults/x", body: `{"drop": true, "until_ms": 10}`, detail: "until_ms is 10, and it is 10.5 already", errorKey: "until_ms"},
		{name: "LongName", status: 422, slug: "invalid", path: "/v1/faults/" + long, body: `{"drop": true}`, detail: "want at most 200"},
		{name: "NameOfTwoLines", status: 422, slug: "invalid", path: "/v1/faults/a%0Ab", body: `{"drop": true}`, detail: "the fault's name holds the control character U+000A, want one line"},
		{name: "LongNameInList", status: 422, slug: "invalid", path: "/v1/faults", body: `{"faults": [{"name": "` + long + `", "drop": true}]}`, detail: "has 201 bytes, want at most 200", errorKey: "faults[0].name"},
		{name: "NameNotUTF8", status: 400, slug: "bad-request", path: "/v1/faults/%ff", body: `{"drop": true}`, detail: "is not UTF-8"},
		{name: "NoSuch", status: 404, slug: "no-such-fault", method: "GET", path: "/v1/faults/slwo", detail: `fault "slwo": no such fault, did you mean "slow"?`},
		{name: "ListMissing", status: 422, slug: "invalid", path: "/v1/faults", body: `{}`, detail: "faults is missing"},
		{name: "ListType", status: 422, slug: "invalid", path: "/v1/faults", body: `{"faults": 3}`, detail: "faults is 3, want a list of rules"},
		{name: "ListNoName", status: 422, slug: "invalid", path: "/v1/faults", body: `{"faults": [{"drop": true}]}`, detail: "is missing, want a name", errorKey: "faults[0].name"},
		{name: "ListTwice", status: 422, slug: "invalid", path: "/v1/faults", body: `{"faults": [{"name": "a", "drop": true}, {"name": "a", "hold": true}]}`, detail: "given to two rules", errorKey: "faults[1].name"},
		{name: "ListRule", status: 422, slug: "invalid", path: "/v1/faults", body: `{"faults": [{"name": "a", "drop": 3}, {"name": "b", "drop": true, "until_ms": 1}]}`, errorKey: "faults[0].drop", also: "faults[1].until_ms"},
		{name: "ListNoObject", status: 422, slug: "invalid", path: "/v1/faults", body: `{"faults": [3]}`, detail: "is missing, want a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			before := g.ok("GET", "/v1/cluster", "")
			if c.method == "" {
				c.method = "PUT"
			}
			p := g.refused(c.status, c.slug, c.detail, c.method, c.path, c.body)
			if c.errorKey != "" {
				p.is(t, "errors.0.key", c.errorKey)
			}
			if c.also != "" {
				p.is(t, "errors.1.key", c.also)
			}
			assert.DeepEqual(t, g.ok("GET", "/v1/cluster", ""), before)
		})
	}
}

func TestPutFaultsListsAHundredProblems(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Virtual)
	p := g.refused(422, "invalid", "", "PUT", "/v1/faults", `{"faults": [1`+strings.Repeat(",1", 200)+`]}`)
	p.is(t, "errors.99.key", "faults[99].name")
	p.is(t, "errors.100.key", "faults")
	p.is(t, "errors.100.message", "has 101 more problems")
}
