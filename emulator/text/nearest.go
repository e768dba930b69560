// Package text writes words for people: suggestions for mistyped words, plurals, text cut
// short, wrapped or made printable, and commands as a shell takes them. It knows nothing of
// clusters.
package text

import (
	"slices"
	"strings"
)

// maxWritten bounds what is compared, in bytes: the work grows with its length.
const maxWritten = 64

// Nearest returns the up to most words that are closest to what was written, the
// closest first; none when all are too far off to be meant.
func Nearest(written string, words []string, most int) []string {
	if len(written) > maxWritten {
		return nil
	}
	type near struct {
		word     string
		distance int
	}
	var found []near
	for _, w := range words {
		d := distance(strings.ToLower(written), strings.ToLower(w))
		short := min(len(written), len(w))
		contained := short >= 3 && (strings.Contains(w, written) || strings.Contains(written, w))
		if d <= max(1, len(w)/3) || contained {
			found = append(found, near{w, d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.distance - b.distance })
	var out []string
	for _, n := range found[:min(len(found), most)] {
		out = append(out, n.word)
	}
	return out
}

// distance is the number of bytes to insert, delete or replace, or neighbours
// to swap, to get from a to b.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
