package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/raft"
)

// The content types of answers.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
	plainType   = "text/plain; charset=utf-8"
	tomlType    = "application/toml; charset=utf-8"
	metricsType = "text/plain; version=0.0.4; charset=utf-8"
)

// A plain is an answer that is not JSON.
type plain struct {
	contentType string
	body        []byte
}

// nothing is an answer without a body.
type nothing struct{}

// A stream is an answer that goes on and on; it has the request to itself.
type stream func()

// answer writes what a handler returned.
func (c *call) answer(answer any) {
	switch a := answer.(type) {
	case plain:
		c.write(http.StatusOK, a.contentType, a.body)
	case nothing:
		c.w.WriteHeader(http.StatusNoContent)
	case stream:
		a()
	default:
		c.answerJSON(a)
	}
}

func (c *call) answerJSON(v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		c.fail(err)
		return
	}
	data := b.Bytes()
	if c.query.Has(pretty.name) {
		data = inLines(data)
	}
	c.write(http.StatusOK, jsonType, data)
}

// lists of numbers, each on a line of its own. A string holds no line breaks.
var lists = regexp.MustCompile(`\[\n\s*\d+(,\n\s*\d+)*\n\s*\]`)

// inLines writes JSON for people: indented, with lists of numbers in one line.
func inLines(data []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil { // it is JSON
		panic(err)
	}
	return lists.ReplaceAllFunc(b.Bytes(), func(list []byte) []byte {
		fields := bytes.Fields(list)
		line := bytes.Join(fields[1:len(fields)-1], []byte{' '})
		return append(append([]byte{'['}, line...), ']')
	})
}

// write sends an answer. An error of it means that the client has gone, which
// is the client's own affair.
func (c *call) write(status int, contentType string, body []byte) {
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body)
}

// A place is where an answer stands in the trace and in time.
type place struct {
	Seq    uint64 `json:"seq" doc:"a place in the trace: of the newest record, or of that of the change that was made"`
	TimeMS millis `json:"time_ms" doc:"the world's time, since the cluster began"`
}

// here is the place of the newest record.
func here(o host.Observer) place { return place{o.Trace().Last(), millis(o.Now())} }

// millis is a duration that JSON shows in milliseconds, with decimals.
type millis time.Duration

// MarshalJSON implements json.Marshaler.
func (m millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(m)/float64(time.Millisecond), 'f', -1, 64), nil
}

// A nodeRef is a node's id, null for raft.None.
type nodeRef raft.NodeID

// MarshalJSON implements json.Marshaler.
func (n nodeRef) MarshalJSON() ([]byte, error) {
	if raft.NodeID(n) == raft.None {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(n), 10), nil
}

// byNode are a leader's indices, by the ids of the other nodes; null for nobody's.
type byNode struct {
	of      raft.NodeID
	indices []raft.Index
}

// MarshalJSON implements json.Marshaler.
func (b byNode) MarshalJSON() ([]byte, error) {
	if b.indices == nil {
		return []byte("null"), nil
	}
	data := []byte{'{'}
	for id, index := range b.indices {
		if raft.NodeID(id) == b.of {
			continue
		}
		if len(data) > 1 {
			data = append(data, ',')
		}
		data = strconv.AppendInt(append(data, '"'), int64(id), 10)
		data = strconv.AppendUint(append(data, `":`...), uint64(index), 10)
	}
	return append(data, '}'), nil
}

// duration is the place's time.
func (p place) duration() time.Duration { return time.Duration(p.TimeMS) }
