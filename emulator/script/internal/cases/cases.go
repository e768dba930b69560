// Package cases runs tests that stand in text files: an input and the output that
// it must give, many to a file.
//
//	=== Name of the case
//	input, of any number of lines
//	---
//	output, of any number of lines
//
// go test -update rewrites the outputs, so a change of words shows as a diff of
// the file. Lines that begin with # before the first case are a comment.
package cases

import (
	"os"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"
)

const (
	header    = "=== "
	separator = "---"
)

type one struct{ name, input, output string }

// Run runs output on the input of each case of a file and compares what it
// returns. Neither may hold a line of the format's own.
func Run(t *testing.T, file string, output func(t *testing.T, name, input string) string) {
	t.Helper()
	text, err := os.ReadFile(file)
	assert.NilError(t, err)
	comment, list := parse(t, string(text))
	for i := range list {
		c := &list[i]
		t.Run(c.name, func(t *testing.T) {
			got := strings.TrimSuffix(output(t, c.name, c.input), "\n")
			if golden.FlagUpdate() {
				c.output = got
				return
			}
			assert.Equal(t, got, c.output)
		})
	}
	if golden.FlagUpdate() {
		assert.NilError(t, os.WriteFile(file, []byte(format(comment, list)), 0o644))
	}
}

func parse(t *testing.T, text string) (comment string, list []one) {
	t.Helper()
	comment, rest, _ := strings.Cut(text, header)
	for part := range strings.SplitSeq(rest, "\n"+header) {
		name, body, ok := strings.Cut(part, "\n")
		assert.Assert(t, ok, "case %q is empty", part)
		input, output, ok := strings.Cut("\n"+body, "\n"+separator+"\n")
		assert.Assert(t, ok, "case %s has no line %s", name, separator)
		list = append(list, one{name, strings.TrimPrefix(input, "\n"), strings.TrimSuffix(output, "\n")})
	}
	return comment, list
}

func format(comment string, list []one) string {
	var b strings.Builder
	b.WriteString(comment)
	for _, c := range list {
		b.WriteString(header + c.name + "\n")
		if c.input != "" {
			b.WriteString(c.input + "\n")
		}
		b.WriteString(separator + "\n")
		if c.output != "" {
			b.WriteString(c.output + "\n")
		}
	}
	return b.String()
}
