package mqapi

import (
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"rrmq.example/emulator/emulator/sim/machine"
)

// Bodies and header values that never change. A header's slice is shared by
// all answers; its length is its capacity, so that nobody appends into it.
var (
	successBody = []byte(`{"success": true}` + "\n")
	failureBody = []byte(`{"success": false}` + "\n")

	contentType   = []string{"application/json"}
	successLength = []string{strconv.Itoa(len(successBody))}
	failureLength = []string{strconv.Itoa(len(failureBody))}
	retryAfter    = []string{"1"} // seconds
)

// write sends an answer. An error of it means that the client has gone, which
// is the client's own affair.
func write(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h["Content-Type"] = contentType
	switch len(body) {
	case len(successBody):
		h["Content-Length"] = successLength
	case len(failureBody):
		h["Content-Length"] = failureLength
	default:
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func topicsBody(topics []string) []byte {
	b := appendTexts([]byte(`{"success": true, "topics": `), topics)
	return append(b, "}\n"...)
}

func messageBody(message string) []byte {
	b := make([]byte, 0, len(message)+64)
	b = append(b, `{"success": true, "message": `...)
	b = appendText(b, message)
	return append(b, "}\n"...)
}

func statusBody(s Status) []byte {
	b := appendText([]byte(`{"role": `), s.Role)
	b = append(b, `, "term": `...)
	b = strconv.AppendUint(b, s.Term, 10)
	return append(b, "}\n"...)
}

func viewBody(v machine.View) []byte {
	b := []byte(`{"topics": [`)
	for i, t := range v.Items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, `{"topic": `...)
		b = appendText(b, t.Name)
		b = append(b, `, "messages": `...)
		b = appendTexts(b, t.Values)
		b = append(b, '}')
	}
	b = append(b, `], "lastApplied": `...)
	b = strconv.AppendUint(b, uint64(v.LastApplied), 10)
	return append(b, "}\n"...)
}

// appendText appends text, which is UTF-8, as a JSON string.
func appendText(b []byte, text string) []byte {
	b, _ = jsontext.AppendQuote(b, text)
	return b
}

// appendTexts appends a list of strings.
func appendTexts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}
