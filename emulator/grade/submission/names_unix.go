//go:build unix

package submission

import (
	"errors"

	"golang.org/x/sys/unix"
)

// isName reports whether an error of writing is about the name: too long, or a file where a
// folder is needed.
func isName(err error) bool {
	for _, e := range []error{unix.ENAMETOOLONG, unix.EILSEQ, unix.EINVAL, unix.ENOTDIR, unix.EISDIR, unix.EEXIST, unix.ELOOP} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isLoop reports whether links lead to each other.
func isLoop(err error) bool { return errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) }
