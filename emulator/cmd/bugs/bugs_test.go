package bugs

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/bugs"
)

func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Run(t.Context(), Command(), args, nil, &out, &errs)
	return code, out.String(), errs.String()
}

func TestEveryBugIsListed(t *testing.T) {
	code, stdout, stderr := run(t)
	assert.Equal(t, code, cli.OK, stderr)
	for _, b := range bugs.All() {
		assert.Assert(t, strings.Contains(stdout, b.Name+" ") && strings.Contains(stdout, b.Does), b.Name)
	}
}

func TestJSONAfterOperands(t *testing.T) {
	code, stdout, stderr := run(t, "read_local", "-json")
	assert.Equal(t, code, cli.OK, stderr)
	var read struct{ Bugs []*bugs.Bug }
	assert.NilError(t, json.Unmarshal([]byte(stdout), &read))
	assert.Equal(t, len(read.Bugs), 1)
	assert.Equal(t, read.Bugs[0].Rule, "usesLog")
}

func TestBugsRefusesBadUsage(t *testing.T) {
	for _, c := range []struct{ name, arg, want string }{
		{"Mistyped", "vote_twize", "did you mean \"vote_twice\"?"},
		{"Empty", "", `"": no such bug`},
		{"Flag", "-jsn", "there is no flag -jsn; did you mean \"-json\"?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := run(t, c.arg)
			assert.Equal(t, code, cli.Usage)
			assert.Assert(t, strings.HasPrefix(stderr, "emulator bugs: "), stderr)
			assert.Assert(t, strings.Contains(stderr, c.want), stderr)
			assert.Assert(t, strings.HasSuffix(stderr, "emulator bugs -h tells more\n"), stderr)
		})
	}
}
