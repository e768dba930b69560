package ctl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
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
	// next is the Last-Event-ID for the next connection; "" before the first event.
	next string
}

// follow shows new events until the context ends. It reconnects when a connection is
// lost; only the first connection must succeed.
func (c *call) follow(query url.Values) error {
	f := &follower{call: c, query: query}
	for retry := time.Duration(0); ; {
		began := f.next
		err := f.connect()
		refusal := new(api.Problem)
		switch {
		case c.ctx.Err() != nil:
			return nil //nolint:nilerr // following ends with the context
		case errors.As(err, &refusal) && exitCode(refusal) == cli.Usage, f.next == "":
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
	if f.next != "" {
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
		if err := f.take(m); err != nil {
			return err
		}
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

// take handles a message.
func (f *follower) take(m message) error {
	if m.id != "" {
		f.next = m.id
	}
	switch {
	case m.name == "reset":
		f.noteReplaced()
		return nil
	case m.name == "end":
		var end struct{ Reason string }
		if err := json.Unmarshal(m.data, &end); err != nil {
			return err
		}
		return &api.Unreachable{Base: f.client.Base(), Err: errors.New(end.Reason)}
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
	return nil
}
