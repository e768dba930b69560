//go:build !unix

package submission

import (
	"errors"
	"io/fs"
)

// isName reports whether an error of writing is about the name.
func isName(err error) bool {
	return errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrExist)
}

func isLoop(error) bool { return false }
