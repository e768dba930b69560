package cmd

import (
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/version"
)

// Spellings of earlier versions work, and no help shows them.
func TestOldSpellings(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("old_leader.toml", []byte(scenarioFile), 0o666))
	for _, c := range []struct {
		name, line, stdout, hidden string
	}{
		{"Log", "-log json -version", "emulator ", "\n  -log "},
		{"RunTrace", "run -trace runs old_leader.toml -seed 7", "1 of 1 scenario passed", "\n  -trace "},
		{"RunPicture", "run -picture pages old_leader.toml", "1 of 1 scenario passed", "\n  -picture "},
		{"ReplayFreezeFirst", "replay -freeze end.toml runs/old_leader-7.jsonl", "repeated alike", ""},
		{"VersionFlag", "--version", "emulator ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := call(strings.Fields(c.line)...)
			assert.Equal(t, code, cli.OK, stderr)
			assert.Assert(t, strings.Contains(stdout, c.stdout), stdout)
			_, help, _ := call(strings.Fields(c.line)[0], "-h")
			assert.Assert(t, c.hidden == "" || !strings.Contains(help, c.hidden), help)
		})
	}
}

func TestFlagsAfterOperands(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("old_leader.toml", []byte(scenarioFile), 0o666))
	for _, line := range []string{
		"run old_leader.toml -traces . -seed 7",
		"replay old_leader-7.jsonl --freeze end.toml",
		"check old_leader.toml end.toml",
		"bugs vote_twice -json",
	} {
		code, _, stderr := call(strings.Fields(line)...)
		assert.Equal(t, code, cli.OK, "%s: %s", line, stderr)
	}
	_, stdout, _ := call("check", "end.toml")
	assert.Equal(t, stdout, "end.toml: fine, 5 nodes\n")
}

func TestErrorsSayWhereAWordBelongs(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"-list figure", `"figure" is neither a flag nor a subcommand; want one of run, explore, systematic, `},
		{"-seed 3 foo", `"foo" is neither a flag nor a subcommand; want one of run, `},
		{"help run election", `there is no command "election": emulator run has no commands`},
		{"-seed 3 run fresh_5", "emulator run: -seed stands before run: write it after run"},
		{"-base-port 3 run fresh_5", "-base-port is a flag of emulator, not of emulator run"},
	} {
		code, _, stderr := call(strings.Fields(c.line)...)
		assert.Equal(t, code, cli.Usage)
		assert.Assert(t, strings.Contains(stderr, c.want), "%s: %s", c.line, stderr)
	}
}

func TestHelpInAGroup(t *testing.T) {
	for line, same := range map[string]string{"ctl help": "ctl -h", "ctl help wait": "ctl wait -h", "ctl history help check": "ctl history check -h"} {
		code, got, stderr := call(strings.Fields(line)...)
		assert.Equal(t, code, cli.OK, stderr)
		_, want, _ := call(strings.Fields(same)...)
		assert.Equal(t, got, want)
	}
}

func TestVersion(t *testing.T) {
	code, stdout, stderr := call("version")
	assert.Equal(t, code, cli.OK, stderr)
	for _, want := range []string{"version ", "commit ", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH} {
		assert.Assert(t, strings.Contains(stdout, want), stdout)
	}
	_, stdout, _ = call("version", "-json")
	var b version.Build
	assert.NilError(t, json.Unmarshal([]byte(stdout), &b))
	assert.Equal(t, b, version.Current())
}
