package cmd

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// A mistyped word is answered with the word that was meant, or with what there is. No word
// that crashes or restarts something is offered to a user who wrote another word.
func TestTyposAreAnsweredWithTheWordThatWasMeant(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"rnu", `did you mean "run"?`},
		{"exlpore", `did you mean "explore"?`},
		{"ctrl", `did you mean "ctl"?`},
		{"mutatns", `did you mean "mutants"?`},
		{"strat", "want one of run, explore"},
		{"-fixtrue fresh_3", `did you mean "-fixture"?`},
		{"run -sede 3", `did you mean "-seed"?`},
		{"-fixture frehs_3", `did you mean "fresh_3"?`},
		{"run frehs_3", `did you mean "fresh_3"?`},
		{"run -report jnuit=x fresh_3", `did you mean "junit"?`},
		{"bugs vote_twcie", `did you mean "vote_twice"?`},
		{"-bug vote_twcie", `did you mean "vote_twice"?`},
		{"ctl crahs 0", `did you mean "crash"?`},
		{"ctl isloate 0", `did you mean "isolate"?`},
		{"ctl reset 0", "want one of status, nodes, crash"},
		{"ctl kill 0", "want one of status, nodes, crash"},
		{"ctl wait laeder=unique", `did you mean "leader"?`},
		{"ctl fault lsit", `did you mean "list"?`},
	} {
		t.Run(strings.ReplaceAll(c.line, " ", "_"), func(t *testing.T) {
			words := strings.Fields(c.line)
			code, _, stderr := call(words...)
			assert.Equal(t, code, cli.Usage, stderr)
			assert.Assert(t, cmp.Contains(stderr, c.want))
		})
	}
}
