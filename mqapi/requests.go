package mqapi

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/mqapi/wire"
)

// A request says what the API makes of one operation of the queue. Its method and
// path are the operation's wire.Form.
type request struct {
	op      *machine.Operation
	doc     string // one line
	success string // what it means to succeed
	answer  any    // of the type of an answer that is a success
	// refused answers a command that was applied and not OK. A status of 500 says
	// that this happens only to a node with a bug, which gave another command's result.
	refused *failure
	body    any    // of the type of a PUT's body: one field for each argument, in order
	example string // such a body
}

// requests are those of all operations, in the order in which they are explained.
var requests = []request{
	{
		op: queue.PutTopic, doc: "create a topic", success: "the topic is there", answer: successAnswer{},
		refused: &failure{status: http.StatusConflict, reason: "the topic exists"},
		body:    topicBody{}, example: `{"topic": "dog"}`,
	}, {
		op: queue.GetTopics, doc: "list the topics", success: "the topics", answer: topicsAnswer{},
		refused: &failure{status: http.StatusInternalServerError, reason: "the entry did not give the topics"},
	}, {
		op: queue.PutMessage, doc: "add a message to a topic", success: "the message waits", answer: successAnswer{},
		refused: &failure{status: http.StatusNotFound, reason: "no such topic"},
		body:    newMessageBody{}, example: `{"topic": "dog", "message": "wuff"}`,
	}, {
		op: queue.PopMessage, doc: "take the oldest message of a topic", success: "the message", answer: messageAnswer{},
		refused: &failure{status: http.StatusNotFound, reason: "no such topic, or it is empty"},
	},
}

// requestFor returns the request for an operation.
func requestFor(op *machine.Operation) *request {
	return &requests[slices.IndexFunc(requests, func(r request) bool { return r.op == op })]
}

// path returns the request's path, with {topic} where an argument stands.
func (req *request) path() string {
	f := wire.FormOf(req.op)
	if f.Method == http.MethodPut || len(req.op.Args) == 0 {
		return "/" + f.Endpoint
	}
	return "/" + f.Endpoint + "/{" + req.op.Args[0].Key + "}"
}

// info describes the request.
func (req *request) info() RouteInfo {
	f := wire.FormOf(req.op)
	i := RouteInfo{Method: f.Method, Path: req.path(), Doc: req.doc, Head: f.Method == http.MethodGet && req.op.Access == machine.Reads}
	if strings.HasSuffix(i.Path, "}") {
		i.Param = "a " + req.op.Args[0].Key + "; what is special in a path is escaped"
	}
	status := http.StatusOK
	if f.Method == http.MethodPut {
		status, i.Body, i.Example = http.StatusCreated, []any{req.body}, req.example
	}
	var refusals []AnswerInfo
	if req.refused.status != http.StatusInternalServerError {
		refusals = []AnswerInfo{{Status: req.refused.status, Doc: req.refused.reason}}
	}
	i.Answers = command(status, req.success, req.answer, len(req.op.Args) > 0, refusals...)
	return i
}

// A queueRoute is a route of requests for operations. Its path is path itself or, when
// rest is set, any that goes on behind path.
type queueRoute struct {
	path string
	rest bool
	route
}

// queueRoutes are the routes of all requests.
var queueRoutes = func() []queueRoute {
	var list []queueRoute
	for i := range requests {
		path, _, rest := strings.Cut(requests[i].path(), "{")
		at := slices.IndexFunc(list, func(r queueRoute) bool { return r.path == path })
		if at < 0 {
			at = len(list)
			list = append(list, queueRoute{path: path, rest: rest})
		}
		list[at].add(&requests[i])
	}
	return list
}()

// add adds a request to the route of its path.
func (to *queueRoute) add(from *request) {
	op := from.op
	methods := []string{http.MethodOptions}
	if to.allow != "" {
		methods = strings.Split(to.allow, ", ")
	}
	switch {
	case wire.FormOf(op).Method == http.MethodPut:
		methods = append(methods, http.MethodPut)
		to.put = func(s *server, w http.ResponseWriter, r *http.Request) error { return s.putCommand(w, r, from) }
	default:
		methods = append(methods, http.MethodGet)
		if to.head = op.Access == machine.Reads; to.head {
			methods = append(methods, http.MethodHead)
		}
		prefix := len(to.path)
		to.get = func(s *server, w http.ResponseWriter, r *http.Request) error {
			return s.getCommand(w, r, op, r.URL.Path[prefix:])
		}
	}
	slices.Sort(methods)
	to.allow = strings.Join(methods, ", ")
}

// putCommand carries out the command in the body of a PUT.
func (s *server) putCommand(w http.ResponseWriter, r *http.Request, req *request) error {
	cmd, err := req.readPut(r)
	if err != nil {
		return err
	}
	return s.do(w, r, cmd)
}

// getCommand carries out a GET's command, with its argument from the rest of the path.
func (s *server) getCommand(w http.ResponseWriter, r *http.Request, op *machine.Operation, arg string) error {
	if !utf8.ValidString(arg) {
		return errBadTopic
	}
	cmd := op.New(arg)
	if err := checkBounds(cmd); err != nil {
		return err
	}
	return s.do(w, r, cmd)
}
