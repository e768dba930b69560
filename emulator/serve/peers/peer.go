package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// A peer is another node.
type peer struct {
	url string // of its route for messages of this node

	mu       sync.Mutex // guards the rest
	underWay int
	waiting  *raft.Message // the newest message beyond maxUnderWay
	closed   bool
}

// work sends a message and then those that have come meanwhile.
func (p *Peers) work(to *peer, m raft.Message) {
	for next := &m; next != nil; next = to.next() {
		if answer, err := p.exchange(to, next); err == nil {
			p.receive(answer)
		} // otherwise the message is lost
	}
}

// next returns the message that waits; nil: there is none, and the request's place is free.
func (to *peer) next() *raft.Message {
	to.mu.Lock()
	defer to.mu.Unlock()
	m := to.waiting
	to.waiting = nil
	if m == nil {
		to.underWay--
	}
	return m
}

// idempotent lets the client repeat a request whose connection the peer has closed
// meanwhile: a message may arrive twice. An empty value is not sent.
var idempotent = []string{}

// exchange sends a request and reads the answer.
func (p *Peers) exchange(to *peer, m *raft.Message) (raft.Message, error) {
	ctx, cancel := context.WithTimeout(p.ctx, p.timeout)
	defer cancel()
	sent, body := encode(m)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.url, bytes.NewReader(body))
	if err != nil {
		return raft.Message{}, err
	}
	request.Header["Content-Type"] = []string{"application/json"}
	request.Header["User-Agent"] = nil
	request.Header["Idempotency-Key"] = idempotent
	response, err := p.client.Do(request)
	if err != nil {
		return raft.Message{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return raft.Message{}, err
	case len(data) > maxAnswer:
		return raft.Message{}, errors.New("the answer is too long")
	case response.StatusCode < 200 || response.StatusCode > 299:
		return raft.Message{}, fmt.Errorf("the answer has status %d", response.StatusCode)
	}
	return wire.DecodeAnswer(sent, data)
}

// encode writes a message. One with more entries than MaxBody holds is sent with fewer: the
// leader learns from the answer how far the peer has come, and sends the rest later.
func encode(m *raft.Message) (sent *raft.Message, body []byte) {
	body = wire.Encode(*m)
	for len(body) > MaxBody && len(m.Entries) > 1 {
		short := *m
		short.Entries = m.Entries[:len(m.Entries)/2]
		m, body = &short, wire.Encode(short)
	}
	return m, body
}
