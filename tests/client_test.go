package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"
	"gotest.tools/v3/poll"
)

// A caller sends requests to one base URL.
type caller struct {
	t      testing.TB
	client *http.Client
	base   string
}

// An answer is a response, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, strings.TrimSpace(a.body)) }

// try sends a request and gives up after limit.
func (c caller) try(limit time.Duration, method, path, body string) (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return c.send(ctx, method, path, body)
}

func (c caller) send(ctx context.Context, method, path, body string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	response, err := c.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(content)}, err
}

// ask sends a request that must be answered.
func (c caller) ask(method, path, body string) answer {
	c.t.Helper()
	a, err := c.try(patience, method, path, body)
	assert.NilError(c.t, err)
	return a
}

// ok sends a request that must be answered with a 2xx, and reads the answer's
// JSON into out, unless that is nil.
func (c caller) ok(method, path, body string, out any) answer {
	c.t.Helper()
	a := c.ask(method, path, body)
	assert.Assert(c.t, a.status/100 == 2, "%s %s %s: %v", method, path, body, a)
	if out != nil {
		c.decode(a, out)
	}
	return a
}

// decode reads an answer's JSON.
func (c caller) decode(a answer, out any) {
	c.t.Helper()
	assert.NilError(c.t, json.Unmarshal([]byte(a.body), out), "%v", a)
}

// A pending request has been sent; its answer comes later, or never.
type pending struct {
	t      testing.TB
	what   string
	cancel context.CancelFunc
	result chan result
}

type result struct {
	answer
	err error
}

// begin sends a request and does not wait for its answer. It is given up when
// the test ends, if not before.
func (c caller) begin(method, path, body string) *pending {
	ctx, cancel := context.WithCancel(context.Background())
	p := &pending{t: c.t, what: method + " " + path + " " + body, cancel: cancel, result: make(chan result, 1)}
	go func() {
		a, err := c.send(ctx, method, path, body)
		p.result <- result{a, err}
	}()
	c.t.Cleanup(cancel)
	return p
}

// arrive begins a request that only a node's cluster can answer, and returns
// once the node has got it. It also works in virtual time, and does not advance it.
func (p *program) arrive(id int, method, path, body string) *pending {
	p.t.Helper()
	since := p.admin.seq()
	request := p.nodes[id].begin(method, path, body)
	eventually(p.t, patience, func() string {
		if count(p.admin.events(since), "Request", id) == 0 {
			return request.what + " has not arrived"
		}
		return ""
	})
	return request
}

// unanswered fails the test if there is an answer, or an error, already.
func (p *pending) unanswered() {
	p.t.Helper()
	select {
	case r := <-p.result:
		p.t.Fatalf("%s: want no answer yet, got %v, %v", p.what, r.answer, r.err)
	default:
	}
}

// outcome waits for what becomes of the request.
func (p *pending) outcome() (answer, error) {
	p.t.Helper()
	select {
	case r := <-p.result:
		return r.answer, r.err
	case <-time.After(patience):
		p.t.Fatalf("%s: no answer within %v", p.what, patience)
		return answer{}, nil
	}
}

// answer waits for the answer, which must come.
func (p *pending) answer() answer {
	p.t.Helper()
	a, err := p.outcome()
	assert.NilError(p.t, err, p.what)
	return a
}

// is compares an answer's status and its body, as JSON, with what they must be.
func is(a answer, status int, body string) cmp.Comparison {
	return func() cmp.Result {
		if a.status != status {
			return cmp.ResultFailure(fmt.Sprintf("the answer is %v, want %d %s", a, status, body))
		}
		return isJSON(a.body, body)()
	}
}

// isJSON compares two texts as JSON.
func isJSON(got, want string) cmp.Comparison {
	return func() cmp.Result {
		var g, w any
		if err := json.Unmarshal([]byte(got), &g); err != nil {
			return cmp.ResultFailure(fmt.Sprintf("%v in %q", err, got))
		}
		if err := json.Unmarshal([]byte(want), &w); err != nil {
			return cmp.ResultFailure(fmt.Sprintf("%v in what is wanted, %q", err, want))
		}
		if !reflect.DeepEqual(g, w) {
			return cmp.ResultFailure(fmt.Sprintf("the JSON is %s, want %s", strings.TrimSpace(got), want))
		}
		return cmp.ResultSuccess
	}
}

// eventually polls until check finds nothing to object to; its objection, a
// text, is what the test fails with.
func eventually(t testing.TB, limit time.Duration, check func() string) {
	t.Helper()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if objection := check(); objection != "" {
			return poll.Continue("%s", objection)
		}
		return poll.Success()
	}, poll.WithTimeout(limit), poll.WithDelay(10*time.Millisecond))
}

// quote writes any value as JSON.
func quote(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of a value that a test made up
	}
	return string(b)
}
