package cli

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
)

func planting(t *testing.T, f *fixture.Fixture, texts ...string) (string, error) {
	t.Helper()
	var p Planted
	for _, text := range texts {
		assert.NilError(t, p.Set(text))
	}
	if err := p.Plant(f); err != nil {
		return "", err
	}
	var names []string
	for i := range f.Nodes {
		names = append(names, f.Nodes[i].Bug)
	}
	return strings.Join(names, " ") + p.Flags(), nil
}

func TestPlant(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{nil, "old old old"},
		{[]string{"vote_twice"}, "vote_twice vote_twice vote_twice -bug vote_twice"},
		{[]string{"vote_twice@1"}, "old vote_twice old -bug vote_twice@1"},
		{[]string{"vote_twice@0,1-2", "read_local@1"}, "vote_twice read_local vote_twice -bug vote_twice@0,1,2 -bug read_local@1"},
	} {
		f := fixture.Fresh(3)
		shared := f.Nodes
		for i := range f.Nodes {
			f.Nodes[i].Bug = "old"
		}
		got, err := planting(t, f, c.texts...)
		assert.NilError(t, err)
		assert.Equal(t, got, c.want)
		assert.Equal(t, shared[1].Bug, "old") // others may have the nodes, too
	}
	_, err := planting(t, fixture.Fresh(3), "vote_twice@0", "read_local@2-3")
	assert.ErrorIs(t, err, ErrNodes)
	assert.ErrorContains(t, err, "-bug read_local: no such nodes: node 3, the cluster has nodes 0 to 2")
}

func TestSetErrors(t *testing.T) {
	for text, want := range map[string]string{
		"vote_twize":       "did you mean \"vote_twice\"?",
		"@1":               "want NAME or NAME@NODES",
		"":                 "want NAME or NAME@NODES",
		"vote_twice@":      `no such nodes: "", want ids`,
		"vote_twice@2-1":   "such as 0,2-4",
		"vote_twice@1,a":   "such as 0,2-4",
		"vote_twice@99999": "such as 0,2-4",
		"vote_twice@0-1-2": "such as 0,2-4",
	} {
		var p Planted
		assert.ErrorContains(t, p.Set(text), want, text)
		assert.Equal(t, len(p), 0)
	}
}
