package run

import (
	"os/exec"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// pasted runs a command in a shell where emulator prints its words, and returns them.
func pasted(t *testing.T, shell, command string) []string {
	t.Helper()
	out, err := exec.Command(shell, "-c", `emulator() { printf '%s\0' "$@"; }; `+command).Output()
	assert.NilError(t, err, command)
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestRepeatLinesNameTheSameFile(t *testing.T) {
	for _, name := range []string{"a\nb.toml", "a\xffb.toml", "it's $HOME.toml", "a\u202eb.toml", "-a\tb.toml", "[a]*.toml", `a\nb.toml`, "\x01.toml"} {
		dir(t, map[string]string{name: failing})
		o := run("./"+name, "-report", "tap=tap", "-report", "json=json")
		o.must(t, cli.Failed)
		_, after, found := strings.Cut(o.stdout, "  repeat     ")
		assert.Assert(t, found, o.stdout)
		command, _, _ := strings.Cut(after, "\n")
		for _, shell := range []string{"sh", "bash", "zsh"} {
			if _, err := exec.LookPath(shell); err != nil {
				continue
			}
			words := pasted(t, shell, command)
			assert.DeepEqual(t, words[:2], []string{"run", "./" + name})
			run(words[1:]...).must(t, cli.Failed)
		}
	}
}
