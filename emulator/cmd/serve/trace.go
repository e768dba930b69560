package serve

import (
	"errors"
	"io/fs"
	"os"
)

// A traceFile is the file of -trace. It replaces an older trace with the first write, once
// every port is bound: a start that fails leaves the file as it was, and with it the trace
// of another emulator that has the ports.
type traceFile struct {
	file    *os.File
	isNew   bool // there was no such file
	written bool
}

// openTrace opens the file without a change to what it holds.
func openTrace(name string) (*traceFile, error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		return &traceFile{file: file, isNew: true}, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666)
	return &traceFile{file: file}, err
}

// Write implements [io.Writer].
func (t *traceFile) Write(b []byte) (int, error) {
	if !t.written {
		t.written = true
		if info, err := t.file.Stat(); err == nil && info.Mode().IsRegular() {
			if err := t.file.Truncate(0); err != nil {
				return 0, err
			}
		}
	}
	return t.file.Write(b)
}

// close completes the file. It removes a new one into which nothing was written.
func (t *traceFile) close() error {
	err := t.file.Close()
	if t.isNew && !t.written {
		err = errors.Join(err, os.Remove(t.file.Name()))
	}
	return err
}
