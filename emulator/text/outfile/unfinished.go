package outfile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// unfinished are the files of this program between Create and Commit or Abort, by their
// places. Those beside are removed if a signal ends the program.
var unfinished = struct {
	sync.Mutex
	files map[string]*File
	over  bool // the program ends
}{files: map[string]*File{}}

// errEnds: no file is begun once RemoveUnfinished was called.
var errEnds = errors.New("the program ends")

// claim reserves a file's place.
func claim(f *File) bool {
	unfinished.Lock()
	defer unfinished.Unlock()
	if unfinished.files[f.place] != nil {
		return false
	}
	unfinished.files[f.place] = f
	return true
}

// place is the same for all ways to write a path, except for links to the file itself.
func place(path string) string {
	dir, base := filepath.Split(filepath.Clean(path))
	if dir == "" {
		dir = "."
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Join(dir, base)
}

// begin makes the file beside.
func begin(f *File) (err error) {
	unfinished.Lock()
	defer unfinished.Unlock()
	if unfinished.over {
		return errEnds
	}
	f.file, err = beside(filepath.Dir(f.path))
	return err
}

// finish closes a file and puts it into its place.
func finish(f *File) error {
	unfinished.Lock()
	defer unfinished.Unlock()
	delete(unfinished.files, f.place)
	err := f.file.Close()
	switch {
	case f.direct:
		return err
	case unfinished.over:
		return errEnds // and the file beside is gone
	case err == nil:
		err = os.Rename(f.file.Name(), f.path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.file.Name()))
	}
	return err
}

// discard closes a file and removes the one beside.
func discard(f *File) {
	unfinished.Lock()
	defer unfinished.Unlock()
	delete(unfinished.files, f.place)
	if f.file == nil {
		return
	}
	_ = f.file.Close() // what it holds is not wanted
	if !f.direct && !unfinished.over {
		_ = os.Remove(f.file.Name())
	}
}

// RemoveUnfinished removes what is not whole. It is for the moment before a signal ends the
// program; no file is written after it.
func RemoveUnfinished() {
	unfinished.Lock()
	defer unfinished.Unlock()
	unfinished.over = true
	for _, f := range unfinished.files {
		if f.file != nil && !f.direct {
			_ = f.file.Close() // on some systems an open file cannot be removed
			_ = os.Remove(f.file.Name())
		}
	}
}
