package admin

import (
	"bytes"
	"errors"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text/readjson"
)

// maxDepth bounds how deep lists and objects may be in each other.
const maxDepth = 16

// A noBody stands for a body without keys.
type noBody struct{}

var bodyOptions = readjson.Options{Name: "the body", MaxDepth: maxDepth}

// readJSON reads an object strictly into the struct that v points to, by the tags
// that package readjson explains. No data at all is an object without keys.
func readJSON(data []byte, v any) error {
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte("{}")
	}
	return refusal(readjson.Decode(data, v, bodyOptions))
}

// readable checks that data is one JSON object and nothing else. The
// reader of the object checks what it holds.
func readable(data []byte) error {
	r := readjson.New(data, bodyOptions)
	if kind := r.Kind(); kind != readjson.Object {
		r.FailAt(r.Place(), "is %s, want an object", kind)
	}
	r.Skip()
	e, ok := errors.AsType[*readjson.Error](r.Err())
	if ok && isUnreadable(e) {
		return refusal(e)
	}
	return nil
}

// isUnreadable reports whether the body is no JSON object.
func isUnreadable(e *readjson.Error) bool { return e.Unreadable() || e.Problems[0].Pointer == "" }

// refusal turns what is wrong with a body into a failure. Its problem lists each
// flaw.
func refusal(err error) error {
	e, ok := errors.AsType[*readjson.Error](err)
	if !ok {
		return err
	}
	if isUnreadable(e) {
		return &failure{err: errBadRequest, detail: e.Error()}
	}
	f := &failure{err: errBody}
	for _, p := range e.Problems {
		f.flaws = append(f.flaws, api.Flaw{Key: p.Key, Message: p.Message})
	}
	return f
}
