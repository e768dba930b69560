package admin

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/mqapi"
)

// The nodes answer as the document says.
func TestNodesConform(t *testing.T) {
	g := start(t, "fresh_3", host.Real)
	leader := g.wait("leader=unique").number(t, "leader")
	urls := g.host.URLs()
	at, other := urls[leader], urls[(leader+1)%3]
	from := string("012"[(leader+2)%3])
	vote := `{"class": "VoteRequestMessage", "dict": {"term": 0, "candidateId": ` + from + `, "lastLogIndex": 0, "lastLogTerm": 0}}`
	heartbeat := `{"class": "AppendEntriesMessage", "dict": {"term": 0, "leaderId": ` + from +
		`, "prevLogIndex": 0, "prevLogTerm": 0, "entries": [], "leaderCommit": 0}}`
	seen := map[string]bool{}
	for _, c := range []struct {
		key       string
		status    int
		url, body string
		header    []string
	}{
		{"GET /status", 200, at + "/status", "", nil},
		{"PUT /topic", 201, at + "/topic", `{"topic": "dog"}`, nil},
		{"PUT /topic", 409, at + "/topic", `{"topic": "dog"}`, nil},
		{"PUT /topic", 400, at + "/topic", `{}`, nil},
		{"PUT /topic", 413, at + "/topic", strings.Repeat(" ", mqapi.MaxBody+1), nil},
		{"PUT /topic", 421, other + "/topic", `{"topic": "dog"}`, nil},
		{"GET /topic", 200, at + "/topic", "", nil},
		{"GET /topic", 421, other + "/topic", "", nil},
		{"PUT /message", 201, at + "/message", `{"topic": "dog", "message": "wuff"}`, nil},
		{"PUT /message", 404, at + "/message", `{"topic": "cat", "message": "miau"}`, nil},
		{"PUT /message", 400, at + "/message", `{`, nil},
		{"PUT /message", 421, other + "/message", `{"topic": "dog", "message": "wuff"}`, nil},
		{"GET /force-view-state-machine", 200, at + "/force-view-state-machine", "", nil},
		{"GET /status", 403, at + "/status", "", []string{"Origin", "http://evil.example"}},
		{"PUT /topic", 403, at + "/topic", `{"topic": "cow"}`, []string{"Origin", "http://evil.example"}},
		{"GET /topic", 403, at + "/topic", "", []string{"Sec-Fetch-Site", "cross-site"}},
		{"GET /message/{topic}", 403, at + "/message/dog", "", []string{"Sec-Fetch-Site", "cross-site"}},
		{"GET /force-view-state-machine", 403, at + "/force-view-state-machine", "", []string{"Origin", "http://evil.example"}},
		{"GET /message/{topic}", 200, at + "/message/dog", "", nil},
		{"GET /message/{topic}", 404, at + "/message/dog", "", nil},
		{"GET /message/{topic}", 400, at + "/message/%ff", "", nil},
		{"GET /message/{topic}", 421, other + "/message/dog", "", nil},
		{"POST /rpc/{sender}", 200, other + "/rpc/" + from, vote, nil},
		{"POST /rpc/{sender}", 200, other + "/rpc/" + from, heartbeat, nil},
		{"POST /rpc/{sender}", 400, other + "/rpc/" + from, `{}`, nil},
		{"POST /rpc/{sender}", 403, other + "/rpc/" + from, vote, []string{"Origin", "null"}},
		{"POST /rpc/{sender}", 404, other + "/rpc/7", vote, nil},
	} {
		method, path, _ := strings.Cut(c.key, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, c.url, strings.NewReader(c.body))
		assert.NilError(t, err)
		if c.header != nil {
			r.Header.Set(c.header[0], c.header[1])
		}
		response, err := g.client.Do(r)
		assert.NilError(t, err)
		body, err := io.ReadAll(response.Body)
		assert.NilError(t, err)
		response.Body.Close()
		a := reply{response.StatusCode, response.Header, string(body)}
		assert.Equal(t, a.status, c.status, "%s: %s", c.key, a.body)
		contract, err := theContract()
		assert.NilError(t, err)
		assert.NilError(t, contract.check(method, path, a), "%s: %d %s", c.key, a.status, a.body)
		seen[c.key] = true
	}
	for _, r := range mqapi.Routes() {
		assert.Assert(t, seen[r.Method+" "+r.Path], "%s %s is not asked", r.Method, r.Path)
	}
}

// The examples of bodies are of their schemas.
func TestExamplesConform(t *testing.T) {
	c, err := theContract()
	assert.NilError(t, err)
	checked := 0
	paths, _ := member(c.doc, "paths").(map[string]any)
	for path, item := range paths {
		for _, method := range []string{"put", "post"} {
			contents, _ := member(item, method, "requestBody", "content").(map[string]any)
			for contentType, content := range contents {
				schema, err := c.compile([]string{"paths", path, method, "requestBody", "content", contentType, "schema"})
				assert.NilError(t, err)
				assert.NilError(t, schema.Validate(member(content, "example")), "%s %s", method, path)
				checked++
			}
		}
	}
	assert.Assert(t, checked > 10, "%d", checked)
}
