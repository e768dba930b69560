package cli

import (
	"context"
	"io"
	"os"
)

// Input opens a file that a command reads; - is standard input. Reading ends with the
// context, even while the file is a pipe or a terminal in which nothing comes.
func Input(ctx context.Context, name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(newInterruptible(ctx, stdin)), nil
	}
	file, err := open(ctx, name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{newInterruptible(ctx, file), file}, nil
}

// open opens a file. It gives up at the end of the context, because a named pipe
// waits for a writer.
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

// An interruptible reader ends with its context, even while it waits for a terminal
// or a pipe. The bytes that it waited for are lost then.
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

// Read implements io.Reader. It reads into its own buffer, because an abandoned read
// continues in the background.
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
