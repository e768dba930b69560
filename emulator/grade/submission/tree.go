package submission

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// leftOut are the names of folders and files that no copy has, wherever they stand.
var leftOut = []string{
	".git", ".hg", ".svn", ".DS_Store", "__MACOSX",
	"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".cache",
}

// venvMark is the file that makes a folder a virtual environment of Python. It holds links
// out of the submission, and no course's command uses it.
const venvMark = "pyvenv.cfg"

// A tree is the copy of a submission that is being written.
type tree struct {
	root     *os.Root
	state    []string
	files    int64
	bytes    int64
	folders  map[string]bool
	maxFiles int64
	maxBytes int64
	strict   bool // a link that leads out is refused, not left out
	links    []link

	stale   []string // files of earlier runs
	foreign []string // links that lead out, devices
	venvs   []string
	marks   []string // the folders with the mark of a virtual environment
}

// A link is a symbolic link that waits until everything else is there.
type link struct{ name, target string }

func newTree(base string, o Options) (*tree, error) {
	if err := os.Mkdir(base, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	t := &tree{root: root, state: o.Course.State, folders: map[string]bool{".": true}, maxFiles: MaxFiles, maxBytes: MaxBytes}
	if o.MaxFiles > 0 {
		t.maxFiles = o.MaxFiles
	}
	if o.MaxBytes > 0 {
		t.maxBytes = o.MaxBytes
	}
	return t, nil
}

// local returns a name of an archive as a clean path below the tree. The error is a Problem.
func local(name string) (string, error) {
	clean := path.Clean(name)
	if path.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(clean)) || strings.ContainsRune(name, 0) {
		return "", problem("the archive holds %s, which leads out of it", text.QuoteShort(name, 200))
	}
	return clean, nil
}

// skips reports whether copies lack a path, and takes a note of files of earlier runs.
func (t *tree) skips(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if slices.Contains(leftOut, part) {
			return true
		}
	}
	return false
}

// isStale reports whether a file is left over from an earlier run, and takes a note of it. A
// glob is compared with the end of the path, in whole segments.
func (t *tree) isStale(name string) bool {
	parts := strings.Split(name, "/")
	for _, glob := range t.state {
		n := strings.Count(glob, "/") + 1
		if n > len(parts) {
			continue
		}
		if ok, err := path.Match(glob, strings.Join(parts[len(parts)-n:], "/")); ok && err == nil {
			t.stale = append(t.stale, name)
			return true
		}
	}
	return false
}

// count counts one more entry.
func (t *tree) count() error {
	if t.files++; t.files > t.maxFiles {
		return problem("the submission has more than %d files and folders, want at most that many", t.maxFiles)
	}
	return nil
}

// dir makes a folder and those above it.
func (t *tree) dir(name string) error {
	if name == "." || t.skips(name) {
		return nil
	}
	if t.folders[name] {
		return t.count() // an archive may name it again and again
	}
	return t.mkdir(name)
}

// maxName bounds the path of a file below the tree, so that each copy can have it.
const maxName = 1000

// mkdir makes a folder and those above it, and counts the new ones.
func (t *tree) mkdir(name string) error {
	if len(name) > maxName {
		return problem("%s cannot be written: its path is longer than %d bytes", text.QuoteShort(name, 200), maxName)
	}
	for at := name; !t.folders[at]; at = path.Dir(at) {
		t.folders[at] = true
		if err := t.count(); err != nil {
			return err
		}
	}
	return t.written(t.root.MkdirAll(filepath.FromSlash(name), 0o755), name)
}

// file writes a file. An error of from is the submission's fault, if fault says so.
func (t *tree) file(name string, executable bool, from io.Reader, fault func(error) error) error {
	if t.skips(name) || t.isStale(name) {
		return nil
	}
	if err := t.count(); err != nil {
		return err
	}
	if err := t.mkdir(path.Dir(name)); err != nil {
		return err
	}
	if dir := path.Dir(name); path.Base(name) == venvMark && dir != "." {
		t.marks = append(t.marks, dir)
	}
	mode := fs.FileMode(0o644)
	if executable {
		mode = 0o755
	}
	file, err := t.root.OpenFile(filepath.FromSlash(name), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return t.written(err, name)
	}
	read := &failing{from: io.LimitReader(from, t.maxBytes-t.bytes+1)}
	n, err := io.Copy(file, read)
	t.bytes += n
	closed := file.Close()
	switch {
	case read.err != nil:
		return fault(read.err)
	case err != nil:
		return t.written(err, name)
	case closed != nil:
		return t.written(closed, name)
	case t.bytes > t.maxBytes:
		return problem("the submission has more than %d MB, want at most that many", t.maxBytes>>20)
	}
	return nil
}

// A failing reader remembers its error.
type failing struct {
	from io.Reader
	err  error
}

func (f *failing) Read(b []byte) (int, error) {
	n, err := f.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// written says whose fault an error of writing is: a name that no file can have is the
// submission's.
func (t *tree) written(err error, name string) error {
	if err == nil {
		return nil
	}
	if isName(err) {
		return problem("%s cannot be written: %v", text.QuoteShort(name, 200), reasonOf(err))
	}
	return err
}

// symlink takes a symbolic link.
func (t *tree) symlink(name, target string) error {
	if t.skips(name) || t.isStale(name) {
		return nil
	}
	t.links = append(t.links, link{name, target})
	return t.count()
}

// finish removes virtual environments and makes the links.
func (t *tree) finish() error {
	if err := t.removeVenvs(); err != nil {
		return err
	}
	for _, l := range t.links {
		if slices.ContainsFunc(t.venvs, func(dir string) bool { return strings.HasPrefix(l.name, dir+"/") }) {
			continue
		}
		if filepath.IsAbs(l.target) || path.IsAbs(l.target) || !filepath.IsLocal(filepath.FromSlash(path.Join(path.Dir(l.name), l.target))) {
			if err := t.outside(l); err != nil {
				return err
			}
			continue
		}
		if l.target == "" {
			return problem("the archive holds a link %s that leads nowhere", text.QuoteShort(l.name, 200))
		}
		if err := t.mkdir(path.Dir(l.name)); err != nil {
			return err
		}
		if err := t.root.Symlink(l.target, filepath.FromSlash(l.name)); err != nil {
			return t.written(err, l.name)
		}
	}
	return t.followLinks()
}

// followLinks removes links that lead out by way of other links.
func (t *tree) followLinks() error {
	for _, l := range t.links {
		name := filepath.FromSlash(l.name)
		if info, err := t.root.Lstat(name); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		_, err := t.root.Stat(name)
		if err == nil || errors.Is(err, fs.ErrNotExist) || isLoop(err) {
			continue
		}
		if err := t.outside(l); err != nil {
			return err
		}
		if err := t.root.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// outside refuses a link that leads out of the submission, or leaves it out.
func (t *tree) outside(l link) error {
	if t.strict {
		return problem("the archive holds a link %s that leads out of it, to %s", text.QuoteShort(l.name, 200), text.QuoteShort(l.target, 200))
	}
	t.foreign = append(t.foreign, l.name)
	return nil
}

// removeVenvs removes the virtual environments of Python.
func (t *tree) removeVenvs() error {
	for _, dir := range t.marks {
		if err := t.root.RemoveAll(filepath.FromSlash(dir)); err != nil {
			return err
		}
	}
	t.venvs = append(t.venvs, t.marks...)
	return nil
}

// notes says what was left out and may surprise.
func (t *tree) notes() []string {
	var notes []string
	add := func(names []string, format string) {
		if len(names) > 0 {
			notes = append(notes, fmt.Sprintf(format, few(names)))
		}
	}
	add(t.stale, "left out, because earlier runs wrote it: %s")
	add(t.venvs, "left out, because it is a virtual environment of Python: %s")
	add(t.foreign, "left out, because it leads out of the submission or is no file: %s")
	return notes
}

// copyTree copies a tree that this package wrote.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.Mkdir(target, 0o755)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(name)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case !d.Type().IsRegular():
			return nil // a build may leave a pipe behind
		}
		return copyFile(name, target)
	})
}

// copyFile copies a file with its mode and its time, by which build tools go. Where the file
// system can, the copy shares the blocks.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, info.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}
