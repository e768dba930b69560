package raft

import (
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// The core imports no package with time, randomness, concurrency or I/O, and no other
// package of this project: its effects are a function of its inputs.
//
// Reference: raft.tla, whose actions are functions of the state.
func TestImportsAreWithoutSideEffects(t *testing.T) {
	allowed := map[string]bool{"fmt": true, "slices": true, "sort": true}
	files, err := os.ReadDir(".")
	assert.NilError(t, err)
	read := 0
	for _, f := range files {
		name := f.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		read++
		t.Run(name, func(t *testing.T) {
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			assert.NilError(t, err)
			for _, i := range parsed.Imports {
				path, err := strconv.Unquote(i.Path.Value)
				assert.NilError(t, err)
				assert.Assert(t, allowed[path], "%s imports %s; if it is as pure as %v, add it here", name, path, allowed)
			}
		})
	}
	assert.Assert(t, read >= 7)
}
