package target

import (
	"context"
	"net"

	"rrmq.example/emulator/emulator/grade/room"
)

// rooms is what a run needs of room.Rooms. Tests have other rooms.
type rooms interface {
	Addresses(i int) []room.Address
	Start(i int, c room.Command) (process, error)
	Dial(ctx context.Context, i int, internal bool) (net.Conn, error)
	Shut(i int, yes bool)
	ShutLink(from, to int, yes bool)
	Bypassed() string
	OwnAddress() string
	Close() error
}

// process is what a run needs of room.Process.
type process interface {
	Pause() error
	Resume() error
	Kill() error
	Done() <-chan struct{}
	Exit() string
	Tail() []string
}

// realRooms are those of package room.
type realRooms struct{ *room.Rooms }

func (r realRooms) Start(i int, c room.Command) (process, error) {
	p, err := r.Rooms.Start(i, c)
	if err != nil {
		return nil, err
	}
	return p, nil
}
