package course

import (
	_ "embed"
	"fmt"
)

//go:embed default.toml
var defaultFile []byte

// DefaultTOML returns the text of the default course's file.
func DefaultTOML() []byte { return append([]byte(nil), defaultFile...) }

// Default returns the course for which no file is needed.
func Default() *Course {
	c, err := Parse("default.toml", defaultFile)
	if err != nil {
		panic(fmt.Sprintf("course: the embedded file is wrong: %v", err)) // a test reads it
	}
	return c
}
