package link

import (
	"rrmq.example/emulator/emulator/grade/link/frame"
	"rrmq.example/emulator/emulator/sim/fault"
)

// carryRequests carries the direction of requests until it ends.
func (p *pump) carryRequests() error {
	for {
		m, err := p.readRequest()
		if err != nil {
			return err
		}
		if m == nil {
			return p.carryRaw()
		}
		f := p.decide(m)
		if err := p.suffer(f, m); err != nil {
			return err
		}
		if !p.c.asked.push(question{m.method, m.path, m.typ}) {
			return p.carryRaw()
		}
		if err := p.pass(f, m); err != nil {
			return err
		}
	}
}

// pass passes a message, and reads and passes the rest of it.
func (p *pump) pass(f *fate, m *message) error {
	err := p.write(max(p.sent, m.size))
	if err == nil {
		f.passed(p, m)
	}
	p.report(f, m, err)
	p.place.finish()
	if err != nil {
		return err
	}
	p.consume(m.size)
	if m.whole {
		return nil
	}
	return p.passRest(&m.body)
}

// passRest reads and passes the rest of a body.
func (p *pump) passRest(body *frame.Body) error {
	for {
		if len(p.buf) == 0 {
			if err := p.more(); err != nil {
				return err
			}
		}
		n, done, ok := body.Feed(p.buf)
		if !ok {
			return p.carryRaw()
		}
		if err := p.write(max(p.sent, n)); err != nil {
			return err
		}
		p.place.finish()
		p.consume(n)
		if done {
			return nil
		}
	}
}

// readRequest reads the next request: its head and as much of its body as is there or, if
// a rule needs it, all of it. It returns nil if the bytes are not HTTP.
func (p *pump) readRequest() (*message, error) {
	head, err := p.readHead(frame.GuessRequest)
	if err != nil || head == 0 {
		return nil, err
	}
	r, ok := frame.ParseRequest(p.buf[:head])
	if !ok {
		return nil, nil
	}
	m := p.newMessage()
	m.http, m.size, m.body, m.method = true, head, r.Body, wordOf(r.Method)
	c := p.c
	needs := c.net.needsNow()
	isNamed := c.net.o.Seen != nil || needs&needTypes != 0
	if isNamed {
		m.path = string(r.Path())
	}
	readAll := needs&needWhole != 0 || isNamed && c.net.asksBody(m.path)
	ok, err = p.readBody(m, readAll && !r.Expect)
	if err != nil || !ok {
		return nil, err
	}
	if isNamed && p.sent == 0 {
		c.net.classify(m, p.buf[head:m.size], r.Body.Chunked())
	}
	return m, nil
}

// readHead reads a whole head and returns its length, or 0 if the bytes are not HTTP.
func (p *pump) readHead(guess func([]byte) frame.Guess) (int, error) {
	scanned := 0
	for {
		if len(p.buf) > 0 {
			if p.c.raw.Load() || len(p.buf) > frame.MaxHead {
				return 0, nil
			}
			switch guess(p.buf) {
			case frame.Other:
				return 0, nil
			case frame.HTTP:
				if end := frame.HeadEnd(p.buf, scanned); end > 0 {
					return end, nil
				}
				scanned = len(p.buf)
			}
		}
		if err := p.more(); err != nil {
			return 0, err
		}
	}
}

// readBody takes the part of the body that was read, or all of it up to MaxInspected. It
// reports false if the body breaks the format.
func (p *pump) readBody(m *message, all bool) (ok bool, err error) {
	all = all && m.body.Fits(MaxInspected)
	limit := m.size + MaxInspected
	for {
		n, done, ok := m.body.Feed(p.buf[m.size:])
		if !ok {
			return false, nil
		}
		m.size += n
		m.whole = done
		if done || !all || m.size >= limit {
			return true, nil
		}
		if err := p.more(); err != nil {
			return false, err
		}
	}
}

// carryAnswers carries the direction of answers until it ends.
func (p *pump) carryAnswers() error {
	for {
		m, isFinal, err := p.readAnswer()
		if err != nil {
			return err
		}
		if m == nil {
			return p.carryRaw()
		}
		if !isFinal {
			if err := p.write(max(p.sent, m.size)); err != nil {
				return err
			}
			p.consume(m.size)
			continue
		}
		f := p.decide(m)
		if err := p.suffer(f, m); err != nil {
			return err
		}
		if err := p.pass(f, m); err != nil {
			return err
		}
		if p.c.ghost {
			return errGone // nobody waits for more answers to a copy
		}
	}
}

// readAnswer reads the head of the next answer, and as much of its body as is there. It
// returns nil if the bytes are not HTTP.
func (p *pump) readAnswer() (m *message, isFinal bool, err error) {
	head, err := p.readHead(frame.GuessAnswer)
	if err != nil || head == 0 {
		return nil, false, err
	}
	q := p.c.asked.first()
	a, ok := frame.ParseAnswer(p.buf[:head], []byte(q.method))
	if !ok || a.Status == 101 {
		return nil, false, nil
	}
	m = p.newMessage()
	m.http, m.kind, m.size, m.body, m.status = true, fault.ResponseKind, head, a.Body, a.Status
	m.method, m.path, m.typ = q.method, q.path, q.typ
	ok, err = p.readBody(m, false)
	if err != nil || !ok {
		return nil, false, err
	}
	if !a.Interim() {
		p.c.asked.pop()
	}
	return m, !a.Interim(), nil
}
