package mqapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// The fast way and the thorough way agree, and both agree with encoding/json
// where that is not more lenient.
func FuzzPutMessage(f *testing.F) {
	for _, seed := range []string{
		`{"topic": "dog", "message": "I love dogs!"}`,
		`{"message":"","topic":""}`,
		` { "topic" : "a/b" , "message" : "größe 🐶" } `,
		`{"topic": "dog", "message": "\"\\\/\b\f\n\r\t\u00e9\ud83d\udc36"}`,
		`{"topic": "dog", "message": "\ud83d"}`,
		`{"topic": "dog", "message": "\ud83d\u0041"}`,
		`{"topic": "dog", "topic": "cat", "message": "x"}`,
		`{"t\u006fpic": "dog", "message": "x"}`,
		`{"Topic": "dog", "message": "x"}`,
		`{"topic": "dog", "message": "x", "more": [1, {"a": "\q"}]}`,
		`{"topic": "dog", "message": "x"} {}`,
		`{"topic": "dog", "message": null}`,
		`{"topic": "dog", "message": "x"`,
		"{\"topic\": \"dog\", \"message\": \"\xff\"}",
		"{\"topic\": \"dog\", \"message\": \"\n\"}",
		`{"topic": "dog", "message": "\`,
		`{"topic"`, `{`, `{}`, ``, `null`, `[]`, `"x"`, `7`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		for i := range requests {
			req := &requests[i]
			if req.body == nil {
				continue
			}
			thorough, err := req.decode([]byte(data))
			if fast, ok := req.decodeFlat([]byte(data)); ok {
				assert.NilError(t, err)
				assert.DeepEqual(t, fast, thorough)
			}
			if err == nil {
				var std struct{ Topic, Message any }
				assert.NilError(t, json.Unmarshal([]byte(data), &std))
				assert.Assert(t, utf8.ValidString(strings.Join(thorough.Args[:], "")))
			}
		}

		n := newFakeNode()
		w := httptest.NewRecorder()
		Handler(n, Options{}).ServeHTTP(w, httptest.NewRequest("PUT", "http://localhost/message", strings.NewReader(data)))
		checkHeaders(t, w.Header())
		assert.Equal(t, w.Body.String(), refused)
		switch w.Code {
		case http.StatusNotFound: // well understood, but there is no topic
			assert.Equal(t, n.index, raft.Index(1))
		case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
			assert.Equal(t, n.index, raft.Index(0))
		default:
			t.Fatalf("status %d", w.Code)
		}
	})
}

// Which bodies take the fast way matters for speed alone.
func TestDecodeFlat(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want bool
	}{
		"Plain":         {`{"topic": "dog", "message": "wuff"}`, true},
		"Escapes":       {`{"topic": "dog", "message": "\"\u00e9\ud83d\udc36"}`, true},
		"FurtherKey":    {`{"topic": "dog", "message": "wuff", "id": "7"}`, false},
		"Twice":         {`{"topic": "dog", "topic": "dog", "message": "wuff"}`, false},
		"OtherType":     {`{"topic": "dog", "message": 7}`, false},
		"LoneSurrogate": {`{"topic": "dog", "message": "\ud83d"}`, false},
		"NoUTF8":        {"{\"topic\": \"dog\", \"message\": \"\xff\"}", false},
		"Trailing":      {`{"topic": "dog", "message": "wuff"}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := requestFor(queue.PutMessage).decodeFlat([]byte(c.data))
			assert.Equal(t, ok, c.want)
		})
	}
}

// decode takes the arguments from a body's fields by their places.
func TestPutBodiesHaveTheArgumentsInOrder(t *testing.T) {
	for i := range requests {
		req := &requests[i]
		if req.body == nil {
			continue
		}
		t.Run(req.op.Name, func(t *testing.T) {
			body := reflect.TypeOf(req.body)
			assert.Equal(t, body.NumField(), len(req.op.Args))
			for j, arg := range req.op.Args {
				assert.Equal(t, body.Field(j).Tag.Get("json"), arg.Key)
			}
		})
	}
}
