package text

import (
	"fmt"
	"strings"
)

// Plural returns the noun for n things: "line" for 1, "lines" for other numbers.
func Plural[N ~int | ~uint64](n N, noun string) string {
	if n == 1 {
		return noun
	}
	stem, isY := strings.CutSuffix(noun, "y")
	switch {
	case isY && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "o"):
		return stem + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "sh"):
		return noun + "es"
	}
	return noun + "s"
}

// Count returns a number with its noun: "1 line", "2 lines".
func Count[N ~int | ~uint64](n N, noun string) string {
	return fmt.Sprintf("%d %s", n, Plural(n, noun))
}
