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
		{"only the closest", "figure_8", 2, []string{"figure_8"}},
		{"as close as each other", "figure_9", 2, []string{"figure_7", "figure_8"}},
		{"the end of a word", "vote", 2, []string{"split_vote"}},
		{"nothing near", "banana", 3, nil},
		{"too long to be meant", strings.Repeat("x", 65), 3, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Nearest(test.written, words, test.most)
			assert.DeepEqual(t, got, test.want)
		})
	}
}

// Typical typos find their word: two letters swapped, one too many, one missing, another one.
// A short word may have one of them, and another word of the same length is no typo.
func TestNearestOfTypos(t *testing.T) {
	for word, typos := range map[string][]string{
		"run":       {"rnu", "urn", "rn", "runn", "rum"},
		"unique":    {"unqiue", "uniqe", "uniqque", "unicue", "uinqeu"},
		"crash":     {"crsh", "carsh", "crahs", "craash"},
		"partition": {"parition", "partiton", "partitoin", "patritoin"},
		"drop":      {"dorp", "drp", "dropp"},
		"0":         nil,
	} {
		for _, typo := range typos {
			assert.DeepEqual(t, Nearest(typo, []string{"other", word, "x"}, 3), []string{word})
		}
	}
	for written, word := range map[string]string{
		"a": "b", "restart": "isolate", "isolate": "restart", "heal": "crash", "pause": "resume", "reset": "restar", "no": "none", "": "x", "kill": "heal",
	} {
		assert.Assert(t, len(Typos(written, []string{word}, 3)) == 0, "%s is no %s", written, word)
	}
	for written, word := range map[string]string{"a": "b", "heal": "crash", "isolate": "restart", "no": "none", "": "x"} {
		assert.Assert(t, len(Nearest(written, []string{word}, 3)) == 0, "%s is no %s", written, word)
	}
}
