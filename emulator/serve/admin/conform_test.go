package admin

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gotest.tools/v3/assert"
)

// A contract is the OpenAPI document, ready to be compared with answers. A key
// that it doesn't have is a mistake here, though not for those who read it.
type contract struct {
	doc     any
	schemas *jsonschema.Compiler
	mu      sync.Mutex // guards schemas, and those that it has made
}

var theContract = sync.OnceValues(func() (*contract, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(described(silent{})))
	if err != nil {
		return nil, err
	}
	walk(doc, func(m map[string]any) {
		if _, ok := m["properties"].(map[string]any); ok && m["type"] == "object" {
			m["additionalProperties"] = false
		}
	})
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	return &contract{doc: doc, schemas: c}, c.AddResource("openapi.json", doc)
})

// silent is for what must not fail.
type silent struct{ testing.TB }

func (silent) Helper() {}

// conforms compares an answer with what the document says of it. It skips unknown paths
// and methods, and benchmarks.
func conforms(t testing.TB, method, target string, a reply) {
	t.Helper()
	if _, timed := t.(*testing.B); timed {
		return
	}
	c, err := theContract()
	assert.NilError(t, err)
	path, _, _ := strings.Cut(target, "?")
	if belowForks.MatchString(path) && strings.Contains(a.body, "/#no-such-fork") {
		return // no route has answered
	}
	path = belowForks.ReplaceAllString(path, "/v1/")
	for _, to := range table() {
		if to.method == method && matches(to.path, path) {
			assert.NilError(t, c.check(method, to.path, a), "%s %s: %d %s", method, target, a.status, a.body)
		}
	}
}

// belowForks matches the beginning of a path below a fork.
var belowForks = regexp.MustCompile(`^/v1/forks/[^/]+/(v1/)?`)

// matches reports whether a path is one of a route's.
func matches(pattern, path string) bool {
	parameter := regexp.MustCompile(`\\\{[^/]*\\\}`)
	return regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+") + "$").MatchString(path)
}

// check compares an answer with what the document says of a route.
func (c *contract) check(method, path string, a reply) error {
	at := []string{"paths", path, strings.ToLower(method), "responses", fmt.Sprint(a.status)}
	described := member(c.doc, at...)
	if described == nil {
		return fmt.Errorf("the document has no status %d for %s %s", a.status, method, path)
	}
	if ref, ok := member(described, "$ref").(string); ok {
		at = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		described = member(c.doc, at...)
	}
	contentType, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if member(described, "content", contentType) == nil {
		return fmt.Errorf("the document has no %s for %d of %s %s", contentType, a.status, method, path)
	}
	if !strings.HasSuffix(contentType, "json") {
		return nil
	}
	for name := range a.header {
		if strings.HasPrefix(name, "X-Ra") && member(described, "headers", name) == nil {
			return fmt.Errorf("the document has no header %s for %d of %s %s", name, a.status, method, path)
		}
	}
	body, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
	if err != nil {
		return err
	}
	schema, err := c.compile(append(at, "content", contentType, "schema"))
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

func (c *contract) compile(at []string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	pointer := ""
	for _, key := range at {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	return c.schemas.Compile("openapi.json#" + pointer)
}

// The check finds what is wrong.
func TestConforms(t *testing.T) {
	c, err := theContract()
	assert.NilError(t, err)
	header := http.Header{"Content-Type": {jsonType}}
	version := `{"name": "emulator", "version": "v1", "go": "go1"}`
	for _, row := range []struct {
		name   string
		status int
		header http.Header
		body   string
		want   string
	}{
		{"OK", 200, header, version, ""},
		{"Status", 299, header, version, "no status 299"},
		{"ContentType", 200, http.Header{"Content-Type": {"text/html"}}, version, "no text/html"},
		{"Missing", 200, header, `{"name": "emulator", "go": "go1"}`, "missing property 'version'"},
		{"Further", 200, header, strings.Replace(version, "{", `{"x": 1, `, 1), "additional properties 'x' not allowed"},
		{"Type", 200, header, strings.Replace(version, `"v1"`, "1", 1), "got number, want string"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := c.check("GET", "/version", reply{row.status, row.header, row.body})
			if row.want == "" {
				assert.NilError(t, err)
				return
			}
			assert.ErrorContains(t, err, row.want)
		})
	}
}
