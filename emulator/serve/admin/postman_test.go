package admin

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/apidoc/postman"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/mqapi"
)

// A postmanCollection is what is compared of one.
type postmanCollection struct {
	Info  struct{ Name, Schema string }
	Items []struct {
		Name  string
		Items []postmanRequest `json:"item"`
	} `json:"item"`
	Variables []struct{ Key, Value string } `json:"variable"`
}

type postmanRequest struct {
	Name  string
	Event []struct {
		Listen string
		Script struct{ Exec []string }
	}
	Request struct {
		Method, URL string
		Body        *struct{ Raw string }
	}
}

func collectionOf(t *testing.T, data []byte) postmanCollection {
	t.Helper()
	var c postmanCollection
	assert.NilError(t, json.Unmarshal(data, &c))
	return c
}

func thePostman(t *testing.T) []byte {
	t.Helper()
	a := newHandler(nil, Options{Version: "v0.0.0-test"})
	nodes := []string{"http://127.0.0.1:8567"}
	data, err := postman.Collection(a.document("http://127.0.0.1:8500", nodes), "http://127.0.0.1:8500", nodes)
	assert.NilError(t, err)
	return data
}

var postmanBase = regexp.MustCompile(`^\{\{(\w+)\}\}([^?]*)`)

// Each route of both tables has a request, at the right place.
func TestPostmanHasAllRoutes(t *testing.T) {
	var asked []string
	for _, f := range collectionOf(t, thePostman(t)).Items {
		for _, item := range f.Items {
			m := postmanBase.FindStringSubmatch(item.Request.URL)
			assert.Assert(t, m != nil, item.Request.URL)
			who := "node"
			if m[1] == "admin" {
				who = "admin"
			}
			asked = append(asked, who+" "+item.Request.Method+" "+m[2])
		}
	}
	has := func(who, method, path string) {
		t.Helper()
		for _, a := range asked {
			parts := strings.SplitN(a, " ", 3)
			if parts[0] == who && parts[1] == method && matches(path, parts[2]) {
				return
			}
		}
		t.Errorf("no request for %s %s of the %s", method, path, who)
	}
	for _, r := range mqapi.Routes() {
		has("node", r.Method, r.Path)
	}
	for _, to := range table() {
		has("admin", to.method, to.path)
	}
}

var postmanVariable = regexp.MustCompile(`\{\{([^}]+)\}\}`)

// Each request tests something, and each variable has been set before.
func TestPostmanRequests(t *testing.T) {
	c := collectionOf(t, thePostman(t))
	assert.Assert(t, strings.Contains(c.Info.Schema, "v2.1.0"))
	set := map[string]bool{"leader": true, "follower": true, "other": true} // and others by a loop, see below
	for _, v := range c.Variables {
		set[v.Key] = true
	}
	sets := regexp.MustCompile(`pm\.collectionVariables\.set\("(\w+)"`)
	names := map[string]bool{}
	for _, f := range c.Items {
		for _, item := range f.Items {
			name := f.Name + ": " + item.Name
			assert.Assert(t, !names[name], "%s is there twice", name)
			names[name] = true
			text := item.Request.URL
			if item.Request.Body != nil {
				text += item.Request.Body.Raw
			}
			for _, v := range postmanVariable.FindAllStringSubmatch(text, -1) {
				assert.Assert(t, set[strings.TrimSuffix(v[1], "_url")], "%s: nobody has set %s", name, v[1])
			}
			script := ""
			for _, e := range item.Event {
				script += strings.Join(e.Script.Exec, "\n")
			}
			assert.Assert(t, strings.Contains(script, "pm.response.to.have.status("), name)
			for _, v := range sets.FindAllStringSubmatch(script, -1) {
				set[v[1]] = true
			}
		}
	}
}

func TestGetPostman(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	a := g.send(http.MethodGet, "/postman.json", "")
	assert.Equal(t, a.status, 200)
	c := collectionOf(t, []byte(a.body))
	want := []struct{ Key, Value string }{{"admin", g.server.URL}}
	for i, url := range g.host.URLs() {
		want = append(want, struct{ Key, Value string }{"node" + string("012"[i]), url})
	}
	assert.DeepEqual(t, c.Variables, want)
	assert.Equal(t, g.send(http.MethodGet, "/postman.json", "").body, a.body)
}
