package text

import (
	"fmt"
	"strings"
)

// ShellWord writes a word on one line so that a shell takes it as it is. Bytes that would
// not survive on a line, such as those of a newline or of invalid UTF-8, go through printf,
// which every POSIX shell and fish understand alike. Only newlines at the end of a word
// need a shell with $'…', such as bash, zsh or a recent sh. In quotes fish takes \\ as one.
func ShellWord(word string) string {
	switch {
	case strings.HasSuffix(word, "\n"):
		return "$'" + octal(word) + "'"
	case strings.Contains(word, "\n") || Printable(word) != word:
		return `"$(printf '` + octal(word) + `')"`
	case word != "" && word[0] != '=' && strings.TrimFunc(word, isPlain) == "":
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// isPlain reports whether a character means nothing to a shell, wherever it stands. Only
// zsh expands = at the front of a word.
func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./+,:@%=", r)
}

// octal writes a word for printf: each byte that is not plain as \ and three digits. One
// at the front might be taken for an option's dash, and % for a verb.
func octal(word string) string {
	var b strings.Builder
	for i := range len(word) {
		if c := word[i]; isPlain(rune(c)) && c != '%' && (c != '-' || i > 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	return b.String()
}

// ShellWords writes a command.
func ShellWords(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = ShellWord(w)
	}
	return strings.Join(quoted, " ")
}
