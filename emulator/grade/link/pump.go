package link

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
)

const (
	// connectAfter is the time after which the target is dialed for a client that has sent
	// nothing. Before that the first bytes decide: a request that is held or lost must not
	// occupy a server that serves one connection at a time.
	connectAfter = 20 * time.Millisecond
	// passAfter is the time after which half a message passes as it is, because the rest
	// does not come: its sender may wait for an answer to it.
	passAfter = 100 * time.Millisecond
)

// chunk is the number of bytes that a pump reads at once.
const chunk = 1 << 14

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// A pump carries one direction of a connection, message by message where they are HTTP.
type pump struct {
	c        *conn
	src, dst *end
	valve    *valve
	other    *pump
	kind     fault.MatchKind
	place    place
	ended    bool // guarded by conn.mu
	seenRaw  bool

	// buf has bytes from the beginning of a message on that are not handed on as a whole. It is
	// nil, and pooled too, when there are none. The first sent bytes have passed.
	buf    []byte
	pooled *[chunk]byte
	sent   int

	socket io.Reader
	// Of an attempt to read, which raw makes: see read_unix.go.
	raw     syscall.RawConn // nil: the socket has no descriptor
	try     func(fd uintptr) bool
	readErr error
	shut    bool  // there is something to read, and the link is cut
	pending error // found while the link was cut

	deadline bool // a read deadline is set
}

// setDeadline limits the time of the next read; 0: no limit.
func (p *pump) setDeadline(d time.Duration) {
	if d == 0 && !p.deadline {
		return
	}
	c := p.src.conn()
	p.deadline = d > 0
	when := time.Time{}
	if d > 0 {
		when = time.Now().Add(d)
	}
	_ = c.SetReadDeadline(when) // fails if the socket is closed: then the read fails also
}

var errQuiet = errors.New("nothing came in time")

// fill reads more bytes, as soon as the link lets it, but waits at most for a time; 0 means no
// limit.
func (p *pump) fill(limit time.Duration) error {
	for {
		p.setDeadline(limit)
		shut, err := p.read()
		switch {
		case shut:
			if err := p.valve.ready(&p.place, p.src.gone); err != nil {
				return err
			}
			continue
		case err == nil || errors.Is(err, io.EOF):
			return err
		case limit > 0 && errors.Is(err, os.ErrDeadlineExceeded):
			return errQuiet
		}
		return err
	}
}

// more reads more bytes of a message, and meanwhile does what cannot wait for them.
func (p *pump) more() error {
	for {
		var limit time.Duration
		switch {
		case len(p.buf) > p.sent:
			limit = passAfter
		case !p.c.ghost && p.c.target.conn() == nil:
			limit = connectAfter
		default:
			p.place.finish() // nothing waits any more
		}
		err := p.fill(limit)
		isQuiet, isEnd := errors.Is(err, errQuiet), errors.Is(err, io.EOF)
		if isQuiet || isEnd {
			if failed := p.flush(); failed != nil {
				return failed
			}
		}
		if !isQuiet {
			return err
		}
	}
}

// flush passes all bytes that were read.
func (p *pump) flush() error { return p.write(len(p.buf)) }

// write passes bytes up to a position in buf.
func (p *pump) write(end int) error {
	if err := p.c.connect(&p.place); err != nil {
		return err
	}
	if err := p.valve.write(&p.place, p.buf[p.sent:end], p.src.gone); err != nil {
		return err
	}
	p.sent = end
	return nil
}

// consume forgets the first bytes, which have passed.
func (p *pump) consume(n int) {
	rest := copy(p.buf, p.buf[n:])
	p.buf = p.buf[:rest]
	p.sent = max(0, p.sent-n)
	if rest == 0 && p.pooled == nil {
		p.dropBuffer() // it has grown
	}
}

// space makes room for bytes in buf.
func (p *pump) space() {
	if p.buf == nil {
		p.pooled = chunks.Get().(*[chunk]byte)
		p.buf = p.pooled[:0]
	}
	if len(p.buf) < cap(p.buf) {
		return
	}
	grown := make([]byte, len(p.buf), 2*len(p.buf))
	copy(grown, p.buf)
	p.dropBuffer()
	p.buf = grown
}

// dropBuffer gives the buffer back.
func (p *pump) dropBuffer() {
	if p.pooled != nil {
		chunks.Put(p.pooled)
	}
	p.buf, p.pooled = nil, nil
}

// isShut reports whether the link is cut for the pump.
func (p *pump) isShut() bool { return !p.valve.way.lets(&p.place) }

// carryRaw carries bytes that are not HTTP.
func (p *pump) carryRaw() error {
	if !p.c.raw.Swap(true) {
		p.c.out.count.other.Add(1)
	}
	for {
		if len(p.buf) > p.sent {
			if err := p.passRaw(); err != nil {
				return err
			}
		}
		p.consume(len(p.buf))
		if err := p.more(); err != nil {
			return err
		}
	}
}

// passRaw passes what was read, through the rules.
func (p *pump) passRaw() error {
	m := p.newMessage()
	m.size = len(p.buf)
	f := p.decide(m)
	if err := p.suffer(f, m); err != nil {
		return err
	}
	err := p.flush()
	f.passed(p, m)
	if !p.seenRaw {
		p.seenRaw = true
		p.report(f, m, err)
	}
	p.place.finish()
	return err
}
