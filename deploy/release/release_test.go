package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"
)

func TestReleaseIsWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("links a binary")
	}
	out := filepath.Join(t.TempDir(), "new", "dist")
	target := runtime.GOOS + "/" + runtime.GOARCH
	assert.NilError(t, release(t.Context(), out, []string{target}, "v1.2.3"))

	sums, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	assert.NilError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(sums), "\n"), "\n")
	entries, err := os.ReadDir(out)
	assert.NilError(t, err)
	assert.Equal(t, len(entries), len(lines)+1) // SHA256SUMS itself
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		data, err := os.ReadFile(filepath.Join(out, name))
		assert.NilError(t, err)
		assert.Equal(t, sum, fmt.Sprintf("%x", sha256.Sum256(data)))
	}

	_, name, _ := strings.Cut(lines[0], "  ")
	said, err := exec.Command(filepath.Join(out, name), "version").Output()
	assert.NilError(t, err)
	assert.Assert(t, strings.HasPrefix(string(said), "version  v1.2.3\n"), string(said))

	// Nothing of this machine is in the binary.
	binary, err := os.ReadFile(filepath.Join(out, name))
	assert.NilError(t, err)
	here, err := os.Getwd()
	assert.NilError(t, err)
	assert.Assert(t, !bytes.Contains(binary, []byte(filepath.Dir(here))))

	// The bill and the licences have each module that is linked.
	info, err := buildinfo.ReadFile(filepath.Join(out, name))
	assert.NilError(t, err)
	assert.Assert(t, len(info.Deps) > 3)
	var b bill
	text, err := os.ReadFile(filepath.Join(out, "emulator.cdx.json"))
	assert.NilError(t, err)
	assert.NilError(t, json.Unmarshal(text, &b))
	refs := map[string]bool{}
	for _, c := range b.Components {
		assert.Assert(t, !refs[c.Ref], c.Ref)
		refs[c.Ref] = true
	}
	licenses, err := os.ReadFile(filepath.Join(out, "LICENSES.txt"))
	assert.NilError(t, err)
	for _, d := range info.Deps {
		assert.Assert(t, refs["pkg:golang/"+d.Path+"@"+d.Version], d.Path)
		assert.Assert(t, is.Contains(string(licenses), "\n"+d.Path+" "+d.Version+"\n===="))
	}

	assert.ErrorContains(t, release(t.Context(), out, nil, ""), "exists already")
}

func TestReleaseThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorContains(t, release(t.Context(), filepath.Join(dir, "dist"), []string{"linux"}, ""), "want GOOS/GOARCH")
	entries, err := os.ReadDir(dir)
	assert.NilError(t, err)
	assert.Equal(t, len(entries), 0)
}

func TestNoVariableChangesWhatIsBuilt(t *testing.T) {
	got := withoutGo([]string{"PATH=/bin", "GOFLAGS=-race", "GOAMD64=v3", "CGO_CFLAGS=-g", "GOEXPERIMENT=x", "GOCACHE=/c", "GOPROXY=off"})
	assert.DeepEqual(t, got, []string{"PATH=/bin", "GOCACHE=/c", "GOPROXY=off", "GOENV=off", "GOWORK=off"})
}

func TestVersionIsTheTagOfTheCommit(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.Equal(t, readSource(t.Context()), source{version: "dev"})
	git := func(args ...string) {
		command := exec.Command("git", args...)
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_DATE=@0 +0000", "GIT_COMMITTER_DATE=@0 +0000",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a")
		out, err := command.CombinedOutput()
		assert.NilError(t, err, "%s", out)
	}
	git("init", "-q")
	git("commit", "-q", "--allow-empty", "-m", "first")
	got := readSource(t.Context())
	assert.Equal(t, got.version, "dev")
	assert.Equal(t, got.time, "1970-01-01T00:00:00Z")
	assert.Equal(t, len(got.commit), 40)
	git("tag", "v1.2.3")
	assert.Equal(t, readSource(t.Context()).version, "v1.2.3")
	assert.NilError(t, os.WriteFile("new", nil, 0o666))
	got = readSource(t.Context())
	assert.Equal(t, got.version, "dev")
	assert.Assert(t, got.modified)
}
