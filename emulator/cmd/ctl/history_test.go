package ctl_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
)

// A leader that pops without the log pops alone: the next leader delivers the message
// again.
func TestHistoryCheckFindsAMessageDeliveredTwice(t *testing.T) {
	t.Parallel()
	c := emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.AllowViolations())
	s := &shell{t, c, c.AdminURL}
	ask := func(method, path, body string) {
		r, err := http.NewRequestWithContext(t.Context(), method, c.Leader().URL+path, strings.NewReader(body))
		assert.NilError(t, err)
		response, err := http.DefaultClient.Do(r)
		assert.NilError(t, err)
		assert.NilError(t, response.Body.Close())
	}
	s.ok("wait", "leader=unique")
	ask(http.MethodPut, "/topic", `{"topic": "dog"}`)
	ask(http.MethodPut, "/message", `{"topic": "dog", "message": "wuff"}`)
	assert.Assert(t, strings.Contains(s.ok("history", "-limit", "1"), `put_message dog "wuff"  done`), s.ok("history"))
	assert.Assert(t, strings.Contains(s.ok("history", "check"), "2 requests, all answers explained by the order of the log"))
	assert.Assert(t, strings.Contains(s.ok("history", "check", "-json"), `"state":"held"`))

	// A request is one line without escape sequences, whatever text the client sent.
	ask(http.MethodPut, "/topic", `{"topic": "\u001b[31m\ncat"}`)
	ask(http.MethodPut, "/topic", `{"topic": "`+strings.Repeat("x", 5_000)+`"}`)
	ask(http.MethodGet, "/topic", "")
	seen := s.ok("history")
	assert.Assert(t, len(seen) < 3_000 && !strings.Contains(seen, "\x1b") && strings.Contains(seen, `"dog", "\x1b[31m\ncat", "xxx`), seen)
	ask(http.MethodPut, "/topic", `{"topic": ""}`)
	assert.Assert(t, strings.Contains(s.ok("history", "-topic", ""), "1 of 6 requests"))

	s.ok("bug", "leader", "read_local")
	ask(http.MethodGet, "/message/dog", "")
	s.ok("crash", "leader")
	s.ok("wait", "leader=unique", "term=2")
	ask(http.MethodPut, "/message", `{"topic": "dog", "message": "wow"}`)
	ask(http.MethodGet, "/message/dog", "")
	r := s.run("history", "check")
	assert.Equal(t, r.code, 1, r.stderr)
	assert.Assert(t, strings.Contains(r.stdout, `delivered_twice  violated  "wuff" was put once and taken twice`), r.stdout)
	assert.Assert(t, strings.Contains(r.stderr, "no message queue could have given these answers"))

	file := filepath.Join(t.TempDir(), "dog.html")
	s.ok("history", "picture", file)
	page, err := os.ReadFile(file)
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(page), "wuff"))
}
