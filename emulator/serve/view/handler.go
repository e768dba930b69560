package view

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/page"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/mqapi/origin"
)

// MaxRecords is the largest number of records in an answer, and the number unless asked.
const MaxRecords = 20_000

// The content types of answers.
const (
	plainType = "text/plain; charset=utf-8"
	jsonType  = "application/json"
	linesType = "application/jsonl"
)

// A handler serves the page for one trace.
type handler struct{ trace *Trace }

// Handler serves the page for a trace.
func Handler(t *Trace) http.Handler { return &handler{t} }

// A route answers GET and HEAD of one path.
type route struct {
	path  string
	doc   string
	query []string
	serve func(*call) error
}

// table lists all routes beside the files of the page.
func table() []route {
	return []route{
		{"/", "this page; to a browser (Accept: text/html) the page that shows the trace", nil, (*call).index},
		{"/page/source.json", "the trace's name and its runs", nil, (*call).source},
		{"/page/records", "the header of a run, its records, and its end mark behind the last one, as JSON Lines: run=0, since=SEQ, limit=20000", []string{"run", "since", "limit"}, (*call).records},
		{"/v1/explain", "why an event of a run happened, as the admin API of a cluster says it: run=0, seq=SEQ or now", []string{"run", "seq"}, (*call).explain},
	}
}

// A call is a request on its way.
type call struct {
	*handler
	w     http.ResponseWriter
	r     *http.Request
	query url.Values
}

// A failure is an error with what its problem says.
type failure struct {
	status      int
	slug, title string
	detail      string
}

func (f *failure) Error() string { return f.detail }

// badQuery is an error about a key of the query.
func badQuery(format string, args ...any) error {
	return &failure{http.StatusBadRequest, "bad-request", "The request cannot be read", fmt.Sprintf(format, args...)}
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{handler: h, w: w, r: r}
	if err := c.serve(); err != nil {
		c.fail(err)
	}
}

func (c *call) serve() error {
	if err := origin.Check(c.r); err != nil {
		return &failure{http.StatusForbidden, "foreign-origin", "Request from a foreign origin", err.Error()}
	}
	routes := table()
	i := slices.IndexFunc(routes, func(to route) bool { return to.path == c.r.URL.Path })
	name, isFile := strings.CutPrefix(c.r.URL.Path, "/page/")
	isFile = isFile && name != page.Index && slices.Contains(page.Names(), name)
	if i < 0 && !isFile {
		return &failure{http.StatusNotFound, "no-such-route", "No such route",
			fmt.Sprintf("there is no %.100q, GET / lists all routes; a recorded trace has no cluster to ask or change", c.r.URL.Path)}
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		c.w.Header().Set("Allow", "GET, HEAD")
		return &failure{http.StatusMethodNotAllowed, "wrong-method", "The route does not have this method",
			fmt.Sprintf("%.20q is not for %s, which has GET, HEAD", c.r.Method, c.r.URL.Path)}
	}
	if isFile {
		page.Serve(c.w, c.r, name)
		return nil
	}
	if err := c.readQuery(routes[i].query); err != nil {
		return err
	}
	return routes[i].serve(c)
}

// readQuery reads the query, strictly.
func (c *call) readQuery(known []string) error {
	var err error
	if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return badQuery("the query cannot be read: %v", err)
	}
	for key, values := range c.query {
		switch {
		case !slices.Contains(known, key):
			return badQuery("the query's %.60q is not known here, %s", key, text.Suggest(key, known))
		case len(values) > 1:
			return badQuery("the query's %q is given %d times, want it once", key, len(values))
		}
	}
	return nil
}

// number reads a key of the query as a whole number up to high.
func (c *call) number(key string, low, high, other uint64) (uint64, error) {
	if !c.query.Has(key) {
		return other, nil
	}
	n, err := strconv.ParseUint(c.query.Get(key), 10, 64)
	if err != nil || n < low || n > high {
		return 0, badQuery("the query's %q is %.40q, want a whole number from %d to %d", key, c.query.Get(key), low, high)
	}
	return n, nil
}

// index answers with the page, or explains the routes.
func (c *call) index() error {
	c.w.Header().Add("Vary", "Accept")
	if page.Choose(c.r.Header.Values("Accept"), "text/plain", "text/html") == "text/html" {
		page.Serve(c.w, c.r, page.Index)
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "A recorded trace: %s, %s. Open this address in a browser to see it.\n\n", text.Printable(c.trace.name), text.Count(c.trace.Runs(), "run"))
	for _, to := range table() {
		fmt.Fprintf(&b, "GET  %-18s  %s\n", to.path, to.doc)
	}
	c.write(http.StatusOK, plainType, b.Bytes())
	return nil
}

// source tells the page what there is.
func (c *call) source() error {
	a := api.SourceAnswer{Kind: api.FileSource, Name: c.trace.name, Runs: len(c.trace.runs)}
	for i := range c.trace.runs {
		r := &c.trace.runs[i]
		a.RunList = append(a.RunList, api.SourceRun{
			Name: r.header.Name, Clock: r.header.Clock, Format: r.header.Format, Records: r.records, Note: r.ending.Note(),
		})
	}
	c.writeJSON(http.StatusOK, jsonType, a)
	return nil
}

// records answers with records of a run, behind its header.
func (c *call) records() error {
	i, err := c.number("run", 0, uint64(len(c.trace.runs)-1), 0)
	if err != nil {
		return err
	}
	f := &c.trace.runs[i]
	since, err := c.number("since", 0, f.records, 0)
	if err != nil {
		return err
	}
	limit, err := c.number("limit", 1, MaxRecords, MaxRecords)
	if err != nil {
		return err
	}
	lines, err := c.trace.records(f, since, limit)
	if err != nil {
		return err
	}
	c.head(linesType)
	c.w.WriteHeader(http.StatusOK)
	if c.r.Method == http.MethodHead {
		return nil
	}
	out := patientWriter{c.w, http.NewResponseController(c.w)}
	_, err = out.Write(f.line)
	if err == nil {
		_, err = lines.WriteTo(out)
	}
	if mark := f.ending.Mark; err == nil && mark != nil && since+limit >= f.records {
		_, err = out.Write(append(mark.AppendJSON(nil), '\n'))
	}
	if err != nil {
		panic(http.ErrAbortHandler) // so that nobody takes it for whole
	}
	out.setDeadline(time.Time{})
	return nil
}
