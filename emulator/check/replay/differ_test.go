package replay

import (
	"testing"

	"gotest.tools/v3/assert"
)

func TestDifferenceNamesTheField(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{`{"seq":1,"d":{"x":[1,2]}}`, `{"seq":1,"d":{"x":[1,3]}}`, "d.x.1"},
		{`{"seq":1}`, `{"seq":1,"node":0}`, "node"},
		{`{"seq":1}`, `{"seq":2}`, "seq"},
		{`{"d":[1]}`, `{"d":[1,2]}`, "d"},
		{`{"seq":1}`, ``, ""},
	} {
		assert.Equal(t, difference([]byte(c.a), []byte(c.b)), c.want)
	}
}
