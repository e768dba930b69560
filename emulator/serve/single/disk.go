package single

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// ErrData: the data of a node cannot be read or written.
var ErrData = errors.New("bad data of a node")

// A disk is a node's stable storage: a file with a line for each change.
type disk struct {
	file   *os.File
	buffer []byte

	failed chan struct{} // closed when the file could not be written
	once   sync.Once
	err    error // why; set before failed is closed
}

// dataFile is the name of a node's file.
func dataFile(dir string, id raft.NodeID) string {
	return filepath.Join(dir, fmt.Sprintf("node-%d.jsonl", id))
}

// openDisk opens the data of a node, and returns what is there; nil when there is nothing
// yet. A line that the last process did not complete is cut off.
func openDisk(dir string, id raft.NodeID) (*disk, *state, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	name := dataFile(dir, id)
	data, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	found, whole, err := readState(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w; remove it to start with an empty node", ErrData, name, err)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o666)
	if err == nil {
		err = errors.Join(file.Truncate(int64(whole)), seekTo(file, int64(whole)))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	return &disk{file: file, failed: make(chan struct{})}, found, nil
}

func seekTo(file *os.File, offset int64) error {
	_, err := file.Seek(offset, 0)
	return err
}

// store writes a change. When that fails it never returns, so that nothing goes out which
// rests on the change.
func (d *disk) store(s world.Stored) {
	d.buffer = appendRecord(d.buffer[:0], &s)
	if _, err := d.file.Write(d.buffer); err != nil {
		d.once.Do(func() {
			d.err = fmt.Errorf("%w: %w", ErrData, err)
			close(d.failed)
		})
		select {}
	}
}
