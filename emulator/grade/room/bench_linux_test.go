package room

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/link"
)

// measure sends requests to an address, each on a new connection, and prints the median
// of how long one takes, in nanoseconds.
func measure(address string) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var all []time.Duration
	for range 500 {
		began := time.Now()
		answer, err := client.Get("http://" + address)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		answer.Body.Close()
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	fmt.Println(all[len(all)/2].Nanoseconds())
	os.Exit(0)
}

// BenchmarkRequestBetweenNodes measures a request on a new connection from node to node:
// past all links, and with a link in each mode.
func BenchmarkRequestBetweenNodes(b *testing.B) {
	self, err := os.Executable()
	assert.NilError(b, err)
	for _, m := range append(Modes(), 0) {
		name := "direct"
		if m != 0 {
			name = m.String()
		}
		b.Run(name, func(b *testing.B) {
			o := Options{Nodes: 2, Mode: m}
			if m == 0 {
				o.Mode = Proxy
			}
			if err := Usable(o.Mode); err != nil {
				b.Skip(err)
			}
			var rooms *Rooms
			net := link.New(link.Options{Nodes: 2, Dial: func(ctx context.Context, to int, internal bool) (net.Conn, error) {
				return rooms.Dial(ctx, to, internal)
			}})
			o.Connected = net.Carry
			rooms, err := New(b.Context(), o)
			assert.NilError(b, err)
			net.SetUp(0, true)
			net.SetUp(1, true)
			to := rooms.Addresses(0)[1].Port
			own := rooms.Addresses(1)[1].Port
			if m == 0 {
				to = own
			}
			_, err = rooms.Start(1, Command{Args: []string{self}, Env: append(os.Environ(), fmt.Sprintf("%s=answer node1 127.0.0.1 %d", becomes, own))})
			assert.NilError(b, err)
			for {
				c, err := rooms.Dial(b.Context(), 1, false)
				if err == nil {
					c.Close()
					break
				}
			}
			median := 0
			for b.Loop() {
				p, err := rooms.Start(0, Command{Args: []string{self}, Env: append(os.Environ(), fmt.Sprintf("%s=measure 127.0.0.1:%d", becomes, to))})
				assert.NilError(b, err)
				<-p.Done()
				median, err = strconv.Atoi(p.Tail()[0])
				assert.NilError(b, err, "%v", p.Tail())
			}
			b.ReportMetric(float64(median)/1e3, "µs/request")
			assert.NilError(b, rooms.Close())
			assert.NilError(b, net.Close())
		})
	}
}

// BenchmarkStartOfFiveNodes measures how long it takes until five programs run, and
// until they are gone.
func BenchmarkStartOfFiveNodes(b *testing.B) {
	for _, m := range Modes() {
		b.Run(m.String(), func(b *testing.B) {
			if err := Usable(m); err != nil {
				b.Skip(err)
			}
			var starts, ends []time.Duration
			for b.Loop() {
				began := time.Now()
				r, err := New(b.Context(), Options{Nodes: 5, Mode: m})
				assert.NilError(b, err)
				for i := range 5 {
					_, err := r.Start(i, Command{Args: []string{"/bin/sleep", "100"}})
					assert.NilError(b, err)
				}
				starts = append(starts, time.Since(began))
				began = time.Now()
				assert.NilError(b, r.Close())
				ends = append(ends, time.Since(began))
			}
			slices.Sort(starts)
			slices.Sort(ends)
			b.ReportMetric(starts[len(starts)/2].Seconds()*1e3, "ms/start")
			b.ReportMetric(ends[len(ends)/2].Seconds()*1e3, "ms/end")
		})
	}
}
