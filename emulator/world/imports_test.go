package world

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"testing"

	"gotest.tools/v3/assert"
)

// TestImports reads the package's source: nothing in it may depend on the
// clock, on chance or on the order in which goroutines or maps happen to go.
func TestImports(t *testing.T) {
	allowed := []string{
		"bytes", "encoding/binary", "encoding/json", "errors", "fmt", "math/bits", "math/rand/v2", "slices",
		"strconv", "strings", "time", "unicode/utf8", "github.com/google/uuid",
		"rrmq.example/emulator/mqapi", "rrmq.example/emulator/raft",
	}
	pkg, err := build.ImportDir(".", 0)
	assert.NilError(t, err)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, 0)
		assert.NilError(t, err)
		files = append(files, f)
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			assert.NilError(t, err)
			assert.Assert(t, slices.Contains(allowed, path), "%s imports %s", name, path)
		}
	}
	// Only what a type tells can be looked up in it: whether a range is over a
	// map, and where a function is from.
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	_, err = config.Check("world", fset, files, info)
	assert.NilError(t, err)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%v: starts a goroutine", fset.Position(n.Pos()))
			case *ast.SelectStmt:
				t.Errorf("%v: selects", fset.Position(n.Pos()))
			case *ast.RangeStmt:
				if _, isMap := info.Types[n.X].Type.Underlying().(*types.Map); isMap {
					t.Errorf("%v: ranges over a map", fset.Position(n.Pos()))
				}
			case *ast.Ident:
				if f, ok := info.Uses[n].(*types.Func); ok && f.Pkg() != nil && f.Signature().Recv() == nil {
					switch f.Pkg().Path() {
					case "time":
						t.Errorf("%v: calls time.%s", fset.Position(n.Pos()), f.Name())
					case "math/rand/v2":
						assert.Equal(t, f.Name(), "NewPCG", "%v", fset.Position(n.Pos()))
					case "github.com/google/uuid":
						t.Errorf("%v: calls uuid.%s", fset.Position(n.Pos()), f.Name())
					}
				}
			}
			return true
		})
	}
}
