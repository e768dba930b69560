package host

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// The longest topic can be popped, even if its URL escapes each byte and other headers need
// some room.
func TestLongestTopicCanBePopped(t *testing.T) {
	h := start(t, "fresh_1", Options{Clock: Virtual})
	assert.Assert(t, h.Wait(t.Context(), time.Minute, func(v View) bool { return v.Leader() != raft.None }))
	url := h.URLs()[0]
	topic := strings.Repeat("é", bounds.Topic.Max/2)
	assert.Equal(t, len(topic), bounds.Topic.Max)
	putTo(t, url, "/topic", `{"topic": "`+topic+`"}`)
	putTo(t, url, "/message", `{"topic": "`+topic+`", "message": "m"}`)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/message/"+strings.Repeat("%C3%A9", bounds.Topic.Max/2), nil)
	assert.NilError(t, err)
	request.Header.Set("Cookie", strings.Repeat("x", 3800))
	response, err := fresh(t).Do(request)
	assert.NilError(t, err)
	assert.NilError(t, response.Body.Close())
	assert.Equal(t, response.StatusCode, http.StatusOK)
}
