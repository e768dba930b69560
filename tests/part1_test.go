package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// single starts one node and waits until it leads.
func single(t *testing.T) *node {
	p := startFixture(t, "fresh_1")
	p.admin.wait("leader=0")
	return p.nodes[0]
}

// Part 1 of the origin's report, "Testing Message Queue implementation": a
// single server, and all the endpoints one after the other.
func TestPart1Endpoints(t *testing.T) {
	t.Parallel()
	n := single(t)
	assert.Assert(t, is(n.getTopics(), 200, listed()))
	assert.Assert(t, is(n.putTopic("dog"), 201, success))
	assert.Assert(t, is(n.putTopic("dog"), 409, failure))
	assert.Assert(t, is(n.getTopics(), 200, listed("dog")))
	assert.Assert(t, is(n.pop("dog"), 404, failure))
	assert.Assert(t, is(n.putMessage("cat", "miau"), 404, failure))
	assert.Assert(t, is(n.pop("cat"), 404, failure))
	assert.Assert(t, is(n.putMessage("dog", "wuff"), 201, success))
	assert.Assert(t, is(n.pop("dog"), 200, has("wuff")))
	assert.Assert(t, is(n.pop("dog"), 404, failure))
	assert.Assert(t, is(n.getTopics(), 200, listed("dog")))

	status := n.ask("GET", "/status", "")
	assert.Assert(t, is(status, 200, fmt.Sprintf(`{"role": "Leader", "term": %d}`, n.status().Term)))
}

// Part 1: messages leave a topic in the order in which they came, whatever
// happens to other topics, and topics are listed in the order of their creation.
func TestPart1Order(t *testing.T) {
	t.Parallel()
	n := single(t)
	topics := []string{"zebra", "ant", "mouse"}
	for _, topic := range topics {
		assert.Assert(t, is(n.putTopic(topic), 201, success))
	}
	assert.Assert(t, is(n.getTopics(), 200, listed(topics...)))
	const each = 20
	for i := range each {
		for _, topic := range topics {
			assert.Assert(t, is(n.putMessage(topic, fmt.Sprintf("%s %d", topic, i)), 201, success))
		}
	}
	assert.Assert(t, is(n.pop("mouse"), 200, has("mouse 0")))
	assert.Assert(t, is(n.putMessage("mouse", "the last"), 201, success))
	for i := range each {
		assert.Assert(t, is(n.pop("zebra"), 200, has(fmt.Sprintf("zebra %d", i))))
		assert.Assert(t, is(n.pop("ant"), 200, has(fmt.Sprintf("ant %d", i))))
		if i > 0 {
			assert.Assert(t, is(n.pop("mouse"), 200, has(fmt.Sprintf("mouse %d", i))))
		}
	}
	assert.Assert(t, is(n.pop("mouse"), 200, has("the last")))
	for _, topic := range topics {
		assert.Assert(t, is(n.pop(topic), 404, failure))
	}
}

// Part 1: a topic may have any name and a message any text.
func TestPart1OddNames(t *testing.T) {
	t.Parallel()
	n := single(t)
	names := []string{
		"a/b", "a b", "/", "//", "a/", "/a", ".", "..", "../topic", "a/../b", "%", "%2F", "a+b", "?", "a?b=c",
		"#", "&", "\"", "'", "\\", "\n", "\x00", "status", "日本語", "🐕", "e\u0301", strings.Repeat("long", 500),
	}
	for _, name := range names {
		assert.Assert(t, is(n.putTopic(name), 201, success), "%q", name)
		assert.Assert(t, is(n.putMessage(name, "in "+name), 201, success), "%q", name)
	}
	assert.Assert(t, is(n.getTopics(), 200, listed(names...)))
	for _, name := range names {
		assert.Assert(t, is(n.pop(name), 200, has("in "+name)), "%q", name)
		assert.Assert(t, is(n.pop(name), 404, failure), "%q", name)
	}

	// An empty name is a name like any other, though no URL reaches it.
	assert.Assert(t, is(n.putTopic(""), 201, success))
	assert.Assert(t, is(n.putTopic(""), 409, failure))
	assert.Assert(t, is(n.putMessage("", "lost"), 201, success))
	assert.Assert(t, is(n.ask("GET", "/message/", ""), 404, failure))

	for _, message := range []string{"", " ", "{\"a\": 1}", "\x00\n\t", "日本語 🐕", strings.Repeat("x", 500_000)} {
		assert.Assert(t, is(n.putMessage("a b", message), 201, success))
		assert.Assert(t, is(n.pop("a b"), 200, has(message)))
	}
}

// Part 1: bad input is refused with the status that HTTP has for it and changes
// nothing; no entry of the log comes of it.
func TestPart1BadInput(t *testing.T) {
	t.Parallel()
	n := single(t)
	assert.Assert(t, is(n.putTopic("dog"), 201, success))
	before := n.queue()
	tooLong := messageBody("dog", strings.Repeat("x", 1<<20))
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"NoBody":            {"PUT", "/topic", "", 400},
		"NoJSON":            {"PUT", "/topic", "dog", 400},
		"CutJSON":           {"PUT", "/topic", `{"topic": "cat"`, 400},
		"TwoValues":         {"PUT", "/topic", `{"topic": "cat"} {"topic": "cow"}`, 400},
		"List":              {"PUT", "/topic", `["cat"]`, 400},
		"NumberForText":     {"PUT", "/topic", `{"topic": 7}`, 400},
		"Null":              {"PUT", "/topic", `{"topic": null}`, 400},
		"OtherLetterCase":   {"PUT", "/topic", `{"Topic": "cat"}`, 400},
		"MissingKey":        {"PUT", "/message", `{"topic": "dog"}`, 400},
		"NumberForMessage":  {"PUT", "/message", `{"topic": "dog", "message": 7}`, 400},
		"TooLong":           {"PUT", "/message", tooLong, 413},
		"UnknownPath":       {"GET", "/topic/dog", "", 404},
		"EmptyTopic":        {"GET", "/message/", "", 404},
		"WrongMethod":       {"POST", "/topic", topicBody("cat"), 405},
		"GetOfPutOnly":      {"GET", "/message", "", 405},
		"DeleteOfTopic":     {"DELETE", "/topic", "", 405},
		"PutOfGetOnly":      {"PUT", "/status", "", 405},
		"TopicIsNotUTF8":    {"GET", "/message/%ff", "", 400},
		"HeadWouldTakeAway": {"HEAD", "/message/dog", "", 405},
	} {
		t.Run(name, func(t *testing.T) {
			a := n.ask(c.method, c.path, c.body)
			if c.method == http.MethodHead {
				assert.Equal(t, a.status, c.status)
				return
			}
			assert.Assert(t, is(a, c.status, failure))
			assert.Assert(t, a.header.Get("X-Error") != "", "no word about what is wrong")
		})
	}
	for _, path := range []string{"/", "/nothing"} { // they are no paths of the course
		t.Run("Guide"+path, func(t *testing.T) {
			a := n.ask("GET", path, "")
			assert.Equal(t, a.status, 404)
			var said struct {
				Success *bool
				Error   string
				Routes  []any
				Admin   string
			}
			assert.NilError(t, json.Unmarshal([]byte(a.body), &said), a.body)
			assert.Assert(t, said.Success != nil && !*said.Success && said.Error != "" && len(said.Routes) > 0, a.body)
			assert.Assert(t, strings.HasPrefix(said.Admin, "http://127.0.0.1:"), a.body)
		})
	}
	assert.DeepEqual(t, n.queue(), before)
}
