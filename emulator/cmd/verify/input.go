package verify

import (
	"context"
	"io"
	"os"
)

// open opens a file. It does not wait longer than the context for somebody to write
// to a pipe.
func open(ctx context.Context, name string) (*os.File, error) {
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// An interruptible reader ends when its context does, even while it waits for a
// terminal or a pipe. What it waited for is lost then.
type interruptible struct {
	ctx  context.Context
	in   io.Reader
	buf  []byte
	done chan read
}

type read struct {
	n   int
	err error
}

func newInterruptible(ctx context.Context, in io.Reader) *interruptible {
	return &interruptible{ctx: ctx, in: in, done: make(chan read, 1)}
}

// Read implements io.Reader. It reads into a buffer of its own, for a read that was
// given up goes on.
func (i *interruptible) Read(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	if len(i.buf) < len(b) {
		i.buf = make([]byte, len(b))
	}
	into := i.buf[:len(b)]
	go func() {
		n, err := i.in.Read(into)
		i.done <- read{n, err}
	}()
	select {
	case r := <-i.done:
		return copy(b, into[:r.n]), r.err
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
}

// A checked writer remembers that something could not be written.
type checked struct {
	out io.Writer
	err error
}

// Write implements io.Writer.
func (c *checked) Write(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.out.Write(b)
	c.err = err
	return n, err
}
