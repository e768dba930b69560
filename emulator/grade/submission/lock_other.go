//go:build !unix && !windows

package submission

import (
	"errors"
	"io/fs"
	"os"
)

// lock cannot lock anything, so nothing is ever swept.
func lock(*os.File) error { return errors.ErrUnsupported }

func isOwn(fs.FileInfo) bool { return false }
