// Package shell writes commands so that they can be pasted into a POSIX shell.
package shell

import "strings"

// Word writes a word so that a shell takes it as it is.
func Word(word string) string {
	if word != "" && strings.TrimFunc(word, isPlain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// isPlain tells whether a character means nothing to a shell, wherever it stands.
func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./+,:@%=", r)
}

// Words writes a command.
func Words(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Word(w)
	}
	return strings.Join(quoted, " ")
}
