package ctl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
)

// The waits before connecting again: each twice as long as the previous one.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 2 * time.Second
)

// A follower shows new events as they happen.
type follower struct {
	*call
	query url.Values
	runID string // of the followed cluster; "": none yet
	// next is the Last-Event-ID for the next connection; "" before the first event.
	next string
}

// errOtherRun: after reconnecting, the trace is that of another run.
var errOtherRun = errors.New("another cluster runs")

// follow shows new events until the context ends. It reconnects when a connection is
// lost; only the first connection must succeed.
func (c *call) follow(query url.Values) error {
	f := &follower{call: c, query: query}
	for retry := time.Duration(0); ; {
		began := f.runID
		err := f.connect()
		refusal := new(api.Problem)
		switch {
		case c.ctx.Err() != nil:
			return nil //nolint:nilerr // following ends with the context
		case errors.Is(err, errOtherRun):
			f.next, retry = "0", 0 // from the run's first event
			continue
		case errors.As(err, &refusal) && exitCode(refusal) == cli.Usage, f.runID == "":
			return err
		case errors.Is(err, errWrite):
			return err
		}
		if retry == 0 || began == "" {
			fmt.Fprintf(c.notes, "the connection is lost (%v); reconnecting\n", reason(err))
		}
		retry = min(max(firstRetry, 2*retry), lastRetry)
		select {
		case <-time.After(retry):
		case <-c.ctx.Done():
			return nil
		}
	}
}

// reason returns the error without the emulator's URL.
func reason(err error) error {
	if away, ok := errors.AsType[*api.Unreachable](err); ok {
		return away.Err
	}
	return err
}

// errWrite: standard output cannot be written.
var errWrite = errors.New("the events cannot be written")

// connect follows over one connection, until an error ends it.
func (f *follower) connect() error {
	r := api.Get("/v1/events", f.query)
	r.Header = map[string]string{"Accept": "text/event-stream"}
	r.Streams = true
	resumed := f.next != ""
	if resumed {
		r.Header["Last-Event-ID"] = f.next
	}
	response, err := f.client.Open(f.ctx, r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		return &api.Unreachable{Base: f.client.Base(), Err: fmt.Errorf("its answer is %q and no stream of events", kind)}
	}
	in := bufio.NewReader(response.Body)
	for {
		m, err := readMessage(in)
		if err != nil {
			return &api.Unreachable{Base: f.client.Base(), Err: err}
		}
		if err := f.take(m, resumed); err != nil {
			return err
		}
		resumed = false
	}
}

// A message is one Server-Sent Event.
type message struct {
	id, name string
	data     []byte
}

// readMessage reads up to the next empty line.
func readMessage(in *bufio.Reader) (message, error) {
	var m message
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return m, err
		}
		line = bytes.TrimRight(line, "\r\n")
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "":
			if len(line) == 0 { // otherwise a comment: the stream's heartbeat
				return m, nil
			}
		case "id":
			m.id = string(value)
		case "event":
			m.name = string(value)
		case "data":
			m.data = append(m.data, value...)
		}
	}
}

// take handles a message; resumed says that it is the first one after reconnecting.
func (f *follower) take(m message, resumed bool) error {
	switch {
	case m.name == "run":
		return f.begin(m.data, resumed)
	case m.name == "missed":
		var gap struct{ From, To uint64 }
		if err := json.Unmarshal(m.data, &gap); err != nil {
			return err
		}
		fmt.Fprintf(f.notes, "events %d to %d are no longer kept\n", gap.From, gap.To)
		return nil
	case m.name != "" || m.data == nil:
		return nil // of a later version, or a heartbeat
	}
	if err := f.event(m.data); err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	f.next = m.id
	return nil
}

// begin notes whose trace is followed from here on. Within a connection that is
// always another cluster. When a stream was taken up again it is the same one if
// it has the same id, which comes from its seed, and begins where it should.
func (f *follower) begin(data []byte, resumed bool) error {
	var run struct {
		ID    string `json:"run_id"`
		Since uint64 `json:"since"`
	}
	if err := json.Unmarshal(data, &run); err != nil {
		return err
	}
	before, asked := f.runID, f.next
	f.runID, f.next = run.ID, strconv.FormatUint(run.Since, 10)
	if before == "" || resumed && before == run.ID && asked == f.next {
		return nil
	}
	fmt.Fprintln(f.notes, "another cluster runs from here on")
	if resumed && run.Since > 0 {
		return errOtherRun // its trace was taken up at the other one's place
	}
	return nil
}
