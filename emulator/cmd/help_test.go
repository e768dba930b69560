package cmd

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// each calls do for every command that is documented, with the words that name it.
func each(c *cli.Command, words []string, do func(words []string, c *cli.Command)) {
	do(words, c)
	for _, sub := range c.Commands {
		if !sub.Hidden {
			each(sub, append(words[:len(words):len(words)], sub.Name), do)
		}
	}
}

// The help of every command is in testdata, as people see it.
func TestHelp(t *testing.T) {
	t.Setenv("COLUMNS", "")
	t.Setenv("EMULATOR_URL", "http://elsewhere:1") // shows in no help
	each(Command(), nil, func(words []string, c *cli.Command) {
		if c.Raw {
			return
		}
		t.Run(strings.Join(append([]string{cli.Name}, words...), "_"), func(t *testing.T) {
			code, stdout, stderr := call(append(words, "-h")...)
			assert.Equal(t, code, cli.OK, stderr)
			assert.Equal(t, stderr, "")
			golden.Assert(t, stdout, t.Name()+".txt")
			_, same, _ := call(append([]string{"help"}, words...)...)
			assert.Equal(t, same, stdout)
		})
	})
}

// A command says what it does, with an example, and what its exit codes mean.
func TestHelpIsComplete(t *testing.T) {
	each(Command(), nil, func(words []string, c *cli.Command) {
		if c.Raw || len(words) > 1 {
			return
		}
		t.Run(strings.Join(words, "_"), func(t *testing.T) {
			assert.Check(t, c.Summary != "" && c.About != "" && len(c.Examples) > 0)
			for _, e := range c.Examples {
				assert.Check(t, strings.Contains(e[0], cli.Name), e[0])
			}
		})
	})
}

// A flag's name has one type and one sort of value in all commands.
func TestFlagsHaveOneMeaning(t *testing.T) {
	type meaning struct{ arg, kind string }
	known := map[string]meaning{}
	where := map[string]string{}
	each(Command(), nil, func(words []string, c *cli.Command) {
		for _, f := range c.Flags {
			m := meaning{f.Arg, f.Kind}
			if f.Name == "timeout" || f.Name == "check" { // each command says what of
				m.arg = ""
			}
			if before, ok := known[f.Name]; ok {
				assert.Check(t, before == m, "-%s: %v in %q, %v in %q", f.Name, before, where[f.Name], m, words)
			}
			known[f.Name], where[f.Name] = m, strings.Join(words, " ")
		}
	})
	assert.Assert(t, len(known) > 20, "%v", known)
}
