package text

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestNearest(t *testing.T) {
	words := []string{"figure_7", "figure_8", "fresh_5", "split_vote"}
	for _, test := range []struct {
		name, written string
		most          int
		want          []string
	}{
		{"a letter too many", "figgure_7", 1, []string{"figure_7"}},
		{"two letters swapped", "split_voet", 1, []string{"split_vote"}},
		{"capitals", "Fresh_5", 1, []string{"fresh_5"}},
		{"a part", "fig", 3, []string{"figure_7", "figure_8"}},
		{"the closest first", "figure_8", 2, []string{"figure_8", "figure_7"}},
		{"nothing near", "banana", 3, nil},
		{"too long to be meant", strings.Repeat("x", 65), 3, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Nearest(test.written, words, test.most)
			assert.DeepEqual(t, got, test.want)
		})
	}
}
