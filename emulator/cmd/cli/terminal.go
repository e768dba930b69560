package cli

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"rrmq.example/emulator/emulator/text"
)

// Width returns how many columns a line may have: what COLUMNS says, or the terminal, or
// plain for what does not go to a terminal. Only golang.org/x/term knows a terminal's
// size on each system.
func Width(w io.Writer, plain int) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if f := file(w); f != nil {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return plain
}

// Style returns how text looks that is written to w: color is the value of -color, plain
// the width where there is no terminal.
func Style(w io.Writer, color string, plain int) text.Style {
	return text.Style{Width: Width(w, plain), Color: colors(color, IsTerminal(w), os.Getenv)}
}

// colors decides whether to colour. NO_COLOR counts unless the flag asks for colour.
func colors(color string, terminal bool, getenv func(string) string) bool {
	switch color {
	case "always":
		return true
	case "never":
		return false
	}
	return terminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// IsTerminal reports whether somebody may watch what is written.
func IsTerminal(w io.Writer) bool {
	f := file(w)
	return f != nil && term.IsTerminal(int(f.Fd()))
}
