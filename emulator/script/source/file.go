package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Bounds on texts, in bytes.
const (
	// MaxSize bounds a text in TOML.
	MaxSize = 256 << 20
	// MaxRest bounds a text in TOML without its lists that have one item on each line.
	MaxRest = 1 << 20
	// MaxJSON bounds a text in JSON.
	MaxJSON = 1 << 20
)

// ErrUnreadable: the file is missing or cannot be read.
var ErrUnreadable = errors.New("unreadable file")

// ReadFile reads a file, at most one byte more than MaxSize, so that a parser
// can see that it is too long. The error is an ErrUnreadable.
func ReadFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return nil, unreadable(path, errPipe) // opening it could block forever
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return data, nil
}

var errPipe = errors.New("it is a named pipe, want a file")

func unreadable(path string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("%w %s: %w", ErrUnreadable, path, err)
}
