package admin

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

// The content types of answers.
const (
	jsonType    = "application/json"
	plainType   = "text/plain; charset=utf-8"
	tomlType    = "application/toml; charset=utf-8"
	metricsType = "text/plain; version=0.0.4; charset=utf-8"
)

// A plain is an answer that is not JSON.
type plain struct {
	contentType string
	body        []byte
}

// A stream is an answer that goes on and on; it has the request to itself.
type stream func()

// A written answer is not JSON, and may be long: write writes it in portions.
type written struct {
	contentType string
	write       func(io.Writer) error
}

// A created is an answer about something new.
type created struct{ of any }

// answer writes what a handler returned.
func (c *call) answer(answer any) {
	switch a := answer.(type) {
	case plain:
		c.write(http.StatusOK, a.contentType, a.body)
	case written:
		c.writeLong(a)
	case stream:
		a()
	case created:
		c.answerJSON(http.StatusCreated, a.of)
	default:
		c.answerJSON(http.StatusOK, a)
	}
}

func (c *call) answerJSON(status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		c.fail(err)
		return
	}
	data := b.Bytes()
	if c.query.Has(pretty.name) {
		data = inLines(data)
	}
	c.write(status, jsonType, data)
}

// lists matches lists of numbers, each number on a line of its own. A string
// holds no line breaks.
var lists = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\[\n\s*\d+(,\n\s*\d+)*\n\s*\]`)
})

// inLines writes JSON for people: indented, with lists of numbers in one line.
func inLines(data []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil { // it is JSON
		panic(err)
	}
	return lists().ReplaceAllFunc(b.Bytes(), func(list []byte) []byte {
		fields := bytes.Fields(list)
		line := bytes.Join(fields[1:len(fields)-1], []byte{' '})
		return append(append([]byte{'['}, line...), ']')
	})
}

// write sends an answer. An error of it means that the client has gone, which
// is the client's own affair.
func (c *call) write(status int, contentType string, body []byte) {
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body)
}

// writeLong sends an answer as it is written. The time for each portion is bounded, not that
// for all. An answer that cannot be written to its end breaks the connection, so that
// nobody takes it for whole.
func (c *call) writeLong(a written) {
	h := c.w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if c.r.Method == http.MethodHead {
		return
	}
	out := patientWriter{c.w, http.NewResponseController(c.w)}
	if err := a.write(out); err != nil {
		panic(http.ErrAbortHandler)
	}
	out.setDeadline(time.Time{}) // the connection may serve other requests
}

// A patientWriter gives each write the time that a client may take to read.
type patientWriter struct {
	to      io.Writer
	control *http.ResponseController
}

func (w patientWriter) Write(p []byte) (int, error) {
	w.setDeadline(time.Now().Add(patience))
	return w.to.Write(p)
}

// setDeadline has no effect on a connection without deadlines, as in tests.
func (w patientWriter) setDeadline(t time.Time) { _ = w.control.SetWriteDeadline(t) }

// here returns the place of the newest record.
func here(o host.View) api.Place {
	return api.Place{Seq: o.Trace().Last(), TimeMS: api.Millis(o.Now())}
}
