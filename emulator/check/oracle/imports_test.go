package oracle

import (
	"go/build"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// The oracle shares nothing with what it judges: it imports the standard library
// only, and that imports nothing of this project either.
func TestImports(t *testing.T) {
	pkg, err := build.ImportDir(".", 0)
	assert.NilError(t, err)
	assert.Assert(t, len(pkg.Imports) > 0)
	for _, path := range pkg.Imports {
		first, _, _ := strings.Cut(path, "/")
		std, err := build.Import(path, ".", build.FindOnly)
		assert.NilError(t, err)
		assert.Assert(t, std.Goroot && !strings.Contains(first, "."), "imports %s", path)
	}
}
