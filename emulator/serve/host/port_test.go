package host

import (
	"io"
	"net"
	"net/netip"
	"testing"

	"gotest.tools/v3/assert"
)

func TestPortOpensAndShuts(t *testing.T) {
	d, err := newPort(netip.MustParseAddrPort("127.0.0.1:0"))
	assert.NilError(t, err)
	defer d.close()
	addr := d.addr.String()

	isShut := func() {
		t.Helper()
		c, err := net.Dial("tcp", addr)
		if err == nil {
			// Where the port cannot be kept otherwise the connection is reset.
			_, err = c.Read(make([]byte, 1))
			assert.Assert(t, err != nil && err != io.EOF)
		}
		_, err = net.Listen("tcp", addr)
		assert.ErrorContains(t, err, "address already in use")
		_, err = newPort(d.addr)
		assert.ErrorContains(t, err, "address already in use")
	}

	isShut()
	for range 3 {
		l, err := d.open()
		assert.NilError(t, err)
		_, err = net.Listen("tcp", addr)
		assert.ErrorContains(t, err, "address already in use")
		_, err = newPort(d.addr)
		assert.ErrorContains(t, err, "address already in use")
		c, err := net.Dial("tcp", addr)
		assert.NilError(t, err)
		s, err := l.Accept()
		assert.NilError(t, err)
		assert.NilError(t, l.Close())
		assert.NilError(t, d.shut())
		isShut()  // while a connection of before is there
		s.Close() // and while it lingers
		_, err = c.Read(make([]byte, 1))
		assert.Equal(t, err, io.EOF)
		c.Close()
		isShut()
	}
}
