package submission

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestAFolderMayBeALink(t *testing.T) {
	link := filepath.Join(t.TempDir(), "team7")
	assert.NilError(t, os.Symlink(put(t, program), link))
	s := newRig(t, "").open(link)
	assert.DeepEqual(t, files(t, copyOf(t, s)), []string{program})
}

func TestNamesAreShownOnOneLineWithoutControlCharacters(t *testing.T) {
	bad := "x\x1b[31m\ny\xff"
	p := newRig(t, "").refuses(zipped(t, entry{name: bad, text: "x"}))
	assert.Equal(t, p.Reason, `the file src/node.py is missing; the submission holds x\x1b[31m\ny\xff`)
	s := newRig(t, "").open(zipped(t, entry{name: bad + "/" + program, text: "x"}))
	assert.DeepEqual(t, s.Notes, []string{`the program is in x\x1b[31m\ny\xff/, and is graded from there`})
	p = newRig(t, "").refuses(zipped(t, entry{name: strings.Repeat("x", 250)}))
	assert.Assert(t, len(p.Reason) < 300, p.Reason)
}

// Zeros shrink to a thousandth, so what is left out has to be bounded as well.
func TestWhatIsLeftOutOfAnArchiveIsBounded(t *testing.T) {
	r := newRig(t, "")
	r.options.MaxBytes = 1 << 20
	fine := entry{name: program, text: "x"}
	nothing := []entry{fine}
	for range 10_000 {
		nothing = append(nothing, entry{name: ".git/x"})
	}
	for name, entries := range map[string][]entry{
		"a large file":  {fine, {name: ".git/x", text: strings.Repeat("0", 8<<20)}},
		"many files":    nothing,
		"at the end":    {fine, {name: "venv/pyvenv.cfg"}, {name: "__pycache__/x", text: strings.Repeat("0", 8<<20)}},
		"in the middle": {{name: "__pycache__/x", text: strings.Repeat("0", 8<<20)}, fine},
	} {
		t.Run(name, func(t *testing.T) {
			r := *r
			r.t = t
			p := r.refuses(write(t, "x.tgz", gzipped(t, tarred(t, entries...))))
			assert.Equal(t, p.Reason, "the archive holds far more than a submission may have")
			assert.Assert(t, p.Upload)
		})
	}
	r.open(write(t, "x.tgz", gzipped(t, tarred(t, fine, entry{name: ".git/x", text: strings.Repeat("0", 2<<20)}))))
}

func TestFoldersThatNoEntryNamesAreCounted(t *testing.T) {
	r := newRig(t, "")
	r.options.MaxFiles = 100
	entries := []entry{{name: program, text: "x"}}
	for i := range 30 {
		entries = append(entries, entry{name: fmt.Sprintf("%d/a/b/c", i)})
	}
	assert.Equal(t, r.refuses(zipped(t, entries...)).Reason, "the submission has more than 100 files and folders, want at most that many")
	again := []entry{{name: program, text: "x"}}
	for range 200 {
		again = append(again, entry{name: "src/", mode: fs.ModeDir})
	}
	assert.Equal(t, r.refuses(zipped(t, again...)).Reason, "the submission has more than 100 files and folders, want at most that many")
	r.options.MaxFiles = 152 // 31 files, src and 4 folders for each of 30
	r.open(zipped(t, entries...))
}

func TestDeepPathsAreRefused(t *testing.T) {
	deep := strings.Repeat("a/", 600)
	for name, path := range map[string]string{
		"zip":      zipped(t, entry{name: deep + "x"}),
		"zip dir":  zipped(t, entry{name: deep, mode: fs.ModeDir}),
		"zip link": zipped(t, entry{name: deep + "x", text: "y", mode: fs.ModeSymlink}),
		"tar":      write(t, "x.tar", tarred(t, entry{name: strings.Repeat("a/", 50_000) + "x"})),
	} {
		p := newRig(t, "").refuses(path)
		assert.Assert(t, strings.Contains(p.Reason, "longer than 1000 bytes"), "%s: %s", name, p.Reason)
	}
}

// raw makes a zip archive of one entry as it stands.
func raw(t *testing.T, h zip.FileHeader, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h.CompressedSize64, h.UncompressedSize64 = uint64(len(text)), uint64(len(text))
	w, err := z.CreateRaw(&h)
	assert.NilError(t, err)
	_, err = w.Write([]byte(text))
	assert.NilError(t, err)
	assert.NilError(t, z.Close())
	return write(t, "x.zip", b.Bytes())
}

func TestArchivesThatCannotBeReadSayWhy(t *testing.T) {
	damagedSum := gzipped(t, tarred(t, entry{name: program, text: "x"}))
	damagedSum[len(damagedSum)-6] ^= 1
	whole := tarred(t, entry{name: program, text: "x"})
	for _, c := range []struct{ name, path, want string }{
		{"encrypted", raw(t, zip.FileHeader{Name: program, Flags: 1}, "x"), "the archive is encrypted, want one without a password"},
		{"unknown packing", raw(t, zip.FileHeader{Name: program, Method: 14}, "x"), "packed in a way that this program cannot read"},
		{"wrong checksum", raw(t, zip.FileHeader{Name: program, CRC32: 1}, "x"), "the archive is damaged: zip: checksum error"},
		{"wrong checksum of a tar.gz", write(t, "x.tgz", damagedSum), "the archive is damaged: gzip: invalid checksum"},
		{"tar.gz without its checksum", write(t, "x.tgz", damagedSum[:len(damagedSum)-8]), "the archive is damaged: it ends too early"},
		{"tar.bz2 cut", write(t, "x.tbz", bzipped(t)[:80]), "the archive is damaged: it ends too early"},
		{"a tar of another time", write(t, "x.tar", make([]byte, 1024)), "neither a folder nor a zip, tar, tar.gz or tar.bz2 archive"},
		{"a byte", write(t, "x.tar", []byte("x")), "neither a folder nor a zip, tar, tar.gz or tar.bz2 archive"},
		{"tar cut in a file", write(t, "x.tar", whole[:512]), "the archive is damaged: it ends too early"},
		{"long link", zipped(t, entry{name: "l", text: strings.Repeat("x", maxTarget+1), mode: fs.ModeSymlink}), "a path of more than 4096 bytes"},
		{"empty link", zipped(t, entry{name: "l", mode: fs.ModeSymlink}), `a link "l" that leads nowhere`},
		{"empty link of a tar", write(t, "x.tar", tarred(t, entry{name: "l", kind: tar.TypeSymlink})), `a link "l" that leads nowhere`},
		{"link with a zero byte", zipped(t, entry{name: "l", text: "a\x00b", mode: fs.ModeSymlink}), `"l" cannot be written`},
		{"name with a zero byte", zipped(t, entry{name: "a\x00b"}), "which leads out of it"},
		{"no name", zipped(t, entry{name: ""}), "a file without a name"},
		{"no name but a dot", write(t, "x.tar", tarred(t, entry{name: "."})), "a file without a name"},
		{"two links of one name", zipped(t, entry{name: "l", text: "a", mode: fs.ModeSymlink}, entry{name: "l", text: "b", mode: fs.ModeSymlink}), `"l" cannot be written: file exists`},
		{"a link for a file", zipped(t, entry{name: "l", text: "a"}, entry{name: "l", text: "b", mode: fs.ModeSymlink}), `"l" cannot be written: file exists`},
		{"a folder for a file", zipped(t, entry{name: "l", text: "a"}, entry{name: "l/x"}), `cannot be written: file exists`},
		{"a file for a folder", zipped(t, entry{name: "l/x", text: "a"}, entry{name: "l"}), `"l" cannot be written: is a directory`},
		{"rubbish alone", zipped(t, entry{name: "__MACOSX/x"}, entry{name: ".git/HEAD"}, entry{name: ".DS_Store"}), "the submission is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newRig(t, "").refuses(c.path)
			assert.Assert(t, strings.Contains(p.Reason, c.want), p.Reason)
		})
	}
}

// bzipped is a tar.bz2 archive of the program with the text x, which Go's library cannot make.
func bzipped(t *testing.T) []byte {
	t.Helper()
	data, err := hex.DecodeString("425a6839314159265359ff4caec20000725b80c9806001f50002006e01de600808200054410269821a30d4f534124a3d41a0" +
		"68340347d3b8a10826e08462ddc6d237c2b40860638df2713b08d9401b12f829147b68a50f373c1a1fca4d6a822201f8bb9229c28487fa657610")
	assert.NilError(t, err)
	return data
}

func TestOddArchivesAreRead(t *testing.T) {
	fine := tarred(t, entry{name: program, text: "x"})
	for name, path := range map[string]string{
		"a file twice":          zipped(t, entry{name: program, text: "old"}, entry{name: program, text: "x"}),
		"names of two cases":    zipped(t, entry{name: program, text: "x"}, entry{name: "README"}, entry{name: "readme/x"}),
		"long ways":             zipped(t, entry{name: ".//src/./node.py", text: "x"}),
		"ways back":             zipped(t, entry{name: "lib/../src/node.py", text: "x"}),
		"beside a resource":     zipped(t, entry{name: "team/" + program, text: "x"}, entry{name: "._team", text: "mac"}, entry{name: "__MACOSX/team/._x"}),
		"a tar.bz2":             write(t, "x.tbz", bzipped(t)),
		"something appended":    write(t, "x.tgz", append(gzipped(t, fine), "and so on, and so on"...)),
		"a tar without its end": write(t, "x.tar", fine[:1024]),
		"a link to itself":      zipped(t, entry{name: program, text: "x"}, entry{name: "l", text: "l", mode: fs.ModeSymlink}),
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(copyOf(t, newRig(t, "").open(path)), program))
			assert.NilError(t, err)
			assert.Equal(t, string(text), "x")
		})
	}
}

// A terabyte of holes takes no space in the archive.
func TestAFileWithHolesIsBounded(t *testing.T) {
	if _, err := exec.LookPath("tar"); err != nil {
		t.Skip(err)
	}
	dir := put(t, program)
	holes := filepath.Join(dir, "holes")
	assert.NilError(t, os.WriteFile(holes, nil, 0o600))
	assert.NilError(t, os.Truncate(holes, 1<<40))
	archive := filepath.Join(t.TempDir(), "x.tar")
	if out, err := exec.CommandContext(t.Context(), "tar", "-cSf", archive, "-C", dir, ".").CombinedOutput(); err != nil {
		t.Skipf("%v: %s", err, out)
	}
	r := newRig(t, "")
	r.options.MaxBytes = 1 << 20
	assert.Equal(t, r.refuses(archive).Reason, "the submission has more than 1 MB, want at most that many")
	assert.Equal(t, r.refuses(dir).Reason, "the submission has more than 1 MB, want at most that many")
}

// An archive that was damaged on its way is read, or it is a Problem.
func TestDamagedArchivesAreProblems(t *testing.T) {
	entries := []entry{{name: "team/" + program, text: strings.Repeat("print(1)\n", 50)}, {name: "team/lib/x", text: "y"}, {name: "team/l", text: "lib/x", mode: fs.ModeSymlink}}
	plain := tarred(t, entries[:2]...)
	z, err := os.ReadFile(zipped(t, entries...))
	assert.NilError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	r := newRig(t, "")
	r.options.MaxBytes, r.options.MaxFiles = 1<<20, 1000
	try := func(what string, data []byte, want bool) {
		s, err := Open(t.Context(), write(t, "x", data), r.options)
		if _, ok := errors.AsType[*Problem](err); err != nil && !ok {
			t.Errorf("%s: %v", what, err)
		}
		if want && err == nil {
			t.Errorf("%s: it is read", what)
		}
		if s != nil {
			assert.NilError(t, s.Close())
		}
	}
	for name, data := range map[string][]byte{"zip": z, "tar": plain, "tar.gz": gzipped(t, plain)} {
		for range 60 {
			n := random.IntN(len(data))
			try(fmt.Sprintf("%s cut at %d", name, n), data[:n], name != "tar")
			bad := bytes.Clone(data)
			bad[n] ^= byte(1 << random.IntN(8))
			try(fmt.Sprintf("%s changed at %d", name, n), bad, false)
		}
	}
	r.isClean()
}

func TestABuildMayLeaveAnything(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"a link for the file of addresses", "ln -s /etc/passwd config.json", "the file config.json, which the grader writes, cannot be written: path escapes from parent"},
		{"a link that leads nowhere for it", "ln -s none config.json", "cannot be written: a link leads nowhere"},
		{"a folder for it", "mkdir config.json", "cannot be written: it is no file"},
		{"a pipe for it", "mkfifo config.json", "cannot be written: it is no file"},
		{"a link that is not executable for the command", "rm node; ln -s /etc/passwd node", "./node is not executable: path escapes from parent"},
		{"a folder for the command", "rm node; mkdir node", "node is a folder, want a program"},
		{"too many files", "i=0; while [ $i -lt 50 ]; do : >$i; i=$((i+1)); done", "the build left more than 40 files and folders"},
		{"too large a file", "dd if=/dev/zero of=x bs=1048576 count=9 2>/dev/null", "the build left more than 4 MB"},
		{"a path that is too long", "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do d=" + strings.Repeat("x", 200) + "; mkdir $d; cd -P $d; done", "the build left a path of more than 2000 bytes"},
		{"a link out", "ln -s /etc/passwd x", ""},
		{"a pipe", "mkfifo x", ""},
		{"a file of addresses", "echo >config.json", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, fmt.Sprintf("config_file = \"config.json\"\n[build]\ncommand = [\"sh\", \"-c\", %q]\n", c.script))
			r.options.Course.Start.Args, r.options.Course.Start.Program = []string{"./node", "{index}"}, "node"
			r.options.MaxFiles, r.options.MaxBytes = 10, 1<<20
			if c.want == "" {
				r.open(put(t, "node"))
				return
			}
			p := r.refuses(put(t, "node"))
			assert.Assert(t, strings.Contains(p.Reason, c.want), p.Reason)
		})
	}
	info, err := os.Stat("/etc/passwd")
	assert.NilError(t, err)
	assert.Equal(t, info.Mode().Perm()&0o111, fs.FileMode(0), "a file of the machine was made executable")
}

func TestTheFileOfAddressesMayBeInAFolderToBeMade(t *testing.T) {
	for script, want := range map[string]string{
		"true":                  "",
		"mkdir conf":            "",
		"ln -s /etc conf":       "path escapes from parent",
		"echo >conf":            "not a directory",
		"ln -s none conf":       "a link leads nowhere",
		"mkdir d; ln -s d conf": "",
	} {
		t.Run(script, func(t *testing.T) {
			r := newRig(t, fmt.Sprintf("config_file = \"conf/x/config.json\"\n[build]\ncommand = [\"sh\", \"-c\", %q]\n", script))
			if want == "" {
				r.open(put(t, program))
				return
			}
			p := r.refuses(put(t, program))
			assert.Assert(t, strings.Contains(p.Reason, want), p.Reason)
		})
	}
}
