package room

import (
	"net"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gotest.tools/v3/assert"
)

// A tired listener takes no connections.
type tired struct {
	net.Listener
	tries atomic.Int64
	over  atomic.Bool
}

func (l *tired) Accept() (net.Conn, error) {
	l.tries.Add(1)
	if l.over.Load() {
		return nil, net.ErrClosed
	}
	return nil, &net.OpError{Op: "accept", Net: "tcp", Err: net.UnknownNetworkError("tired")}
}

func (l *tired) Close() error {
	l.over.Store(true)
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
		assert.Equal(t, l.tries.Load(), int64(1))
		d.refuses.Store(false) // but no descriptor is free
		d.wake()
		time.Sleep(time.Minute)
		synctest.Wait()
		tries := l.tries.Load()
		assert.Assert(t, tries > 60 && tries < 80, "%d", tries)
		d.refuses.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		before := l.tries.Load()
		time.Sleep(time.Hour)
		assert.Equal(t, l.tries.Load(), before)
		assert.NilError(t, closeDoors([]*door{d}))
	})
}

func TestThePortOfADoorThatIsShutStaysTheDoors(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("doors are shut on Linux")
	}
	w, err := openWeb(2, false)
	assert.NilError(t, err)
	defer w.close()
	at := w.doors[0].Addr().String()
	w.gates.node(w.doors[0].to, true)
	_, err = net.DialTimeout("tcp", at, time.Second)
	assert.ErrorContains(t, err, "refused")
	_, err = net.Listen("tcp", at)
	assert.ErrorContains(t, err, "in use")
}

// A node that starts while another one is down finds its door shut.
func TestDoorsOfANodeThatStartsLaterAreShut(t *testing.T) {
	eachDoor(t, func(t *testing.T, m Mode) {
		l := open(t, Options{Nodes: 2, Mode: m})
		assert.NilError(t, l.startNode(1, "127.0.0.1").Kill())
		l.rooms.Shut(1, true)
		l.startNode(0, "127.0.0.1")
		l.isRefused(0, l.rooms.Addresses(0)[1].Port)
		assert.Equal(t, l.carried(), "")
	})
}

func TestAPortThatSomebodyHasIsNotReserved(t *testing.T) {
	free, err := reserve()
	assert.NilError(t, err)
	locked := free.nobody()
	assert.NilError(t, free.release())
	for _, network := range []string{"tcp4", "udp4"} {
		for _, host := range []string{"127.0.0.1:", "0.0.0.0:"} {
			var held interface{ Close() error }
			if at := host + strconv.Itoa(free.port); network == "tcp4" {
				held, err = net.Listen(network, at)
			} else {
				held, err = net.ListenPacket(network, at)
			}
			assert.NilError(t, err)
			_, err = take(free.port, locked)
			assert.ErrorContains(t, err, "in use", "%s %s", network, host)
			assert.NilError(t, held.Close())
		}
	}
	first, err := take(free.port, locked)
	assert.NilError(t, err, "the lock is free again")
	_, err = take(free.port, locked)
	assert.ErrorContains(t, err, "in use", "another grader has it")
	assert.NilError(t, first.release())
}
