package systematic

import (
	"context"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/fixture"
)

func TestTry(t *testing.T) {
	b := DefaultBounds
	r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: b, Workers: 1})
	assert.NilError(t, err)
	t.Logf("%+v", r)
	if r.Violation != nil {
		t.Logf("%+v", *r.Violation)
	}
}
