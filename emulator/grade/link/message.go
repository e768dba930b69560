package link

import (
	"sync"
	"time"

	"rrmq.example/emulator/emulator/grade/link/frame"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A message is a request, an answer, or a piece of other traffic.
type message struct {
	http    bool
	kind    fault.MatchKind
	typ     fault.MatchType
	entries fault.MatchEntries
	method  string
	path    string
	status  int
	size    int        // bytes of it at the beginning of the pump's buffer
	whole   bool       // these are all of it
	body    frame.Body // where the rest ends
	came    time.Time
}

func (p *pump) newMessage() *message {
	m := &message{kind: p.kind}
	if p.c.net.o.Seen != nil {
		m.came = time.Now()
	}
	return m
}

// A question is a request that waits for its answer.
type question struct {
	method string
	path   string
	typ    fault.MatchType
}

// maxAsked is the number of requests that a client may send ahead of their answers.
const maxAsked = 1000

// asked are the questions of a connection, in order.
type asked struct {
	mu   sync.Mutex
	list []question
}

// push adds a question, and reports false if there are too many.
func (a *asked) push(q question) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.list) >= maxAsked {
		return false
	}
	a.list = append(a.list, q)
	return true
}

// first returns the oldest question. An answer to no question is that to a GET.
func (a *asked) first() question {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.list) == 0 {
		return question{method: "GET"}
	}
	return a.list[0]
}

// pop forgets the oldest question.
func (a *asked) pop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.list) > 0 {
		a.list = append(a.list[:0], a.list[1:]...)
	}
}

// wordOf returns a method as a string, mostly without making one.
func wordOf(method []byte) string {
	switch string(method) {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	case "PUT":
		return "PUT"
	case "HEAD":
		return "HEAD"
	}
	return string(method)
}

// report passes a message whose fate is known to Seen.
func (p *pump) report(f *fate, m *message, err error) {
	waited := p.place.waited
	p.place.waited = false
	n := p.c.net
	if n.o.Seen == nil || p.c.ghost && !(p.kind == fault.RequestKind) {
		return
	}
	w := p.valve.way
	seen := Passage{
		From: w.from, To: w.to, Internal: p.c.internal, HTTP: m.http, Copy: p.c.ghost, Kind: m.kind, Type: m.typ,
		Entries: m.entries, Method: m.method, Path: m.path, Status: m.status, Came: m.came, Went: time.Now(), Held: waited,
	}
	if err != nil {
		seen.Fate = Broken
	}
	if f != nil {
		f.tell(&seen)
	}
	n.o.Seen(seen)
}
