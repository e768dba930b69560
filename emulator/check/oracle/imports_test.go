package oracle

import (
	"go/build"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// TestImportsOnlyTheStandardLibrary keeps the oracle independent of the code that it
// judges. The path of a package outside the standard library begins with a domain.
func TestImportsOnlyTheStandardLibrary(t *testing.T) {
	pkg, err := build.ImportDir(".", 0)
	assert.NilError(t, err)
	assert.Assert(t, len(pkg.Imports) > 0)
	for _, path := range pkg.Imports {
		domain, _, _ := strings.Cut(path, "/")
		assert.Assert(t, !strings.Contains(domain, "."), "imports %s", path)
	}
}
