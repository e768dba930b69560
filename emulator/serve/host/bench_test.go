package host

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
)

// bare decodes and answers what PUT /message does, and replicates nothing.
func bare(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Topic   *string `json:"topic"`
		Message *string `json:"message"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Topic == nil || body.Message == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(map[string]bool{"success": true})
}

// clients keeps 64 connections busy with PUT /message for a while and returns
// the number of requests answered in a second.
func clients(tb testing.TB, conns []*client, d time.Duration) float64 {
	tb.Helper()
	var wg sync.WaitGroup
	start := time.Now()
	counts := make([]int, len(conns))
	for i, c := range conns {
		wg.Go(func() {
			for time.Since(start) < d {
				for range 8 {
					if err := c.put(); err != nil {
						tb.Error(err)
						return
					}
				}
				counts[i] += 8
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(start).Seconds()
}

// A client is one keep-alive connection.
type client struct {
	http *http.Client
	url  string
}

func dial(tb testing.TB, addr string) *client {
	tb.Helper()
	transport := &http.Transport{MaxConnsPerHost: 1}
	tb.Cleanup(transport.CloseIdleConnections)
	return &client{&http.Client{Transport: transport}, "http://" + addr + "/message"}
}

func (c *client) put() error {
	request, err := http.NewRequest(http.MethodPut, c.url, strings.NewReader(`{"topic": "t", "message": "hello"}`))
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("answered %s", response.Status)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// BenchmarkPutMessage compares PUT /message on 64 keep-alive connections to the
// leader of a new cluster of five with a bare handler in the same program. Both
// are measured in turn; the ratio is the median of the pairs'.
func BenchmarkPutMessage(b *testing.B) {
	const connections, slice = 64, 250 * time.Millisecond
	h, err := Start(fixture.Fresh(5), Options{})
	assert.NilError(b, err)
	defer h.Close()
	url := leaderURL(b, h)
	put(b, url+"/topic", `{"topic": "t"}`)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(b, err)
	server := &http.Server{Handler: http.HandlerFunc(bare)}
	go server.Serve(listener)
	defer server.Close()

	var to, control []*client
	for range connections {
		to = append(to, dial(b, strings.TrimPrefix(url, "http://")))
		control = append(control, dial(b, listener.Addr().String()))
	}
	var ratios, rates []float64
	for b.Loop() {
		bareRate := clients(b, control, slice)
		rate := clients(b, to, slice)
		ratios, rates = append(ratios, rate/bareRate), append(rates, rate)
	}
	slices.Sort(ratios)
	slices.Sort(rates)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(rates[len(rates)/2], "requests/s")
}

// leaderURL waits for a leader and gives its URL.
func leaderURL(tb testing.TB, h *Host) string {
	tb.Helper()
	leader := machine.Reply{}.Leader
	ok := h.Wait(tb.Context(), 10*time.Second, func(o View) bool {
		leader = o.Leader()
		return leader >= 0
	})
	assert.Assert(tb, ok)
	return h.URLs()[leader]
}

// put sends a PUT and wants it done.
func put(tb testing.TB, url, body string) {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodPut, url, strings.NewReader(body))
	assert.NilError(tb, err)
	response, err := http.DefaultClient.Do(request)
	assert.NilError(tb, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	assert.NilError(tb, err)
	assert.Equal(tb, response.StatusCode, http.StatusCreated, string(answer))
}
