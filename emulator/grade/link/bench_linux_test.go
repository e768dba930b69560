package link

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func post(c *http.Client, url string) error {
	res, err := c.Post(url, "application/json", strings.NewReader(`{"class": "AppendEntriesMessage", "dict": {"term": 3, "entries": []}}`))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// BenchmarkRequest compares requests through a link with direct ones, one after the other
// in pairs: added-us is the difference of their medians.
func BenchmarkRequest(b *testing.B) {
	for _, keep := range []bool{false, true} {
		b.Run(fmt.Sprintf("keep=%v", keep), func(b *testing.B) {
			r := newHTTPRig(b, Options{Nodes: 2, Match: match, Seen: func(Passage) {}}, func(w http.ResponseWriter, req *http.Request) {
				io.Copy(io.Discard, req.Body)
				io.WriteString(w, `{"success": true}`)
			})
			c := client(keep)
			defer c.CloseIdleConnections()
			urls := []string{"http://" + r.nodes[1].Addr().String() + "/rpc/0", r.url(0, 1, "/rpc/0")}
			times := make([][]time.Duration, 2)
			for b.Loop() {
				for i, url := range urls {
					start := time.Now()
					if err := post(c, url); err != nil {
						b.Fatal(err)
					}
					times[i] = append(times[i], time.Since(start))
				}
			}
			for i := range times {
				slices.Sort(times[i])
			}
			median := func(i int) float64 { return float64(times[i][len(times[i])/2].Nanoseconds()) / 1000 }
			b.ReportMetric(median(1), "link-us")
			b.ReportMetric(median(0), "direct-us")
			b.ReportMetric(median(1)-median(0), "added-us")
		})
	}
}

// BenchmarkRate measures requests a second of 16 clients together. The clients and the server
// share the machine with the link, and speak as little HTTP as they can.
func BenchmarkRate(b *testing.B) {
	for _, keep := range []bool{false, true} {
		for _, direct := range []bool{false, true} {
			b.Run(fmt.Sprintf("keep=%v/direct=%v", keep, direct), func(b *testing.B) {
				f := traffic{close: !keep}
				r, _ := newTrafficRig(b, f, Options{Nodes: 2, Match: match, Seen: func(Passage) {}})
				address := r.doors[between(0, 1)].Addr().String()
				if direct {
					address = r.nodes[1].Addr().String()
				}
				jobs := make(chan int)
				start := used(b)
				var wg sync.WaitGroup
				for range 16 {
					wg.Go(func() { ask(b, address, f, keep, jobs) })
				}
				for b.Loop() {
					jobs <- 1
				}
				close(jobs)
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
				b.ReportMetric(float64((used(b)-start).Microseconds())/float64(b.N), "cpu-us/op")
			})
		}
	}
}

func ask(b *testing.B, address string, f traffic, keep bool, jobs chan int) {
	var c net.Conn
	question, answer := []byte(f.ask("x")), make([]byte, len(f.answer("x")))
	for range jobs {
		var err error
		if c == nil {
			if c, err = net.Dial("tcp", address); err != nil {
				b.Error(err)
				return
			}
		}
		if _, err = c.Write(question); err == nil {
			_, err = io.ReadFull(c, answer)
		}
		if err != nil {
			b.Error(err)
			return
		}
		if !keep {
			c.Close()
			c = nil
		}
	}
	if c != nil {
		c.Close()
	}
}
