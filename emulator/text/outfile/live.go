package outfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// A LiveFile is written in place, while others may read it. Its owner calls Close.
type LiveFile struct {
	file    *os.File
	isNew   bool // there was no such file
	written bool
}

// Live opens a file, locks it, and empties it.
func Live(path string, o Options) (*LiveFile, error) {
	f, err := openLive(path, &o)
	return f, wrap(path, err)
}

func openLive(path string, o *Options) (*LiveFile, error) {
	info, err := look(path, o)
	if err != nil {
		return nil, err
	}
	if info != nil && !info.Mode().IsRegular() {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &LiveFile{file: file}, err
	}
	file, isNew, err := openNow(path)
	if err != nil {
		return nil, err
	}
	err = lock(file)
	if err == nil && !isNew && !o.Overwrite {
		err = mayReplace(file, o) // another program may have written it just now
	}
	if err == nil {
		err = empty(file)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &LiveFile{file: file, isNew: isNew}, nil
}

// openNow opens a regular file, or makes it.
func openNow(path string) (file *os.File, isNew bool, err error) {
	file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return file, true, err
	}
	file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if errors.Is(err, fs.ErrPermission) {
		file, err = os.OpenFile(path, os.O_WRONLY, 0) // it may be written and not read
	}
	return file, false, err
}

// empty removes what a file holds.
func empty(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.Seek(0, 0)
	return err
}

// Cut takes back the last n bytes written. Only a regular file can do that.
func (f *LiveFile) Cut(n int64) error {
	at, err := f.file.Seek(0, io.SeekCurrent)
	if err == nil {
		err = f.file.Truncate(at - n)
	}
	if err == nil {
		_, err = f.file.Seek(at-n, io.SeekStart)
	}
	return wrap(f.file.Name(), err)
}

// Write implements [io.Writer].
func (f *LiveFile) Write(b []byte) (int, error) {
	f.written = true
	n, err := f.file.Write(b)
	return n, wrap(f.file.Name(), err)
}

// Close completes the file and lets others write it. It removes a new one into which
// nothing was written.
func (f *LiveFile) Close() error {
	var err error
	if f.isNew && !f.written {
		err = os.Remove(f.file.Name())
	}
	return wrap(f.file.Name(), errors.Join(f.file.Close(), err))
}
