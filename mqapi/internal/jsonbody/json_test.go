package jsonbody

import (
	"encoding/json"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// Any text comes back as it went, apart from bytes that are no UTF-8.
func TestAppendText(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r < 0x3000; r++ {
		all.WriteRune(r)
	}
	var got string
	assert.NilError(t, json.Unmarshal(AppendText(nil, all.String()), &got))
	assert.Equal(t, got, all.String())
	assert.Equal(t, string(AppendText(nil, "a\xffb")), "\"a\ufffdb\"")
	assert.Equal(t, string(AppendText(nil, "\x00\x1f\x7f</>&")), "\"\\u0000\\u001f\x7f</>&\"")
}
