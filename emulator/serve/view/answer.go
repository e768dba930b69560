package view

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/page"
)

// patience is how long a client may take to read a portion of an answer.
const patience = 30 * time.Second

// A patientWriter gives each write the time that a client may take to read.
type patientWriter struct {
	to      http.ResponseWriter
	control *http.ResponseController
}

func (w patientWriter) Write(p []byte) (int, error) {
	w.setDeadline(time.Now().Add(patience))
	return w.to.Write(p)
}

// setDeadline has no effect on a connection without deadlines, as in tests.
func (w patientWriter) setDeadline(t time.Time) { _ = w.control.SetWriteDeadline(t) }

// fail answers with a problem.
func (c *call) fail(err error) {
	f, ok := errors.AsType[*failure](err)
	switch {
	case errors.Is(err, errChanged):
		f = &failure{http.StatusConflict, "replaced", "The trace was replaced", err.Error()}
	case !ok:
		f = &failure{http.StatusInternalServerError, "internal", "An internal error", err.Error()}
	}
	c.writeJSON(f.status, api.ProblemType, api.Problem{
		Type: "/#" + f.slug, Title: f.title, Status: f.status, Detail: f.detail, Instance: c.r.URL.EscapedPath(),
	})
}

func (c *call) writeJSON(status int, contentType string, v any) {
	data, err := json.Marshal(v)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	c.write(status, contentType, append(data, '\n'))
}

func (c *call) head(contentType string) {
	h := c.w.Header()
	page.SetHeaders(h)
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
}

// write sends an answer. An error of it means that the client has gone.
func (c *call) write(status int, contentType string, body []byte) {
	c.head(contentType)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		_, _ = c.w.Write(body)
	}
}
