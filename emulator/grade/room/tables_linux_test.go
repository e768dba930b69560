package room

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"
)

func TestRowsOfConnectionsAreRead(t *testing.T) {
	for line, want := range map[string]socket{
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0": {
			local: 8080, state: listening, inode: 4711},
		"  17: 00000000000000000000000001000000:D431 00000000000000000000000001000000:2134 06 00000000:00000000 03:00000E10 00000000     0        0 0 3 0000000000000000": {
			local: 54321, remote: 8500, state: 6},
	} {
		got, ok := parseSocket([]byte(line))
		assert.Assert(t, ok)
		assert.Equal(t, got, want)
	}
	for _, line := range []string{"", "   0: 0100007F 00000000:0000 0A", "   0: 0100007F:1F90"} {
		_, ok := parseSocket([]byte(line))
		assert.Assert(t, !ok, line)
	}
}

func TestAProcessHoldsItsSockets(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	path := filepath.Join(t.TempDir(), "with a blank")
	u, err := net.Listen("unix", path)
	assert.NilError(t, err)
	defer u.Close()

	all, err := connections()
	assert.NilError(t, err)
	found := false
	for _, s := range all {
		if s.state == listening && int(s.local) == l.Addr().(*net.TCPAddr).Port {
			found = holds([]int{os.Getpid()}, []uint64{s.inode})
		}
	}
	assert.Assert(t, found)
	assert.Assert(t, holds([]int{os.Getpid()}, inodesAt(path)))
	assert.Assert(t, !holds([]int{os.Getpid()}, inodesAt(path+"s")))
	assert.Assert(t, !holds([]int{os.Getpid()}, []uint64{1}))
}

// A connection that the grader gave up while it was made is its own all the same.
func TestConnectionsThatTheGraderGivesUpAreItsOwn(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	assert.NilError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	h := &watch{real: map[uint16]target{uint16(port): {node: 3}}, dialed: map[uint16]bool{}}
	h.old = h.before()
	given := 0
	for range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		c, err := h.dial(ctx, port)
		cancel()
		if err == nil {
			_ = c.Close()
		} else {
			given++
		}
	}
	assert.Assert(t, given > 0, "no connection was given up")
	assert.Equal(t, len(h.strange()), 0, "%v", h.strange())
}
