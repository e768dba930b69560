package host

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// putTo makes a node carry out a PUT.
func putTo(tb testing.TB, url, path, body string) {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodPut, url+path, strings.NewReader(body))
	assert.NilError(tb, err)
	response, err := fresh(tb).Do(request)
	assert.NilError(tb, err)
	assert.NilError(tb, response.Body.Close())
	assert.Equal(tb, response.StatusCode, http.StatusCreated)
}

// hangUp sends a request and hangs up once meanwhile returns. It returns when the node also has
// closed the connection: then it knows that the client has gone.
func hangUp(tb testing.TB, url, method, path, body string, meanwhile func()) {
	tb.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	assert.NilError(tb, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body)
	assert.NilError(tb, err)
	meanwhile()
	assert.NilError(tb, conn.(*net.TCPConn).CloseWrite())
	answer, err := io.ReadAll(conn)
	assert.NilError(tb, err)
	assert.Equal(tb, string(answer), "")
}

// A request whose client hung up before it was committed is unknown to the history, though
// the node carries it out after the partition.
func TestRequestOfAClientThatHungUpIsUnknown(t *testing.T) {
	for name, ask := range map[string][3]string{
		"PutTopic":   {"PUT", "/topic", `{"topic": "cat"}`},
		"GetTopics":  {"GET", "/topic", ""},
		"PutMessage": {"PUT", "/message", `{"topic": "dog", "message": "two"}`},
		"PopMessage": {"GET", "/message/dog", ""},
	} {
		for harm, kind := range map[string]fault.Kind{"Partition": fault.Isolate, "Pause": fault.Pause} {
			t.Run(name+harm, func(t *testing.T) {
				t.Parallel()
				h := start(t, "fresh_3", Options{Clock: Virtual})
				var leader raft.NodeID
				assert.Assert(t, h.Wait(t.Context(), time.Minute, func(v View) bool {
					leader = v.Leader()
					return leader != raft.None
				}))
				url := h.URLs()[leader]
				putTo(t, url, "/topic", `{"topic": "dog"}`)
				putTo(t, url, "/message", `{"topic": "dog", "message": "one"}`)

				change(t, h, fault.Change{Kind: kind, Node: leader})
				hangUp(t, url, ask[0], ask[1], ask[2], func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					assert.Assert(t, h.Watch(ctx, func(View) bool { return h.history.Snapshot().Total() == 3 }))
				})
				change(t, h, fault.Change{Kind: fault.Heal})
				_, err := h.Advance(t.Context(), time.Second)
				assert.NilError(t, err)

				s := h.History()
				calls := s.Calls()
				assert.Equal(t, len(calls), 3)
				assert.Equal(t, calls[2].Outcome, history.Unknown)
				assert.Equal(t, calls[2].Index, calls[1].Index+1) // it was carried out
				report := s.Check(context.Background(), history.Options{})
				assert.Equal(t, report.State(), history.Held)
				assert.Equal(t, report.Unknown, 1)
				found := history.Check(context.Background(), s.History(), history.Options{})
				assert.Equal(t, found.State(), history.Held, "%+v", found)
			})
		}
	}
}

// A request that was answered before its client left stays done.
func TestRequestAnsweredBeforeItsClientLeftIsDone(t *testing.T) {
	h := start(t, "fresh_1", Options{Clock: Virtual})
	assert.Assert(t, h.Wait(t.Context(), time.Minute, func(v View) bool { return v.Leader() == 0 }))
	putTo(t, h.URLs()[0], "/topic", `{"topic": "dog"}`)
	h.own(func(*world.World) { h.world.HangUp(uint64(h.history.Snapshot().Calls()[0].Call)) })
	assert.Equal(t, h.History().Calls()[0].Outcome, history.Done)
}
