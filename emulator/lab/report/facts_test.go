package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// The last events before a failure say most about it. A narrow report leaves out the first
// ones.
func TestNarrowReportKeepsTheNewestEvents(t *testing.T) {
	var trail []string
	for i := range 10 {
		trail = append(trail, fmt.Sprintf("event %d happened at a node, and it takes two lines", i))
	}
	var b bytes.Buffer
	layFacts(&b, findingFacts(&scenario.Finding{Status: scenario.Failed, Expected: "x", Trail: trail}, ""), "  ", 50, 6)
	assert.Equal(t, strings.TrimSpace(b.String()[strings.Index(b.String(), "before"):]), strings.TrimSpace(`
before     ... 16 lines before
             event 8 happened at a node, and it
               takes two lines
             event 9 happened at a node, and it
               takes two lines`))
}

func TestTAPWritesSignsAsTheyAre(t *testing.T) {
	assert.Equal(t, tapValue("a <b> & c"), `"a <b> & c"`)
}
