package mqapi

import (
	"bytes"
	"net/http"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"rrmq.example/emulator/emulator/text/readjson"
)

// A putBody is the body of a PUT.
type putBody struct{ topic, message string }

// readPut reads the body of a PUT, with or without a message.
func readPut(r *http.Request, withMessage bool) (putBody, error) {
	b, err := readBody(r)
	defer b.release()
	if err != nil {
		return putBody{}, err
	}
	if body, ok := decodeFlat(b.bytes, withMessage); ok {
		return body, nil
	}
	return decodePut(b.bytes, withMessage)
}

// decodePut decodes any body.
func decodePut(data []byte, withMessage bool) (putBody, error) {
	o := readjson.Options{Name: "the body", IgnoreUnknown: true}
	var m newMessageBody
	var err error
	if withMessage {
		err = readjson.Decode(data, &m, o)
	} else {
		var t topicBody
		err = readjson.Decode(data, &t, o)
		m.Topic = t.Topic
	}
	if err != nil {
		return putBody{}, badRequest("%v", err)
	}
	return putBody{m.Topic, m.Message}, nil
}

// decodeFlat decodes the body that nearly every client sends, an object with
// the keys that were asked for and nothing else, in a fraction of the time.
// With any other body, be it right or wrong, it is not ok; that is for
// decodePut, which agrees with it on the rest.
func decodeFlat(data []byte, withMessage bool) (body putBody, ok bool) {
	var topic, message []byte // nil until seen
	s := scanner{data: data}
	s.take('{')
	for more := true; more; more = s.next(',') {
		key := s.quoted()
		s.take(':')
		value := s.quoted()
		switch {
		case string(key) == `"topic"` && topic == nil:
			topic = value
		case string(key) == `"message"` && message == nil && withMessage:
			message = value
		default:
			return putBody{}, false
		}
	}
	s.take('}')
	if !s.end() || !utf8.Valid(data) {
		return putBody{}, false
	}
	body.topic, ok = unquote(topic)
	if ok && withMessage {
		body.message, ok = unquote(message)
	}
	return body, ok
}

// unquote decodes a JSON string; it is not ok when there is none.
func unquote(quoted []byte) (s string, ok bool) {
	switch {
	case quoted == nil:
		return "", false
	case bytes.IndexByte(quoted, '\\') < 0:
		return string(quoted[1 : len(quoted)-1]), true
	}
	return unescape(quoted)
}

func unescape(quoted []byte) (s string, ok bool) {
	b, err := jsontext.AppendUnquote(nil, quoted)
	return string(b), err == nil
}

// A scanner reads tokens until one is not there; from then on it has failed
// and reads nothing more.
type scanner struct {
	data   []byte
	at     int
	failed bool
}

func (s *scanner) skipSpace() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// next takes a token if it is there.
func (s *scanner) next(token byte) bool {
	s.skipSpace()
	if s.failed || s.at == len(s.data) || s.data[s.at] != token {
		return false
	}
	s.at++
	return true
}

// take takes a token that must be there.
func (s *scanner) take(token byte) {
	if !s.next(token) {
		s.failed = true
	}
}

// quoted takes a string that must be there, with its quotes and with its
// escapes as they are.
func (s *scanner) quoted() []byte {
	s.take('"')
	if s.failed {
		return nil
	}
	for start := s.at - 1; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return s.data[start:s.at]
		case c == '\\':
			s.at++ // the escaped byte ends nothing
		case c < ' ':
			s.failed = true
			return nil
		}
	}
	s.failed = true
	return nil
}

// end reports whether everything was read.
func (s *scanner) end() bool {
	s.skipSpace()
	return !s.failed && s.at == len(s.data)
}
