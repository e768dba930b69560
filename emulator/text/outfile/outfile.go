package outfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Why a file is not written.
var (
	ErrInput   = errors.New("it is also an input; write to another file")
	ErrTaken   = errors.New("another output goes there already")
	ErrForeign = errors.New("-overwrite replaces it")
	ErrBusy    = errors.New("another program is writing it")
	ErrName    = errors.New("want the name of a file")
)

// Options says what may be replaced.
type Options struct {
	// Inputs are the files that the command reads. Names of other things do no harm.
	Inputs []string
	// Overwrite has a file of any kind replaced.
	Overwrite bool
	// Mine reports whether a file that begins with head is of the kind that is to be
	// written. nil: no file is.
	Mine func(head []byte) bool
	// Kind names the kind for messages, such as "trace". "" without Mine.
	Kind string
}

// headSize is how much of a file Mine sees.
const headSize = 4096

// An Error is a file that cannot be written.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// wrap names the path once. nil stays nil.
func wrap(path string, err error) error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	} else if l, ok := errors.AsType[*os.LinkError](err); ok {
		err = l.Err
	}
	return &Error{Path: path, Err: err}
}

// A File is a result that is being written. Its owner calls Commit or Abort.
type File struct {
	path   string
	place  string      // among the unfinished; "" for a device or a pipe
	direct bool        // written in place
	mode   fs.FileMode // of the file that it replaces
	old    bool        // it replaces a file

	file  *os.File // nil until the first Write
	out   *bufio.Writer
	err   error // the first one
	ended bool
}

// Create prepares the writing of a file, and changes nothing yet.
func Create(path string, o Options) (*File, error) {
	f := &File{path: path}
	if err := f.prepare(&o); err != nil {
		return nil, wrap(path, err)
	}
	if f.place != "" && !claim(f) {
		return nil, wrap(path, ErrTaken)
	}
	return f, nil
}

func (f *File) prepare(o *Options) error {
	info, err := look(f.path, o)
	if err != nil {
		return err
	}
	if info == nil || info.Mode().IsRegular() {
		f.place = place(f.path)
	}
	link, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return probe(filepath.Dir(f.path))
	case err != nil:
		return err
	}
	f.direct = !link.Mode().IsRegular()
	if info == nil {
		return probeLink(f.path)
	}
	if info.Mode().Type()&(fs.ModeNamedPipe|fs.ModeSocket) != 0 {
		return nil // opening it may wait for its reader
	}
	if err := mayWrite(f.path); err != nil {
		return err
	}
	if f.direct {
		return nil
	}
	f.mode, f.old = info.Mode().Perm(), true
	f.direct = probe(filepath.Dir(f.path)) != nil
	return nil
}

// Check reports why Create or Live would refuse a path now. It changes nothing.
func Check(path string, o Options) error {
	return wrap(path, (&File{path: path}).prepare(&o))
}

// Dir makes a directory for files whose names are not known yet, and reports why it takes
// none.
func Dir(path string) error {
	err := os.MkdirAll(path, 0o777)
	if err == nil {
		err = probe(path)
	}
	return wrap(path, err)
}

// look returns what is at a path, nil if nothing is, or why it may not be replaced.
func look(path string, o *Options) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case path == "":
		return nil, fmt.Errorf("it is empty, %w", ErrName)
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("it is a directory, %w", ErrName)
	case !info.Mode().IsRegular():
		return info, nil
	}
	for _, input := range o.Inputs {
		if in, err := os.Stat(input); err == nil && os.SameFile(in, info) {
			return nil, ErrInput
		}
	}
	if info.Size() == 0 || o.Overwrite {
		return info, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, foreign(o)
	}
	defer file.Close()
	return info, mayReplace(file, o)
}

// mayReplace reads a file's beginning, and returns why it may not be replaced.
func mayReplace(file *os.File, o *Options) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(file, head)
	if n == 0 && err == io.EOF {
		return nil
	}
	if o.Mine != nil && o.Mine(head[:n]) {
		return nil
	}
	return foreign(o)
}

func foreign(o *Options) error {
	if o.Kind == "" {
		return fmt.Errorf("there is such a file already; %w", ErrForeign)
	}
	return fmt.Errorf("there is such a file already, and it does not begin like a %s; %w", o.Kind, ErrForeign)
}

// probe reports why a directory takes no new file.
func probe(dir string) error {
	file, err := beside(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// probeLink reports why the missing target of a symbolic link cannot be made.
func probeLink(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	target, err := filepath.EvalSymlinks(path)
	return errors.Join(err, file.Close(), os.Remove(target))
}

// mayWrite reports why a file's content cannot be written. A rename would not find out.
func mayWrite(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// beside makes a file with a name of its own.
func beside(dir string) (*os.File, error) {
	for {
		name := filepath.Join(dir, fmt.Sprintf(".emulator-%016x.tmp", rand.Uint64()))
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

// Write implements [io.Writer].
func (f *File) Write(b []byte) (int, error) {
	if err := f.open(); err != nil {
		return 0, f.fail(err)
	}
	n, err := f.out.Write(b)
	return n, f.fail(err)
}

// fail keeps the first error.
func (f *File) fail(err error) error {
	if err != nil && f.err == nil {
		f.err = wrap(f.path, err)
	}
	if err != nil {
		return f.err
	}
	return nil
}

func (f *File) open() (err error) {
	switch {
	case f.err != nil:
		return f.err
	case f.ended:
		return fs.ErrClosed
	case f.file != nil:
		return nil
	}
	if f.direct {
		f.file, err = os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	} else {
		err = begin(f)
	}
	if err != nil {
		return err
	}
	f.out = bufio.NewWriterSize(f.file, 1<<16)
	return nil
}

// Commit puts the whole file into its place. The error is the first one of all writes; a
// regular file is then as it was.
func (f *File) Commit() error {
	if f.ended {
		return f.err
	}
	err := f.open() // nothing was written: it is empty
	if err == nil {
		err = f.out.Flush()
	}
	if err == nil && f.old && !f.direct {
		err = f.file.Chmod(f.mode)
	}
	if f.fail(err) != nil {
		f.Abort()
		return f.err
	}
	f.ended = true
	return f.fail(finish(f))
}

// Abort leaves a regular file as it was. It does nothing after Commit.
func (f *File) Abort() {
	if f.ended {
		return
	}
	f.ended = true
	discard(f)
}

// Name returns the path.
func (f *File) Name() string { return f.path }
