package room

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"gotest.tools/v3/assert"
)

// A tired listener takes no connections.
type tired struct {
	net.Listener
	tries int
	over  bool
}

func (l *tired) Accept() (net.Conn, error) {
	l.tries++
	if l.over {
		return nil, net.ErrClosed
	}
	return nil, &net.OpError{Op: "accept", Net: "tcp", Err: net.UnknownNetworkError("tired")}
}

func (l *tired) Close() error {
	l.over = true
	return nil
}

// A door that is shut does not look whether it is open.
func TestADoorThatIsShutDoesNothingUntilItIsOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &tired{}
		d := &door{Listener: l, opened: make(chan struct{}, 1)}
		d.refuses.Store(true)
		go d.accept(nil)
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, l.tries, 1)
		d.refuses.Store(false) // but no descriptor is free
		d.wake()
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Assert(t, l.tries > 60 && l.tries < 80, "%d", l.tries)
		d.refuses.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		before := l.tries
		time.Sleep(time.Hour)
		assert.Equal(t, l.tries, before)
		assert.NilError(t, closeDoors([]*door{d}))
	})
}
