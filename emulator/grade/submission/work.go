package submission

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// prefix begins the names of working directories.
const prefix = "emulator-grade-"

// lockName is the file in a working directory that its owner keeps locked.
const lockName = "lock"

// unlocked is the age from which a working directory without a lock file is a leftover: its
// owner was killed right after it made the directory.
const unlocked = 10 * time.Minute

// A work is a working directory, which belongs to this process until close.
type work struct {
	dir  string
	lock *os.File

	mu     sync.Mutex
	copies int
}

// newWork makes a working directory below temp, after it has removed those whose owners are
// gone.
func newWork(temp string) (*work, error) {
	if temp == "" {
		temp = os.TempDir()
	}
	sweep(temp)
	dir, err := os.MkdirTemp(temp, prefix)
	if err != nil {
		return nil, fmt.Errorf("working directory: %w", err)
	}
	w := &work{dir: dir}
	if os.Geteuid() == 0 {
		// Nodes run as somebody without rights, who has to get here.
		if err := os.Chmod(dir, 0o755); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	// The lock is held before the file has its name, so that nobody else takes it.
	early := filepath.Join(dir, lockName+".new")
	if w.lock, err = os.OpenFile(early, os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if err := lock(w.lock); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if err := os.Rename(early, filepath.Join(dir, lockName)); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// next returns the name of a folder for a copy. It does not exist yet.
func (w *work) next() (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.copies++
	return filepath.Join(w.dir, fmt.Sprintf("copy-%d", w.copies)), nil
}

func (w *work) close() error {
	err := removeAll(w.dir)
	if w.lock != nil {
		w.lock.Close()
	}
	return err
}

// sweep removes working directories whose owners are gone. Those that cannot be removed stay:
// they are not this program's, or do no harm.
func sweep(temp string) {
	dirs, _ := filepath.Glob(filepath.Join(temp, prefix+"*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || !isOwn(info) {
			continue
		}
		file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if time.Since(info.ModTime()) > unlocked {
				_ = removeAll(dir)
			}
		case err == nil:
			if lock(file) == nil {
				_ = removeAll(dir)
			}
			file.Close()
		}
	}
}

// removeAll removes a folder with everything in it, also where a program took the permission
// to do so from its folders.
func removeAll(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, _ error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(path, 0o700) // before its entries are read
		}
		return nil
	})
	return os.RemoveAll(dir)
}
