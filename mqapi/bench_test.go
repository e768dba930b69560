package mqapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A bareWriter is as little of a response as there can be.
type bareWriter struct {
	header http.Header
	status int
}

func (w *bareWriter) Header() http.Header         { return w.header }
func (w *bareWriter) WriteHeader(status int)      { w.status = status }
func (w *bareWriter) Write(b []byte) (int, error) { return len(b), nil }

// A rewinder is a request body that can be read again.
type rewinder struct{ bytes.Reader }

func (*rewinder) Close() error { return nil }

// benchmark sends the same PUT /message again and again.
func benchmark(b *testing.B, h http.Handler, body string) {
	req, err := http.NewRequest("PUT", "http://localhost/message", nil)
	if err != nil {
		b.Fatal(err)
	}
	payload := &rewinder{}
	req.Body, req.ContentLength = payload, int64(len(body))
	w := &bareWriter{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		payload.Reset([]byte(body))
		clear(w.header)
		h.ServeHTTP(w, req)
		if w.status != http.StatusCreated {
			b.Fatalf("status %d", w.status)
		}
	}
}

const (
	benchBody        = `{"topic": "dog", "message": "I love dogs!"}`
	benchBodyEscaped = `{"topic": "dog", "message": "I \"love\" dogs! \ud83d\udc36"}`
)

func BenchmarkPutMessageHandler(b *testing.B) {
	n := newFakeNode()
	n.do = func(context.Context, *machine.Command) machine.Reply {
		return machine.Reply{Result: machine.Result{OK: true}, Index: 123456, Leader: raft.NodeID(1), RequestID: testID}
	}
	b.Run("Plain", func(b *testing.B) { benchmark(b, Handler(n, Options{}), benchBody) })
	b.Run("Escaped", func(b *testing.B) { benchmark(b, Handler(n, Options{}), benchBodyEscaped) })
}

// BenchmarkBareHandler is what anybody would write who replicates nothing.
func BenchmarkBareHandler(b *testing.B) {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /message", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Topic, Message string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]bool{"success": true})
	})
	b.Run("Plain", func(b *testing.B) { benchmark(b, mux, benchBody) })
	b.Run("Escaped", func(b *testing.B) { benchmark(b, mux, benchBodyEscaped) })
}

// BenchmarkBareHandlerLean decodes and answers the same with no mux, no
// Decoder and a struct: the least that encoding/json allows.
func BenchmarkBareHandlerLean(b *testing.B) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		var body struct{ Topic, Message string }
		if err := json.Unmarshal(data, &body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, _ := json.Marshal(struct {
			Success bool `json:"success"`
		}{true})
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(answer)
	})
	b.Run("Plain", func(b *testing.B) { benchmark(b, h, benchBody) })
	b.Run("Escaped", func(b *testing.B) { benchmark(b, h, benchBodyEscaped) })
}
