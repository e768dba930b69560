package outfile_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/text/outfile"
)

// mine accepts files that begin with "mine".
var mine = outfile.Options{Kind: "test", Mine: func(head []byte) bool { return bytes.HasPrefix(head, []byte("mine")) }}

func put(t *testing.T, file, text string) string {
	t.Helper()
	assert.NilError(t, os.WriteFile(file, []byte(text), 0o666))
	return file
}

func holds(t *testing.T, file, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	assert.NilError(t, err)
	assert.Equal(t, string(text), want)
}

// only checks what a directory holds.
func only(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	assert.NilError(t, err)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.DeepEqual(t, names, append([]string{}, want...))
}

func create(t *testing.T, file string, o outfile.Options) *outfile.File {
	t.Helper()
	f, err := outfile.Create(file, o)
	assert.NilError(t, err)
	return f
}

func write(t *testing.T, f *outfile.File, text string) {
	t.Helper()
	_, err := f.Write([]byte(text))
	assert.NilError(t, err)
}

func TestCommitReplacesAWholeFileAndKeepsItsMode(t *testing.T) {
	dir := t.TempDir()
	file := put(t, filepath.Join(dir, "a"), "mine: old")
	assert.NilError(t, os.Chmod(file, 0o640))
	f := create(t, file, mine)
	only(t, dir, "a") // nothing is made before the first Write
	write(t, f, "mine: new")
	holds(t, file, "mine: old")
	assert.NilError(t, f.Commit())
	assert.NilError(t, f.Commit())
	f.Abort()
	holds(t, file, "mine: new")
	only(t, dir, "a")
	if info, err := os.Stat(file); assert.Check(t, err) && runtime.GOOS != "windows" {
		assert.Equal(t, info.Mode().Perm(), fs.FileMode(0o640))
	}
}

func TestCommitWithoutAWriteMakesAnEmptyFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	assert.NilError(t, create(t, file, mine).Commit())
	holds(t, file, "")
}

func TestAbortLeavesEverythingAsItWas(t *testing.T) {
	dir := t.TempDir()
	file := put(t, filepath.Join(dir, "a"), "mine: old")
	for _, name := range []string{file, filepath.Join(dir, "b")} {
		f := create(t, name, mine)
		write(t, f, string(make([]byte, 1<<17)))
		f.Abort()
		_, err := f.Write([]byte("late"))
		assert.ErrorIs(t, err, fs.ErrClosed)
	}
	holds(t, file, "mine: old")
	only(t, dir, "a")
}

func TestAnInputIsNeverAnOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	in := put(t, "in", "mine")
	assert.NilError(t, os.Link(in, "hard"))
	assert.NilError(t, os.Symlink(in, "soft"))
	for _, out := range []string{"in", "./in", "hard", "soft"} {
		o := mine
		o.Inputs, o.Overwrite = []string{"no such file", in}, true
		_, err := outfile.Create(out, o)
		assert.ErrorIs(t, err, outfile.ErrInput, out)
		assert.ErrorIs(t, outfile.Check(out, o), outfile.ErrInput, out)
		_, err = outfile.Live(out, o)
		assert.ErrorIs(t, err, outfile.ErrInput, out)
		o.Inputs = []string{out}
		_, err = outfile.Create(in, o)
		assert.ErrorIs(t, err, outfile.ErrInput, out)
	}
	holds(t, in, "mine")
}

func TestTwoOutputsNeverGoToOneFile(t *testing.T) {
	t.Chdir(t.TempDir())
	f := create(t, "a", mine)
	abs, err := filepath.Abs("a")
	assert.NilError(t, err)
	_, err = outfile.Create(abs, mine)
	assert.Error(t, err, abs+": another output goes there already")
	f.Abort()
	create(t, "a", mine).Abort()
}

func TestAForeignFileNeedsOverwrite(t *testing.T) {
	file := put(t, filepath.Join(t.TempDir(), "a"), "a thesis")
	_, err := outfile.Create(file, mine)
	assert.Error(t, err, file+": there is such a file already, and it does not begin like a test; -overwrite replaces it")
	_, err = outfile.Create(file, outfile.Options{})
	assert.ErrorIs(t, err, outfile.ErrForeign)
	_, err = outfile.Live(file, mine)
	assert.ErrorIs(t, err, outfile.ErrForeign)
	holds(t, file, "a thesis")
	f := create(t, file, outfile.Options{Overwrite: true})
	assert.NilError(t, f.Commit())
	holds(t, file, "")
	f = create(t, file, outfile.Options{}) // an empty file is nobody's work
	write(t, f, "new")
	assert.NilError(t, f.Commit())
	holds(t, file, "new")
}

func TestCreateFindsWhatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{
		dir: "it is a directory, want the name of a file", filepath.Join(dir, "no", "a"): "no such file or directory", "": "it is empty, want the name of a file",
	} {
		_, err := outfile.Create(name, mine)
		assert.Error(t, err, name+": "+want)
		_, err = outfile.Live(name, mine)
		assert.Error(t, err, name+": "+want)
	}
	assert.NilError(t, outfile.Dir(filepath.Join(dir, "made")))
	assert.NilError(t, os.Remove(filepath.Join(dir, "made"))) // nothing is in it
	file := put(t, filepath.Join(dir, "file"), "")
	assert.ErrorContains(t, outfile.Dir(file), file+": not a directory")
	assert.NilError(t, os.Remove(file))
	link := filepath.Join(dir, "link")
	assert.NilError(t, os.Symlink(filepath.Join(dir, "no", "a"), link))
	_, err := outfile.Create(link, mine)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	only(t, dir, "link")
}

func TestDirectoriesAndFilesWithoutPermissionAreFoundAtCreate(t *testing.T) {
	if os.Getuid() <= 0 {
		t.Skip("everything is permitted here")
	}
	dir := t.TempDir()
	shut := put(t, filepath.Join(dir, "shut"), "mine")
	open := put(t, filepath.Join(dir, "open"), "mine")
	assert.NilError(t, os.Chmod(shut, 0o444))
	_, err := outfile.Create(shut, mine)
	assert.ErrorIs(t, err, fs.ErrPermission)
	assert.NilError(t, os.Chmod(dir, 0o555))
	assert.ErrorIs(t, outfile.Dir(dir), fs.ErrPermission)
	_, err = outfile.Create(filepath.Join(dir, "new"), mine)
	assert.ErrorIs(t, err, fs.ErrPermission)
	f := create(t, open, mine) // such a file is written in place
	write(t, f, "mine: new")
	assert.NilError(t, f.Commit())
	holds(t, open, "mine: new")
	assert.NilError(t, os.Chmod(dir, 0o777))
}

func TestLinksAreWrittenThrough(t *testing.T) {
	dir := t.TempDir()
	link, target := filepath.Join(dir, "link"), filepath.Join(dir, "target")
	assert.NilError(t, os.Symlink("target", link))
	for _, text := range []string{"mine: first", "mine: 2"} {
		f := create(t, link, mine)
		write(t, f, text)
		assert.NilError(t, f.Commit())
		holds(t, target, text)
	}
	only(t, dir, "link", "target")
	put(t, target, "a thesis")
	_, err := outfile.Create(link, mine)
	assert.ErrorIs(t, err, outfile.ErrForeign)
}

func TestDevicesAreWrittenDirectly(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /dev/full")
	}
	f := create(t, "/dev/full", mine)
	write(t, f, "text")
	assert.Error(t, f.Commit(), "/dev/full: no space left on device")
	f = create(t, "/dev/null", mine)
	other := create(t, "/dev/null", mine)
	write(t, f, "text")
	assert.NilError(t, f.Commit())
	assert.NilError(t, other.Commit())
}

func TestALiveFileIsLockedAndEmptiedInPlace(t *testing.T) {
	dir := t.TempDir()
	file := put(t, filepath.Join(dir, "a"), "mine: a long old text")
	live, err := outfile.Live(file, mine)
	assert.NilError(t, err)
	holds(t, file, "")
	_, err = live.Write([]byte("mine: new"))
	assert.NilError(t, err)
	for _, overwrite := range []bool{false, true} {
		o := mine
		o.Overwrite = overwrite
		_, err = outfile.Live(file, o)
		assert.Error(t, err, file+": another program is writing it")
	}
	holds(t, file, "mine: new")
	assert.NilError(t, live.Close())
	again, err := outfile.Live(file, mine)
	assert.NilError(t, err)
	assert.NilError(t, again.Close())
	holds(t, file, "")

	unused, err := outfile.Live(filepath.Join(dir, "b"), mine)
	assert.NilError(t, err)
	assert.NilError(t, unused.Close())
	only(t, dir, "a")
}

// TestASignalLeavesNothing runs itself as a program that ends in the middle.
func TestASignalLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "old"), "mine: old")
	program, err := os.Executable()
	assert.NilError(t, err)
	c := exec.Command(program, "-test.run=TestHelperEndsInTheMiddle")
	c.Env = append(os.Environ(), "OUTFILE_TEST_DIR="+dir)
	out, err := c.CombinedOutput()
	assert.NilError(t, err, string(out))
	only(t, dir, "old")
	holds(t, filepath.Join(dir, "old"), "mine: old")
}

func TestHelperEndsInTheMiddle(t *testing.T) {
	dir := os.Getenv("OUTFILE_TEST_DIR")
	if dir == "" {
		t.Skip("it is a part of TestASignalLeavesNothing")
	}
	old, late := create(t, filepath.Join(dir, "old"), mine), create(t, filepath.Join(dir, "late"), mine)
	write(t, old, string(make([]byte, 1<<17)))
	write(t, create(t, filepath.Join(dir, "new"), mine), string(make([]byte, 1<<17)))
	entries, err := os.ReadDir(dir)
	assert.NilError(t, err)
	assert.Equal(t, len(entries), 3) // the old one and two beside
	outfile.RemoveUnfinished()
	_, err = late.Write([]byte("late"))
	assert.ErrorContains(t, err, "the program ends")
	assert.ErrorContains(t, old.Commit(), "file already closed")
}
