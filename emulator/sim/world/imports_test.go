package world

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"gotest.tools/v3/assert"
)

// Nothing in the package may depend on the clock, on unseeded randomness, or on the order
// of goroutines or of a map.
func TestSourceIsDeterministic(t *testing.T) {
	allowed := []string{
		"bytes", "cmp", "encoding/binary", "encoding/json", "errors", "fmt", "math/bits", "math/rand/v2", "slices",
		"strconv", "strings", "time", "unicode/utf8", "github.com/google/uuid",
		"rrmq.example/emulator/emulator/text", "rrmq.example/emulator/emulator/sim/machine", "rrmq.example/emulator/raft",
		"rrmq.example/emulator/emulator/sim/bugs", "rrmq.example/emulator/emulator/sim/encode", "rrmq.example/emulator/emulator/sim/fault", "rrmq.example/emulator/emulator/sim/trace",
	}
	// The parts of packages that may be used.
	parts := map[string][]string{
		"time": {"Duration", "Nanosecond", "Microsecond", "Millisecond", "Second"},
		"rand": {"PCG", "NewPCG"},
		"uuid": {"UUID"},
	}
	pkg, err := build.ImportDir(".", 0)
	assert.NilError(t, err)
	fset := token.NewFileSet()
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, 0)
		assert.NilError(t, err)
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			assert.NilError(t, err)
			assert.Assert(t, slices.Contains(allowed, path), "%s imports %s", name, path)
			assert.Assert(t, i.Name == nil, "%s renames %s", name, path)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%v: starts a goroutine", fset.Position(n.Pos()))
			case *ast.SelectStmt:
				t.Errorf("%v: selects", fset.Position(n.Pos()))
			case *ast.MapType:
				t.Errorf("%v: has a map, which somebody might range over", fset.Position(n.Pos()))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil && parts[x.Name] != nil {
					assert.Assert(t, slices.Contains(parts[x.Name], n.Sel.Name), "%v: uses %s.%s", fset.Position(n.Pos()), x.Name, n.Sel.Name)
				}
			}
			return true
		})
	}
}
