package course

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/internal/cases"
	"rrmq.example/emulator/emulator/script/source"
)

func TestDefaultStartsNodesAsTheCourseDoes(t *testing.T) {
	c := Default()
	args, env := c.Start.Command(1, []Address{{8567, 8568}, {8569, 8570}})
	assert.DeepEqual(t, args, []string{"python3", "src/node.py", "config.json", "1"})
	assert.DeepEqual(t, env, []string{"PYTHONUNBUFFERED=1"})
	assert.Equal(t, c.Start.Program, "src/node.py")
	assert.Equal(t, string(c.Start.Config([]Address{{8567, 8568}})), `{
  "addresses": [
    {
      "ip": "127.0.0.1",
      "port": 8567,
      "internal_port": 8568
    }
  ]
}
`)
	assert.Equal(t, c.Limits, Limits{Good: 3 * time.Second, Late: 10 * time.Second})
	assert.Equal(t, c.Start.Ready, 20*time.Second)
	assert.Equal(t, c.Share(TooSlow), 0.5)
	assert.Equal(t, c.Share(Flaky), 1.0)
	assert.Equal(t, c.Share(Wrong), 0.0)
}

func TestCommandFillsEveryWord(t *testing.T) {
	s := Start{
		Args:       []string{"node", "-f={config}", "--id={index}", "{port}/{internal_port}", "{address}", "{addresses}"},
		Env:        []string{"ADDRESS={address}"},
		ConfigFile: "nodes.json",
	}
	args, env := s.Command(1, []Address{{1, 2}, {3, 4}})
	assert.DeepEqual(t, args, []string{"node", "-f=nodes.json", "--id=1", "3/4", "127.0.0.1:3", "127.0.0.1:1,127.0.0.1:3"})
	assert.DeepEqual(t, env, []string{"ADDRESS=127.0.0.1:3"})
}

func TestInvalidFilesReportAllProblemsTogether(t *testing.T) {
	cases.Run(t, filepath.Join("testdata", "invalid.txt"), func(t *testing.T, _, input string) string {
		_, err := Parse("c", []byte(input))
		assert.ErrorIs(t, err, source.ErrInvalid)
		return err.Error()
	})
}

func TestEveryKeyIsInTheTableAndTheOtherWayRound(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "every_key.toml"))
	assert.NilError(t, err)
	c, err := Parse("every_key.toml", data)
	assert.NilError(t, err)
	assert.Equal(t, c.Start.Dir, "src")
	assert.Equal(t, c.Start.Program, "src/node.py")
	assert.Equal(t, c.Shares[Crashed], 0.25)
	assert.Equal(t, c.Messages.AppendEntries.Entries, "dict.entries")
	p := source.NewProblems("")
	root := source.ParseTOML(data, p)
	written := map[string]bool{}
	var walk func(prefix string, v *source.Value)
	walk = func(prefix string, v *source.Value) {
		for name, value := range v.Table("a table").Each() {
			if value.IsTable() && name != "env" {
				walk(prefix+name+".", value)
				continue
			}
			written[prefix+name] = true
		}
	}
	walk("", root)
	for _, k := range Keys() {
		assert.Check(t, written[k.Name], "testdata/every_key.toml lacks %s", k.Name)
		delete(written, k.Name)
	}
	assert.Equal(t, len(written), 0, "Keys lacks %v", written)
}

func TestProgramIsTheFileThatTheCommandNames(t *testing.T) {
	for _, c := range []struct{ command, dir, want string }{
		{"python3 src/node.py {config} {index}", ".", "src/node.py"},
		{"python3 -u node.py {config}", "src", "src/node.py"},
		{"./node {config}", ".", "node"},
		{"/usr/bin/node {config}", ".", ""},
		{"node --id {index}", ".", ""},
		{"java -jar target/node.jar {index}", ".", "target/node.jar"},
		{"go run . {index}", ".", ""},
		{"python3 ../node.py {index}", ".", ""},
	} {
		t.Run(c.command, func(t *testing.T) {
			assert.Equal(t, programOf(strings.Fields(c.command), c.dir), c.want)
		})
	}
}

func TestMatchPathTakesAnyOneSegmentForAName(t *testing.T) {
	m := Message{Path: "/rpc/{sender}"}
	assert.Assert(t, m.MatchPath("/rpc/3"))
	for _, path := range []string{"/rpc", "/rpc/", "/rpc/3/4", "/topic/3"} {
		assert.Assert(t, !m.MatchPath(path), path)
	}
	assert.Assert(t, !(&Message{}).MatchPath(""))
}

func TestLoadSaysThatAFileIsMissing(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.toml"))
	assert.ErrorIs(t, err, source.ErrUnreadable)
}
