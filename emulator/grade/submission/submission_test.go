package submission

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/course"
)

// A rig opens submissions for a course whose command every machine has.
type rig struct {
	t       *testing.T
	temp    string
	options Options
}

const program = "src/node.py"

func newRig(t *testing.T, keys string) *rig {
	t.Helper()
	c, err := course.Parse("course.toml", []byte("format = 1\n[start]\ncommand = [\"sh\", \"src/node.py\", \"{index}\"]\n"+keys))
	assert.NilError(t, err)
	temp := t.TempDir()
	return &rig{t, temp, Options{Course: c, Temp: temp, Build: func(ctx context.Context, dir string, args []string, out io.Writer) error {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
		cmd.WaitDelay = time.Second
		return cmd.Run()
	}}}
}

// open opens a submission that is fine.
func (r *rig) open(path string) *Submission {
	r.t.Helper()
	s, err := Open(r.t.Context(), path, r.options)
	assert.NilError(r.t, err)
	r.t.Cleanup(func() { assert.Check(r.t, s.Close()); r.isClean() })
	return s
}

// refuses opens a submission with a Problem and returns its reason.
func (r *rig) refuses(path string) *Problem {
	r.t.Helper()
	s, err := Open(r.t.Context(), path, r.options)
	p, ok := errors.AsType[*Problem](err)
	assert.Assert(r.t, ok, "%v", err)
	assert.NilError(r.t, s.Close())
	r.isClean()
	return p
}

// isClean checks that nothing is left behind.
func (r *rig) isClean() {
	r.t.Helper()
	left, err := os.ReadDir(r.temp)
	assert.NilError(r.t, err)
	assert.Check(r.t, len(left) == 0, "%v", left)
}

// put writes files into a new folder and returns it.
func put(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		assert.NilError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		assert.NilError(t, os.WriteFile(path, []byte(name), 0o644))
	}
	return dir
}

// files lists the files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	assert.NilError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	}))
	return all
}

func copyOf(t *testing.T, s *Submission) string {
	t.Helper()
	dir, _, err := s.Copy()
	assert.NilError(t, err)
	return dir
}

func TestFolderIsCopiedWithoutCachesAndEarlierRuns(t *testing.T) {
	r := newRig(t, "[files]\nstate = [\"nodes/*.json\", \"*.log\"]\n")
	from := put(t, program, "src/data.json", ".git/HEAD", "src/__pycache__/node.pyc", ".pytest_cache/x", "nodes/0.json", "src/nodes/1.json",
		"a.log", "venv/pyvenv.cfg", "venv/bin/activate", "node_modules/x/index.js", "mynodes/2.json")
	s := r.open(from)
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{"mynodes/2.json", "node_modules/x/index.js", "src/data.json", program})
	assert.DeepEqual(t, s.Notes, []string{
		"left out, because earlier runs wrote it: a.log, nodes/0.json, src/nodes/1.json",
		"left out, because it is a virtual environment of Python: venv",
	})
}

func TestEachCopyIsFresh(t *testing.T) {
	r := newRig(t, "")
	from := put(t, program)
	s := r.open(from)
	first, remove, err := s.Copy()
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile(filepath.Join(first, program), []byte("changed"), 0o600))
	assert.NilError(t, os.WriteFile(filepath.Join(first, "state"), nil, 0o600))
	locked := filepath.Join(first, "locked")
	assert.NilError(t, os.Mkdir(locked, 0o700))
	assert.NilError(t, os.WriteFile(filepath.Join(locked, "x"), nil, 0o600))
	assert.NilError(t, os.Chmod(locked, 0))
	second := copyOf(t, s)
	assert.DeepEqual(t, files(t, second), []string{program})
	text, err := os.ReadFile(filepath.Join(second, program))
	assert.NilError(t, err)
	assert.Equal(t, string(text), program)
	assert.NilError(t, remove())
	_, err = os.Stat(first)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	text, err = os.ReadFile(filepath.Join(from, program))
	assert.NilError(t, err)
	assert.Equal(t, string(text), program)
}

func TestProgramIsFoundOneLevelDown(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		note  string
	}{
		{"top folder", []string{"repo-abc/src/node.py", "repo-abc/README"}, "the program is in repo-abc/, and is graded from there"},
		{"two top folders", []string{"a/repo/src/node.py"}, "the program is in a/repo/, and is graded from there"},
		{"beside a report", []string{"report.pdf", "code/src/node.py", "docs/x"}, "the program is in code/, and is graded from there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newRig(t, "").open(put(t, c.files...))
			assert.DeepEqual(t, s.Notes, []string{c.note})
			assert.Assert(t, slices.Contains(files(t, copyOf(t, s)), program))
		})
	}
}

func TestFolderWithoutAProgramNamesWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"empty", nil, "the submission is empty, want the file src/node.py"},
		{"elsewhere", []string{"node.py", "x"}, "the file src/node.py is missing; there is node.py, which has to be moved"},
		{"capitals", []string{"src/Node.py", "x"}, "the file src/node.py is missing; there is src/Node.py, which has to be moved"},
		{"another", []string{"main.go", "lib/x.go"}, "the file src/node.py is missing; the submission holds lib/, main.go"},
		{"folder", []string{"src/node.py/x"}, "the file src/node.py is missing; the submission holds src/node.py/x"},
		{"two", []string{"a/src/node.py", "b/src/node.py"}, "src/node.py is in a, b, want one program in a submission"},
		{"many", []string{"1", "2", "3", "4", "5", "6", "7"}, "the file src/node.py is missing; the submission holds 1, 2, 3, 4, 5 and 2 others"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, newRig(t, "").refuses(put(t, c.files...)).Reason, c.want)
		})
	}
}

func TestPathThatNamesNoSubmissionIsNoVerdict(t *testing.T) {
	r := newRig(t, "")
	dir := put(t, "text")
	for path, want := range map[string]string{
		filepath.Join(dir, "none"): "no such file or directory",
		os.DevNull:                 os.DevNull + " is neither a folder nor a file",
	} {
		_, err := Open(t.Context(), path, r.options)
		assert.ErrorIs(t, err, ErrNone)
		assert.ErrorContains(t, err, want)
	}
	r.isClean()
}

func TestMissingCommandIsTheMachinesFault(t *testing.T) {
	r := newRig(t, "[build]\ncommand = [\"no_such_builder\"]\n")
	r.options.Course.Start.Args[0] = "no_such_interpreter"
	_, err := Open(t.Context(), put(t, program), r.options)
	assert.ErrorIs(t, err, ErrCommand)
	assert.ErrorContains(t, err, "no_such_interpreter, which starts nodes; install it, or put it into PATH")
	assert.ErrorContains(t, err, "no_such_builder, which builds submissions")
	r.isClean()
}

func TestBuildRunsOnceInTheCopy(t *testing.T) {
	r := newRig(t, "[build]\ncommand = [\"sh\", \"-c\", \"mkdir -p src && echo built >src/node.py && echo >>count\"]\n")
	from := put(t, "README")
	s := r.open(from)
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{"README", "count", program})
	assert.DeepEqual(t, files(t, from), []string{"README"})
}

func TestBuildThatFailsIsAProblemWithItsOutput(t *testing.T) {
	for _, c := range []struct{ name, command, want string }{
		{"fails", "echo no such thing; exit 3", "failed: exit status 3"},
		{"ends too late", "sleep 60", "did not end within 300ms"},
		{"prints without end", "yes", "did not end within 300ms"},
		{"makes nothing", "true", "the build did not make the file src/node.py"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, fmt.Sprintf("[build]\ncommand = [\"sh\", \"-c\", %q]\nlimit_ms = 300\n", c.command))
			p := r.refuses(put(t, "README"))
			assert.Assert(t, strings.Contains(p.Reason, c.want), p.Reason)
			assert.Equal(t, p.Machine, strings.Contains(c.want, "within"))
			assert.Assert(t, len(p.Output) <= maxBuildLines)
			if c.name == "prints without end" {
				assert.DeepEqual(t, p.Output[:2], []string{"…", "y"})
			}
			if c.name == "fails" {
				assert.DeepEqual(t, p.Output, []string{"no such thing"})
			}
		})
	}
}

// The machine may have been busy.
func TestBuildThatMissesItsLimitIsTriedAgain(t *testing.T) {
	r := newRig(t, "[build]\ncommand = [\"sh\", \"-c\", \"if mkdir src; then exec sleep 60; fi; echo >src/node.py\"]\nlimit_ms = 500\n")
	s := r.open(put(t, "README"))
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{"README", program})
	r = newRig(t, "[build]\ncommand = [\"sh\", \"-c\", \"if mkdir src; then exec sleep 60; fi; exit 3\"]\nlimit_ms = 500\n")
	p := r.refuses(put(t, "README"))
	assert.Assert(t, p.Machine && strings.Contains(p.Reason, "failed: exit status 3; before, it did not end within 500ms"), p.Reason)
}

func TestBuildOfTheSubmissionIsMadeExecutable(t *testing.T) {
	r := newRig(t, "[build]\ncommand = [\"./build.sh\"]\n")
	from := put(t, program, "build.sh")
	assert.NilError(t, os.WriteFile(filepath.Join(from, "build.sh"), []byte("#!/bin/sh\necho >built\n"), 0o600))
	s := r.open(from)
	assert.DeepEqual(t, s.Notes, []string{"./build.sh was made executable"})
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{"build.sh", "built", program})
	r = newRig(t, "[build]\ncommand = [\"./build.sh\"]\n")
	assert.Equal(t, r.refuses(put(t, program)).Reason, "the build's command ./build.sh is missing in the submission")
}

// The upload may have been damaged on its way, so a person looks at it.
func TestFileThatIsNoArchiveIsAProblem(t *testing.T) {
	r := newRig(t, "")
	for text, want := range map[string]string{
		"": "the file that was handed in is empty", "text": "neither a folder nor a zip", "PK\x03\x04 and so on": "the archive is damaged",
	} {
		path := write(t, "x.zip", []byte(text))
		assert.NilError(t, Check(path))
		p := r.refuses(path)
		assert.Assert(t, p.Upload && strings.Contains(p.Reason, want), p.Reason)
	}
	assert.Assert(t, r.refuses(zipped(t)).Upload)
}

func TestCommandOfTheSubmissionIsMadeExecutable(t *testing.T) {
	r := newRig(t, "")
	r.options.Course.Start.Args = []string{"./node", "{index}"}
	r.options.Course.Start.Program = "node"
	s := r.open(put(t, "node"))
	assert.DeepEqual(t, s.Notes, []string{"./node was made executable"})
	info, err := os.Stat(filepath.Join(copyOf(t, s), "node"))
	assert.NilError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, info.Mode().Perm(), fs.FileMode(0o755))
	}
}

func TestFolderMayHoldLinksAndPipes(t *testing.T) {
	r := newRig(t, "")
	from := put(t, program, "lib/x")
	for name, target := range map[string]string{
		"in": "lib/x", "out": "/etc/passwd", "up": "../x", "round": "round", "dangling": "lib/none",
		"lib/deep": "..", "lib/sneaky": "deep/../../x",
	} {
		assert.NilError(t, os.Symlink(target, filepath.Join(from, name)))
	}
	s := r.open(from)
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{"dangling", "in", "lib/deep", "lib/x", "round", program})
	assert.Equal(t, len(s.Notes), 1)
	for _, name := range []string{"out", "up", "lib/sneaky"} {
		assert.Assert(t, strings.Contains(s.Notes[0], name), s.Notes[0])
	}
}

func TestFolderThatHoldsTheWorkingDirectoryEnds(t *testing.T) {
	r := newRig(t, "")
	assert.NilError(t, os.MkdirAll(filepath.Join(r.temp, "src"), 0o755))
	assert.NilError(t, os.WriteFile(filepath.Join(r.temp, program), nil, 0o600))
	s, err := Open(t.Context(), r.temp, r.options)
	assert.NilError(t, err)
	assert.NilError(t, s.Close())
}

func TestBoundsRefuseWhatIsTooMuch(t *testing.T) {
	r := newRig(t, "")
	r.options.MaxFiles = 5
	assert.Equal(t, r.refuses(put(t, program, "1", "2", "3", "4")).Reason, "the submission has more than 5 files and folders, want at most that many")
	r = newRig(t, "")
	r.options.MaxBytes = 1 << 20
	from := put(t, program)
	assert.NilError(t, os.WriteFile(filepath.Join(from, "big"), make([]byte, 2<<20), 0o600))
	assert.Equal(t, r.refuses(from).Reason, "the submission has more than 1 MB, want at most that many")
}

func TestOpenStopsWithItsContext(t *testing.T) {
	r := newRig(t, "[build]\ncommand = [\"sleep\", \"60\"]\n")
	ctx, cancel := context.WithCancel(t.Context())
	r.options.Build = func(ctx context.Context, _ string, _ []string, _ io.Writer) error {
		cancel()
		return ctx.Err()
	}
	_, err := Open(ctx, put(t, program), r.options)
	assert.ErrorIs(t, err, context.Canceled)
	r.isClean()
}

func TestLeftoversOfAKilledGraderAreSwept(t *testing.T) {
	r := newRig(t, "")
	leave := func(name string, locked bool) string {
		dir := filepath.Join(r.temp, prefix+name)
		assert.NilError(t, os.MkdirAll(filepath.Join(dir, "copy-1"), 0o755))
		if locked {
			assert.NilError(t, os.WriteFile(filepath.Join(dir, lockName), nil, 0o600))
		}
		return dir
	}
	dead, young, old := leave("dead", true), leave("young", false), leave("old", false)
	long := time.Now().Add(-2 * unlocked)
	assert.NilError(t, os.Chtimes(old, long, long))
	alive, err := newWork(r.temp)
	assert.NilError(t, err)
	_, err = os.Stat(dead)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = os.Stat(old)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = os.Stat(young)
	assert.NilError(t, err)
	second, err := newWork(r.temp)
	assert.NilError(t, err)
	_, err = os.Stat(alive.dir)
	assert.NilError(t, err, "the directory of a grader that runs was swept")
	assert.NilError(t, second.close())
	assert.NilError(t, alive.close())
	assert.NilError(t, os.RemoveAll(young))
	r.isClean()
}

// An entry is one entry of an archive.
type entry struct {
	name, text string
	mode       fs.FileMode
	kind       byte // of tar
}

func zipped(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode | 0o644)
		w, err := z.CreateHeader(h)
		assert.NilError(t, err)
		_, err = w.Write([]byte(e.text))
		assert.NilError(t, err)
	}
	assert.NilError(t, z.Close())
	return write(t, "s.zip", b.Bytes())
}

func tarred(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	a := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: int64(e.mode | 0o644), Typeflag: e.kind, Size: int64(len(e.text))}
		if e.kind == tar.TypeSymlink || e.kind == tar.TypeLink {
			h.Linkname, h.Size = e.text, 0
		}
		assert.NilError(t, a.WriteHeader(h))
		if h.Size > 0 {
			_, err := a.Write([]byte(e.text))
			assert.NilError(t, err)
		}
	}
	assert.NilError(t, a.Close())
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	assert.NilError(t, err)
	assert.NilError(t, z.Close())
	return b.Bytes()
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	assert.NilError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestArchivesAreRead(t *testing.T) {
	top := []entry{
		{name: "team/src/node.py", text: "x", mode: 0o755},
		{name: "team/__pycache__/x.pyc"},
		{name: "team/lib/a", text: "a"},
	}
	plain := tarred(t, append(top, entry{name: "team/lib/b", text: "team/lib/a", kind: tar.TypeLink}, entry{name: "team/lib/c", text: "a", kind: tar.TypeSymlink})...)
	for name, path := range map[string]string{
		"zip":    zipped(t, append(top, entry{name: `team\lib\b`}, entry{name: "team/lib/c", text: "a", mode: fs.ModeSymlink})...),
		"tar":    write(t, "s.tar", plain),
		"tar.gz": write(t, "named.zip", gzipped(t, plain)),
	} {
		t.Run(name, func(t *testing.T) {
			s := newRig(t, "").open(path)
			dir := copyOf(t, s)
			assert.DeepEqual(t, files(t, dir), []string{"lib/a", "lib/b", "lib/c", program})
			text, err := os.ReadFile(filepath.Join(dir, "lib/c"))
			assert.NilError(t, err)
			assert.Equal(t, string(text), "a")
			info, err := os.Stat(filepath.Join(dir, program))
			assert.NilError(t, err)
			assert.Assert(t, info.Mode()&0o100 != 0)
		})
	}
}

func TestArchivesThatDoHarmAreRefused(t *testing.T) {
	fine := entry{name: program, text: "x"}
	bomb := strings.Repeat("0", 3<<20)
	r := newRig(t, "")
	r.options.MaxBytes, r.options.MaxFiles = 2<<20, 100
	many := []entry{fine}
	for i := range 200 {
		many = append(many, entry{name: fmt.Sprintf("f%d", i)})
	}
	whole := gzipped(t, tarred(t, fine, entry{name: "x", text: strings.Repeat("abcd", 9999)}))
	for _, c := range []struct{ name, path, want string }{
		{"zip traversal", zipped(t, fine, entry{name: "../x"}), `the archive holds "../x", which leads out of it`},
		{"zip traversal inside", zipped(t, fine, entry{name: "a/../../x"}), `which leads out of it`},
		{"zip backslashes", zipped(t, fine, entry{name: `..\x`}), `which leads out of it`},
		{"zip absolute", zipped(t, fine, entry{name: "/etc/x"}), `the archive holds "/etc/x", which leads out of it`},
		{"zip link out", zipped(t, fine, entry{name: "l", text: "/etc/passwd", mode: fs.ModeSymlink}), `a link "l" that leads out of it, to "/etc/passwd"`},
		{"zip device", zipped(t, fine, entry{name: "d", mode: fs.ModeDevice}), `"d", which is neither a file nor a folder`},
		{"zip bomb", zipped(t, fine, entry{name: "b", text: bomb}), "more than 2 MB"},
		{"zip of many", zipped(t, many...), "more than 100 files and folders"},
		{"zip cut", write(t, "x.zip", []byte("PK\x03\x04 and so on")), "the archive is damaged"},
		{"tar traversal", write(t, "x.tar", tarred(t, fine, entry{name: "../x"})), `which leads out of it`},
		{"tar link out", write(t, "x.tar", tarred(t, fine, entry{name: "l", text: "../../x", kind: tar.TypeSymlink})), `a link "l" that leads out`},
		{"tar link through a link", write(t, "x.tar", tarred(t, fine, entry{name: "a/l", text: "..", kind: tar.TypeSymlink},
			entry{name: "a/m", text: "l/../../x", kind: tar.TypeSymlink})), `a link "a/m" that leads out`},
		{"tar hard link out", write(t, "x.tar", tarred(t, fine, entry{name: "l", text: "/etc/passwd", kind: tar.TypeLink})), `which leads out of it`},
		{"tar hard link to nothing", write(t, "x.tar", tarred(t, fine, entry{name: "l", text: "none", kind: tar.TypeLink})), `which does not come before it`},
		{"tar hard link to itself", write(t, "x.tar", tarred(t, fine, entry{name: program, text: program, kind: tar.TypeLink})), `which is no other file`},
		{"tar device", write(t, "x.tar", tarred(t, fine, entry{name: "d", kind: tar.TypeChar})), `"d", which is neither a file nor a folder`},
		{"tar pipe", write(t, "x.tar", tarred(t, fine, entry{name: "p", kind: tar.TypeFifo})), `"p", which is neither a file nor a folder`},
		{"tar.gz bomb", write(t, "x.tgz", gzipped(t, tarred(t, fine, entry{name: "b", text: bomb}))), "more than 2 MB"},
		{"tar.gz cut", write(t, "x.tgz", whole[:len(whole)/2]), "the archive is damaged: it ends too early"},
		{"gz of no tar", write(t, "x.gz", gzipped(t, []byte("text"))), "the archive is damaged"},
		{"file in place of a folder", zipped(t, fine, entry{name: "src"}), `"src" cannot be written`},
		{"name too long", zipped(t, fine, entry{name: strings.Repeat("x", 300)}), "cannot be written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := *r
			r.t = t
			p := r.refuses(c.path)
			assert.Assert(t, strings.Contains(p.Reason, c.want), p.Reason)
		})
	}
}

func TestArchiveWithoutFilesIsEmpty(t *testing.T) {
	assert.Equal(t, newRig(t, "").refuses(zipped(t)).Reason, "the submission is empty, want the file src/node.py")
}

func TestVirtualEnvironmentInAnArchiveIsLeftOut(t *testing.T) {
	s := newRig(t, "").open(zipped(t, entry{name: program}, entry{name: "env/bin/python", text: "/usr/bin/python3", mode: fs.ModeSymlink},
		entry{name: "env/pyvenv.cfg"}))
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{program})
}
