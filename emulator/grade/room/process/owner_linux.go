package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// unprivileged is the user that nodes run as if the grader is root.
const unprivileged = 65534

// ownerOf returns the user to run as: the owner of the folder, if the grader is root
// and the folder is somebody else's.
func ownerOf(dir string) (uid, gid int, ok bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	info, err := os.Stat(dir)
	if err != nil {
		return 0, 0, false
	}
	s, isStat := info.Sys().(*syscall.Stat_t)
	if !isStat || s.Uid == 0 {
		return 0, 0, false
	}
	return int(s.Uid), int(s.Gid), true
}

// Own gives a folder to a user without rights if the grader is root, so that commands
// that run in it run as that user: they cannot signal the grader or write its files.
// It reports whether it did. It leaves the folder alone where that user could not run
// the program or reach the folder, as in a home directory of root.
func Own(dir string, c Command) (bool, error) {
	if os.Geteuid() != 0 {
		return false, nil
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	if len(c.Args) > 0 {
		env := c.Env
		path, err := lookUp(c.Args[0], dir, env)
		if err != nil {
			return false, err
		}
		if within, err := filepath.Rel(dir, path); err != nil || !filepath.IsLocal(within) {
			if !reaches(path) {
				return false, nil
			}
		}
	}
	if !reaches(filepath.Dir(dir)) { // opened to be read, which is more than needed
		return false, nil
	}
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, unprivileged, unprivileged)
	})
	if errors.Is(err, unix.EPERM) {
		return false, nil // a root without rights
	}
	if err != nil {
		return false, fmt.Errorf("give %s to its own user: %w", dir, err)
	}
	return true, nil
}

// reaches reports whether an unprivileged user can open a path. It asks the kernel, on a
// thread that looks like that user for the moment.
func reaches(path string) bool {
	result := make(chan bool)
	go func() {
		runtime.LockOSThread()
		err := errors.Join(unix.Setfsgid(unprivileged), unix.Setfsuid(unprivileged))
		if err == nil {
			var fd int
			if fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
				_ = unix.Close(fd)
			}
		}
		if unix.Setfsuid(0) == nil && unix.Setfsgid(0) == nil {
			runtime.UnlockOSThread()
		}
		result <- err == nil
	}()
	return <-result
}
