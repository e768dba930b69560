package wire

import (
	"net/url"
	"slices"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// A Form says which HTTP request asks for an operation. The path is /ENDPOINT; a
// PUT has the arguments in its body, and a GET has its argument, if there is one,
// as the rest of the path.
type Form struct {
	Op               *machine.Operation
	Method, Endpoint string
}

// The methods. Package net/http names them too, but this package links none of it.
const (
	get = "GET"
	put = "PUT"
)

// Forms are those of all operations, one each.
var Forms = []Form{
	{queue.PutTopic, put, "topic"},
	{queue.GetTopics, get, "topic"},
	{queue.PutMessage, put, "message"},
	{queue.PopMessage, get, "message"},
}

// FormOf returns the form of an operation; nil when it has none.
func FormOf(op *machine.Operation) *Form {
	for i := range Forms {
		if Forms[i].Op == op {
			return &Forms[i]
		}
	}
	return nil
}

// Op returns the operation that a request asks for; nil when there is none.
func Op(endpoint, method string) *machine.Operation {
	for i := range Forms {
		if f := &Forms[i]; f.Endpoint == endpoint && f.Method == method {
			return f.Op
		}
	}
	return nil
}

// Endpoints and Methods list the words of all forms, each once.
func Endpoints() []string { return words(func(f *Form) string { return f.Endpoint }) }

// Methods lists the methods; see Endpoints.
func Methods() []string { return words(func(f *Form) string { return f.Method }) }

func words(of func(*Form) string) []string {
	var list []string
	for i := range Forms {
		if w := of(&Forms[i]); !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// Request returns the HTTP request for a command, which must have a Form. body is
// nil for a GET.
func Request(c *machine.Command) (method, path string, body []byte) {
	f := FormOf(c.Op)
	path = "/" + f.Endpoint
	if f.Method == put {
		return f.Method, path, appendArgs(nil, c)
	}
	if len(c.Op.Args) > 0 {
		path += "/" + url.PathEscape(c.Args[0])
	}
	return f.Method, path, nil
}

// appendArgs appends a command's arguments as a JSON object.
func appendArgs(b []byte, c *machine.Command) []byte {
	b = append(b, '{')
	for i, a := range c.Op.Args {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(appendText(b, a.Key), ": "...)
		b = appendText(b, c.Args[i])
	}
	return append(b, '}')
}
