package admin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text"
)

const (
	// maxBody is the longest request body that is read, in bytes.
	maxBody = 1 << 20
	// maxFixture is the longest body that is a fixture.
	maxFixture = source.MaxSize
	// waitForLoading is how long a body over maxBody waits for another one.
	waitForLoading = 30 * time.Second
)

// A call is one request, as its handler sees it.
type call struct {
	*handler
	w     http.ResponseWriter
	r     *http.Request
	query url.Values
	body  []byte
	gates []gate // to leave when the request is answered
}

// enter waits at a gate, for the rest of the request.
func (c *call) enter(g gate, patience time.Duration) error {
	if err := g.enter(c.r.Context(), patience); err != nil {
		return err
	}
	c.gates = append(c.gates, g)
	return nil
}

// end leaves the gates.
func (c *call) end() {
	for _, g := range c.gates {
		g.leave()
	}
}

// serve reads the request and has the route's handler answer it.
func (c *call) serve(to *route) (any, error) {
	if !to.open {
		if err := c.checkOrigin(c.r); err != nil {
			return nil, err
		}
	}
	var err error
	if c.query, err = readQuery(c.r, to); err != nil {
		return nil, err
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		if c.body, err = c.readBody(to); err != nil {
			return nil, err
		}
	}
	return to.serve(c)
}

// readQuery reads the query, strictly.
func readQuery(r *http.Request, to *route) (url.Values, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &failure{err: errBadRequest, detail: fmt.Sprintf("the query cannot be read: %v", err)}
	}
	known := append(slices.Clone(to.query), pretty)
	for _, key := range sortedKeys(query) {
		i := slices.IndexFunc(known, func(p param) bool { return p.name == key })
		switch {
		case i < 0:
			return nil, badQuery(key, "is not known here, %s", suggest(key, known))
		case len(query[key]) > 1 && !known[i].many:
			return nil, badQuery(key, "is given %d times, want it once", len(query[key]))
		}
	}
	return query, nil
}

func sortedKeys(query url.Values) []string {
	keys := make([]string, 0, len(query))
	for key := range query {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func suggest(written string, known []param) string {
	names := make([]string, len(known))
	for i, p := range known {
		names[i] = p.name
	}
	return text.Suggest(written, names)
}

// badQuery is an error about a key of the query.
func badQuery(key, format string, args ...any) error {
	return &failure{err: errBadRequest, detail: fmt.Sprintf("the query's %.60q %s", key, fmt.Sprintf(format, args...))}
}

// readBody reads a request's body to its end. One long body is read at a time, because it
// takes much memory.
func (c *call) readBody(to *route) ([]byte, error) {
	most := int64(maxBody)
	if to.body != nil && to.body.toml != "" && !isJSON(c.r.Header.Get("Content-Type")) {
		most = maxFixture
	}
	in := http.MaxBytesReader(c.w, c.r.Body, most)
	data, err := io.ReadAll(io.LimitReader(in, maxBody))
	if most > maxBody && bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) { // JSON all the same
		most = maxBody
		in = http.MaxBytesReader(c.w, in, 0)
	}
	if err == nil && len(data) == maxBody && most > maxBody {
		if err := c.enter(c.loading, waitForLoading); err != nil {
			return nil, err
		}
	}
	if err == nil && len(data) == maxBody {
		var rest []byte
		rest, err = io.ReadAll(in)
		data = append(data, rest...)
	}
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return nil, &failure{err: errTooLong, detail: fmt.Sprintf("the body is longer than %d bytes", most)}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.w.Header().Set("Connection", "close") // the rest of the body may still come
		return nil, errTooSlow
	}
	if err != nil {
		return nil, &failure{err: errBadRequest, detail: fmt.Sprintf("the body cannot be read: %v", err)}
	}
	if to.body == nil {
		return nil, readJSON(data, &noBody{})
	}
	if len(data) == 0 && to.body.must {
		return nil, &failure{err: errBadRequest, detail: "the body is empty, want JSON such as " + to.body.example}
	}
	return data, nil
}

// number reads a key of the query as an integer from low to high; other when it
// is not given.
func (c *call) number(key string, low, high, other int64) (int64, error) {
	if !c.query.Has(key) {
		return other, nil
	}
	s := c.query.Get(key)
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && low <= n && n <= high {
		return n, nil
	}
	if high == math.MaxInt64 {
		return 0, badQuery(key, "is %.40q, want a whole number from %d on", s, low)
	}
	return 0, badQuery(key, "is %.40q, want a whole number from %d to %d", s, low, high)
}

// millis reads a key of the query as a time in milliseconds, which may have decimals.
func (c *call) millis(p param, other int64) (time.Duration, error) {
	ms := float64(other)
	if c.query.Has(p.name) {
		s := c.query.Get(p.name)
		var err error
		if ms, err = strconv.ParseFloat(s, 64); err != nil || !(ms >= float64(p.low) && ms <= float64(p.high)) {
			return 0, badQuery(p.name, "is %.40q, want milliseconds from %d to %d", s, p.low, p.high)
		}
	}
	return time.Duration(math.Round(ms * float64(time.Millisecond))), nil
}

// nodes is the size of the cluster.
func (c *call) nodes() int {
	var n int
	c.host.Observe(func(o host.View) { n = o.Nodes() })
	return n
}

// A decision says what to change in a world that it sees.
type decision func(host.View) (fault.Change, error)

// A done change has its place in the trace; of several, the place of the first.
type done struct {
	run string // whose trace it is
	seq uint64
}

// change makes a change.
func (c *call) change(decide decision) (done, error) {
	return c.changeAll(one(decide))
}

// decisions say the same of several changes, of which all are made or none.
type decisions func(host.View) ([]fault.Change, error)

// one is the decisions of a single one.
func one(decide decision) decisions {
	return func(o host.View) ([]fault.Change, error) {
		change, err := decide(o)
		return []fault.Change{change}, err
	}
}

// changeAll makes several changes at one moment, or none.
func (c *call) changeAll(decide decisions) (d done, err error) {
	d.seq, err = c.host.ChangeAll(func(o host.View) ([]fault.Change, error) {
		d.run = o.RunID()
		return decide(o)
	})
	return d, err
}

// errResized: the cluster is no longer of the size for which a body was read.
var errResized = errors.New("the cluster has been replaced")

// changeSized makes changes whose body can be read only by who knows how many
// nodes there are.
func (c *call) changeSized(read func(nodes int) (decisions, error)) (done, error) {
	for {
		nodes := c.nodes()
		decide, err := read(nodes)
		if err != nil {
			return done{}, err
		}
		d, err := c.changeAll(func(o host.View) ([]fault.Change, error) {
			if o.Nodes() != nodes {
				return nil, errResized
			}
			return decide(o)
		})
		if !errors.Is(err, errResized) {
			return d, err
		}
	}
}

// at is the change's place: its first record if it made one, else that of the newest
// record before it.
func (d *done) at(o host.View) api.Place {
	p := here(o)
	if o.RunID() == d.run { // else another cluster has been loaded since then
		p.Seq = d.seq
	}
	return p
}
