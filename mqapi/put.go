package mqapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text/readjson"
)

// readPut reads a PUT's body: the arguments of its command.
func (req *request) readPut(r *http.Request) (*machine.Command, error) {
	b, err := readBody(r, MaxBody)
	defer b.release()
	if err != nil {
		return nil, err
	}
	cmd, ok := req.decodeFlat(b.bytes)
	if !ok {
		if cmd, err = req.decode(b.bytes); err != nil {
			return nil, err
		}
	}
	return cmd, checkBounds(cmd)
}

// checkBounds refuses a topic that no request could ask for.
func checkBounds(cmd *machine.Command) error {
	if key, wrong := cmd.Wrong(); wrong != "" {
		return badRequest("the %s %s", key, wrong)
	}
	return nil
}

// decode decodes any body.
func (req *request) decode(data []byte) (*machine.Command, error) {
	body := reflect.New(reflect.TypeOf(req.body))
	if err := readjson.Decode(data, body.Interface(), readjson.Options{Name: "the body", IgnoreUnknown: true}); err != nil {
		return nil, badRequest("%s", problemWords(err))
	}
	cmd := &machine.Command{Op: req.op}
	for i := range req.op.Args {
		cmd.Args[i] = body.Elem().Field(i).String()
	}
	return cmd, nil
}

// problemWords says what is wrong with a body. A JSON Pointer would look like a route.
func problemWords(err error) string {
	e, ok := errors.AsType[*readjson.Error](err)
	if !ok {
		return err.Error()
	}
	words := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		words[i] = e.Name
		if p.Key != "" {
			words[i] += fmt.Sprintf("'s %q", p.Key)
		}
		words[i] += " " + p.Message
	}
	return strings.Join(words, "; ")
}

// decodeFlat decodes the body that nearly every client sends, an object with
// the keys that were asked for and nothing else, in a fraction of the time.
// Any other body, be it right or wrong, is not ok but left to decode. Where
// both take a body, they agree.
func (req *request) decodeFlat(data []byte) (cmd *machine.Command, ok bool) {
	var values [machine.MaxArgs][]byte // nil until seen
	s := scanner{data: data}
	s.take('{')
	for more := true; more; more = s.next(',') {
		key := s.quoted()
		s.take(':')
		value := s.quoted()
		i := argOf(req.op, key)
		if i < 0 || values[i] != nil {
			return nil, false
		}
		values[i] = value
	}
	s.take('}')
	if !s.end() || !utf8.Valid(data) {
		return nil, false
	}
	cmd = &machine.Command{Op: req.op}
	for i := range req.op.Args {
		if cmd.Args[i], ok = unquote(values[i]); !ok {
			return nil, false
		}
	}
	return cmd, true
}

// argOf finds the argument of a key, which is in quotes; -1 when there is none.
func argOf(op *machine.Operation, quoted []byte) int {
	if len(quoted) < 2 {
		return -1
	}
	key := quoted[1 : len(quoted)-1]
	for i := range op.Args {
		if string(key) == op.Args[i].Key {
			return i
		}
	}
	return -1
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
	for s.at < len(s.data) && s.data[s.at] <= ' ' && isSpace(s.data[s.at]) {
		s.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

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
	start := s.at - 1
	for at := s.at; at < len(s.data); at++ {
		switch c := s.data[at]; {
		case c == '"':
			s.at = at + 1
			return s.data[start:s.at]
		case c == '\\':
			at++ // the escaped byte ends nothing
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
