package load

import (
	"net/http"
	"strconv"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/wire"
)

// request appends the HTTP request for a command.
func (l *link) request(b []byte, c *machine.Command) []byte {
	method, path, body := wire.Request(c)
	if body == nil {
		return l.get(b, path)
	}
	b = l.head(b, method, path)
	b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	b = append(b, "\r\n\r\n"...)
	return append(b, body...)
}

func (l *link) get(b []byte, path string) []byte {
	return append(l.head(b, http.MethodGet, path), "\r\n"...)
}

func (l *link) head(b []byte, method, path string) []byte {
	b = append(b, method...)
	b = append(b, ' ')
	b = append(b, l.path...)
	b = append(b, path...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, l.host...)
	return append(b, "\r\n"...)
}
