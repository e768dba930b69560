package link

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

var (
	errGone  = errors.New("the sender is gone, or the links are closed")
	errWrite = errors.New("the receiver is gone")
)

// A valve is where the bytes of one direction of a connection pass a link, and with them the
// end of the stream and resets. Several goroutines may wait in front of it, each at its place.
type valve struct {
	way *way
	c   *conn
	to  *end
	mu  sync.Mutex // held while something passes
}

var past = time.Unix(1, 0)

// interrupt stops what passes. The link is cut, or the sender is gone: when interrupt returns,
// nothing of it passes any more.
func (v *valve) interrupt() {
	if !v.mu.TryLock() {
		v.stopWriting()
		v.mu.Lock()
		if c := v.to.conn(); c != nil {
			_ = c.SetWriteDeadline(time.Time{})
		}
	}
	v.mu.Unlock()
}

// stopWriting makes a write that blocks return.
func (v *valve) stopWriting() {
	if c := v.to.conn(); c != nil {
		_ = c.SetWriteDeadline(past) // fails if the socket is closed: then nothing is written either
	}
}

// ready waits until bytes may pass.
func (v *valve) ready(p *place, gone <-chan struct{}) error {
	for !v.way.lets(p) {
		if err := v.wait(p, gone); err != nil {
			return err
		}
	}
	return nil
}

// wait waits in front of a link that is cut.
func (v *valve) wait(p *place, gone <-chan struct{}) error {
	if v.way.isCut() && v.way.net.styleNow() == Reset {
		v.c.resetBoth()
		return errGone
	}
	if !v.way.wait(p, v.c.ctx.Done(), gone) {
		return errGone
	}
	return nil
}

// enter waits until something may pass, and locks the valve.
func (v *valve) enter(p *place, gone <-chan struct{}) error {
	for {
		if err := v.ready(p, gone); err != nil {
			return err
		}
		v.mu.Lock()
		select {
		case <-gone:
			v.mu.Unlock()
			return errGone
		default:
		}
		if v.way.lets(p) {
			return nil
		}
		v.mu.Unlock()
	}
}

// write passes bytes. gone is closed when their sender is.
func (v *valve) write(p *place, b []byte, gone <-chan struct{}) error {
	for len(b) > 0 {
		if err := v.enter(p, gone); err != nil {
			return err
		}
		n, err := v.to.c.Write(b)
		v.way.count.bytes.Add(uint64(n))
		v.mu.Unlock()
		b = b[n:]
		switch {
		case err == nil || errors.Is(err, os.ErrDeadlineExceeded):
		case errors.Is(err, net.ErrClosed):
			return errWrite
		default:
			return fmt.Errorf("%w: %w", errWrite, err)
		}
	}
	return nil
}

// finish passes the end of the stream.
func (v *valve) finish(p *place, gone <-chan struct{}) error {
	if err := v.enter(p, gone); err != nil {
		return err
	}
	defer v.mu.Unlock()
	if c, ok := v.to.conn().(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite() // fails if the receiver has closed
	}
	return nil
}

// reset passes a reset.
func (v *valve) reset() { v.shut(v.to.abort) }

// close passes the end of the stream, and closes the socket.
func (v *valve) close() { v.shut(v.to.close) }

func (v *valve) shut(how func()) {
	var p place
	defer p.finish()
	for {
		if v.ready(&p, v.to.gone) != nil {
			return
		}
		v.stopWriting()
		v.mu.Lock()
		if v.way.lets(&p) {
			how()
			v.mu.Unlock()
			return
		}
		if c := v.to.conn(); c != nil {
			_ = c.SetWriteDeadline(time.Time{}) // as in stopWriting
		}
		v.mu.Unlock()
	}
}
