package text

// A Style says how text may look where it goes.
type Style struct {
	Width int  // columns of a line
	Color bool // escape sequences are understood
}

// The colours of verdicts, from the eight that every terminal has.
const (
	good     = "\x1b[32m"   // green
	bad      = "\x1b[1;31m" // bold red
	doubtful = "\x1b[33m"   // yellow
	plain    = "\x1b[0m"
)

// Good colours the word of a verdict that passed.
func (s Style) Good(word string) string { return s.paint(good, word) }

// Bad colours the word of a verdict that failed.
func (s Style) Bad(word string) string { return s.paint(bad, word) }

// Doubtful colours the word of a verdict that is undecided.
func (s Style) Doubtful(word string) string { return s.paint(doubtful, word) }

func (s Style) paint(color, word string) string {
	if !s.Color || word == "" {
		return word
	}
	return color + word + plain
}
