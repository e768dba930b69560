package room

import (
	"errors"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"rrmq.example/emulator/emulator/grade/room/netns"
)

// shut lets the kernel refuse connections at a door, or take them in again. The port stays
// the door's meanwhile: it was asked for by its number, and while it is shut nobody else may
// bind it. A door that is closed already stays so.
func (d *door) shut(yes bool) error {
	raw, err := d.Listener.(*net.TCPListener).SyscallConn()
	if err != nil {
		return nil //nolint:nilerr // the door is closed already
	}
	d.refuses.Store(yes)
	failed := raw.Control(func(fd uintptr) {
		if yes {
			err = os.NewSyscallError("shutdown", unix.Shutdown(int(fd), unix.SHUT_RDWR))
			err = errors.Join(err, shared(int(fd), 0))
			return
		}
		// Connections of its last time may linger.
		err = errors.Join(shared(int(fd), 1), os.NewSyscallError("listen", unix.Listen(int(fd), netns.Backlog)))
	})
	if !yes {
		d.wake()
	}
	if errors.Is(failed, net.ErrClosed) {
		return nil
	}
	return errors.Join(failed, err)
}

// shared says whether a port may be bound beside others.
func shared(fd, on int) error {
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, on))
}
