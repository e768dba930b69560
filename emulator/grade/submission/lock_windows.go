package submission

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// lock locks a file until it is closed, or reports that another process has locked it.
func lock(file *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
}

// isOwn reports whether a file belongs to this user: the folder for temporary files does.
func isOwn(fs.FileInfo) bool { return true }
