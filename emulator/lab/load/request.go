package load

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// request writes the HTTP request for a command.
func (l *link) request(b []byte, c *machine.Command) []byte {
	switch c.Op {
	case queue.GetTopics:
		return l.get(b, "/topic")
	case queue.PopMessage:
		return l.get(b, "/message/"+url.PathEscape(c.Args[0]))
	case queue.PutTopic:
		return l.put(b, "/topic", map[string]string{"topic": c.Args[0]})
	}
	return l.put(b, "/message", map[string]string{"topic": c.Args[0], "message": c.Args[1]})
}

func (l *link) get(b []byte, path string) []byte {
	b = l.head(b, http.MethodGet, path)
	return append(b, "\r\n"...)
}

func (l *link) put(b []byte, path string, members map[string]string) []byte {
	body, _ := json.Marshal(members) // texts can always be written
	b = l.head(b, http.MethodPut, path)
	b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	b = append(b, "\r\n\r\n"...)
	return append(b, body...)
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
