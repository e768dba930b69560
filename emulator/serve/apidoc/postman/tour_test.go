package postman

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/apidoc"
)

type answer struct {
	Success bool   `json:"success"`
	Why     string `json:"why,omitempty"`
}

func someAPI() *apidoc.API {
	return &apidoc.API{
		Title: "T", Schemas: apidoc.NewSchemas(),
		Parts: []apidoc.Part{{Routes: []apidoc.Route{{
			Method: "GET", Path: "/a/{id}", Doc: "get it",
			Answers: []apidoc.Answer{
				{Status: 200, Contents: []apidoc.Content{{Type: "application/json", Of: answer{}}}},
				{Status: 204},
			},
		}}}},
	}
}

// A request tests what the table says, and then what is its own.
func TestAskTestsTheRoute(t *testing.T) {
	to := newTour(someAPI())
	to.folder("F", "")
	to.ask("One", "GET /a/{id}", "{{node0}}/a/7?x=1", 200, send(`{}`), check("why", "pm.expect(a.why).to.be.empty"), keep("x", "a.why"))
	to.ask("None", "GET /a/{id}", "/a/7", 204)
	assert.Equal(t, len(to.errs), 0)
	one, none := to.folders[0].Items[0], to.folders[0].Items[1]
	assert.DeepEqual(t, one.Events, []event{{"test", script{"text/javascript", []string{
		`pm.test("OK", () => pm.response.to.have.status(200));`,
		`pm.test("is application/json", () => pm.expect(pm.response.headers.get("Content-Type")).to.include("application/json"));`,
		`const a = pm.response.json();`,
		`pm.test("has its keys", () => pm.expect(a).to.include.all.keys("success"));`,
		`pm.test("why", () => pm.expect(a.why).to.be.empty);`,
		`pm.collectionVariables.set("x", a.why);`,
	}}}})
	assert.Equal(t, one.Request.URL, "{{node0}}/a/7?x=1")
	assert.Equal(t, one.Request.Doc, "get it")
	assert.Equal(t, none.Request.URL, "{{admin}}/a/7")
	assert.DeepEqual(t, none.Events, []event{
		{"test", script{"text/javascript", []string{`pm.test("No Content", () => pm.response.to.have.status(204));`}}},
	})
}

func TestAskRefusesRequestsWithoutARoute(t *testing.T) {
	for _, c := range []struct {
		name, key, url string
		status         int
		want           string
	}{
		{"Route", "PUT /a/{id}", "/a/7", 200, "there is no route PUT /a/{id}"},
		{"Path", "GET /a/{id}", "/b/7", 200, "/b/7 is not a path of GET /a/{id}"},
		{"ShortPath", "GET /a/{id}", "{{node0}}/a/", 200, "/a/ is not a path"},
		{"Status", "GET /a/{id}", "/a/7", 404, "GET /a/{id} has no status 404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			to := newTour(someAPI())
			to.folder("F", "")
			to.ask("One", c.key, c.url, c.status)
			assert.Equal(t, len(to.errs), 1)
			assert.ErrorContains(t, to.errs[0], c.want)
		})
	}
	_, err := Collection(someAPI(), "", nil)
	assert.Assert(t, strings.Contains(err.Error(), "there is no route GET /v1/cluster"), err)
}
