package cli

import (
	"fmt"
	"io"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
)

// Stream is the file name that stands for standard input where a command reads, and for
// standard output where it writes. ./- is a file of that name.
const Stream = "-"

// stdinName is how messages name standard input.
const stdinName = "stdin"

// ReadFile reads a text of a user's: a file, or standard input.
func (c *Call) ReadFile(name string) ([]byte, error) {
	if name != Stream {
		return source.ReadFile(name)
	}
	data, err := io.ReadAll(io.LimitReader(c.Stdin, source.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", source.ErrUnreadable, stdinName, err)
	}
	return data, nil
}

// LoadFixture returns the fixture that a user names, as fixture.Load does, or the one on
// standard input.
func (c *Call) LoadFixture(name string) (*fixture.Fixture, error) {
	if name != Stream {
		return fixture.Load(name)
	}
	data, err := c.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return fixture.Parse(stdinName, data)
}
