// Package text writes words for people: suggestions for mistyped words, plurals, text cut
// short, wrapped or made printable, and commands as a shell takes them. It knows nothing of
// clusters.
package text

import "strings"

// maxWritten bounds what is compared, in bytes: the work grows with its length.
const maxWritten = 64

// Nearest returns the words that are closest to what was written, up to most of them, in
// their order. Without a word that is near, it returns those that begin with what was
// written, or contain it. It returns none when all are too far off to be meant.
func Nearest(written string, words []string, most int) []string {
	if len(written) > maxWritten {
		return nil
	}
	written = strings.ToLower(written)
	closest := maxWritten
	var near, longer []string
	for _, word := range words {
		w := strings.ToLower(word)
		switch d := Distance(written, w); {
		case d > allowed(written, w):
			if isPart(written, w) {
				longer = append(longer, word)
			}
		case d < closest:
			closest, near = d, []string{word}
		case d == closest:
			near = append(near, word)
		}
	}
	if near == nil {
		near = longer
	}
	return near[:min(len(near), most)]
}

// Typos returns the words that differ by one edit from what was written, up to most: for
// words that do something, where a guess must not harm.
func Typos(written string, words []string, most int) []string {
	var near []string
	for _, w := range words {
		if IsTypo(written, w) && len(near) < most {
			near = append(near, w)
		}
	}
	return near
}

// IsTypo reports whether one edit leads from what was written to a word.
func IsTypo(written, word string) bool {
	return len(written) <= maxWritten && max(len(written), len(word)) > 1 && Distance(strings.ToLower(written), strings.ToLower(word)) <= 1
}

// allowed is how many edits may lead from what was written to a word: one for a short word.
func allowed(written, word string) int {
	switch n := len(word); {
	case max(n, len(written)) < 2:
		return 0
	case n < 6:
		return 1
	case n < 12:
		return 2
	}
	return 3
}

// isPart reports whether somebody who wrote this may have wanted the whole word.
func isPart(written, word string) bool {
	return len(written) >= 3 && strings.HasPrefix(word, written) || len(written) >= 4 && strings.Contains(word, written)
}

// Distance is the number of bytes to insert, delete or replace, or neighbours
// to swap, to get from a to b.
func Distance(a, b string) int {
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
