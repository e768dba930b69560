package cli

import (
	"os"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestLoadFixtureReadsStandardInput(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("-", []byte("format = 1\ncluster.nodes = 4\n"), 0o600))
	for name, c := range map[string]struct {
		fixture, stdin string
		nodes          int
		err            string
	}{
		"Stdin": {"-", "format = 1\ncluster.nodes = 2\n", 2, ""},
		"File":  {"./-", "", 4, ""},
		"Name":  {"fresh_3", "", 3, ""},
		"Wrong": {"-", "format = 1\ncluster.node = 2\n", 0, "stdin:2: cluster.node: unknown key"},
		"Empty": {"-", "", 0, "stdin:1: format: is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := (&Call{Stdin: strings.NewReader(c.stdin)}).LoadFixture(c.fixture)
			if c.err != "" {
				assert.ErrorContains(t, err, c.err)
				assert.Equal(t, Code(err), Usage)
				return
			}
			assert.NilError(t, err)
			assert.Equal(t, len(f.Nodes), c.nodes)
		})
	}
}
