package admin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

// longFixture is a cluster of three with this many entries in the log of two of them.
func longFixture(entries int) string {
	var b strings.Builder
	b.WriteString("format = 1\n[[node]]\nrole = \"leader\"\nlog = [\n  { term = 1, op = \"put_topic\", topic = \"dog\" },\n")
	for i := range entries - 1 {
		fmt.Fprintf(&b, "  { term = 1, op = \"put_message\", topic = \"dog\", message = \"%d\" },\n", i)
	}
	fmt.Fprintf(&b, "]\n[[node]]\nlog_terms = \"1*%d\"\n[[node]]\n", entries)
	return b.String()
}

func TestLongFixtureIsLoadedFrozenAndLoadedAgain(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	const entries = 50_000
	text := longFixture(entries)
	assert.Assert(t, len(text) > 2*maxBody)
	last := fmt.Sprint(entries)
	g.ok("PUT", "/v1/fixture", text).is(t, "nodes.0.last_index", last, "nodes.1.last_index", last)
	g.wait("committed=" + last + "&logs_equal=all")
	frozen := g.send("GET", "/v1/fixture", "")
	assert.Equal(t, frozen.status, 200)
	g.ok("PUT", "/v1/fixture", frozen.body).is(t, "nodes.0.last_index", last)
	again := g.send("GET", "/v1/fixture", "")
	assert.Assert(t, again.body == frozen.body, "%d and %d bytes", len(again.body), len(frozen.body))
	assert.Equal(t, g.send("HEAD", "/v1/fixture", "").body, "")

	// Only TOML may be long.
	g.refused(413, "too-long", "longer than 1048576 bytes", "PUT", "/v1/fixture", "{"+strings.Repeat(" ", maxBody)+"}")
}

// An answer that cannot be written to its end is not taken for whole.
func TestLongAnswerThatFailsBreaksTheConnection(t *testing.T) {
	errOut := errors.New("out of luck")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: w, r: r}
		c.writeLong(written{tomlType, func(out io.Writer) error {
			_, err := io.WriteString(out, strings.Repeat("x", 1<<16))
			return errors.Join(err, errOut)
		}})
	}))
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
	assert.NilError(t, err)
	response, err := s.Client().Do(r)
	assert.NilError(t, err)
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
