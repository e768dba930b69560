package mqapi

import (
	"cmp"
	"net/http"
	"slices"

	"rrmq.example/emulator/mqapi/wire"
)

// A RouteInfo describes one request that a node answers, for those who tell
// others about it. HEAD and OPTIONS are not among them: HEAD is GET without the
// body, where Head says so, and OPTIONS is everywhere.
type RouteInfo struct {
	Method string
	Path   string // {name} stands for the rest of the path
	Doc    string // one line
	Param  string // what {name} is, if there is one
	Head   bool
	// Body lists values of the types of which one is the request's body; nil:
	// none. Example is one.
	Body    []any
	Example string
	Answers []AnswerInfo // by status
}

// An AnswerInfo describes an answer by its status.
type AnswerInfo struct {
	Status  int
	Doc     string
	Body    []any // values of the types of which one is the answer's body
	Headers []string
}

// Headers lists the headers of answers with what they say.
func Headers() []HeaderInfo {
	return []HeaderInfo{
		{HeaderLeader, "the id of the leader as the node sees it", true},
		{HeaderLeaderURL, "that leader's base URL", false},
		{HeaderIndex, "the index of the request's entry in the log", true},
		{HeaderRequestID, "names the request in the trace", false},
		{HeaderError, "says what is wrong and what would be right", false},
		{headerRetry, "seconds, with too many requests waiting", true},
	}
}

// A HeaderInfo describes a header of answers.
type HeaderInfo struct {
	Name, Doc string
	Number    bool // a whole number
}

const headerRetry = "Retry-After"

// failures are the answers that are no success, by status.
var failures = map[int]string{
	http.StatusBadRequest:            "bad input: no JSON, a wrong type, a missing key, an impossible value",
	http.StatusForbidden:             "the request comes from a page of another origin, or names a foreign Host",
	http.StatusRequestTimeout:        "the body did not come in time",
	http.StatusRequestEntityTooLarge: "the body is longer than 1 MiB",
	http.StatusMisdirectedRequest:    "the node is not the leader",
	http.StatusInternalServerError:   "an internal error of the node",
	http.StatusServiceUnavailable:    "leadership lost before the outcome was certain: the command may still be applied; or, with Retry-After, too many requests wait and the command was not taken",
}

// Routes lists what a node answers, in the order in which it is explained.
func Routes() []RouteInfo {
	var list []RouteInfo
	for i := range requests {
		list = append(list, requests[i].info())
	}
	return append(list, []RouteInfo{
		{
			Method: http.MethodGet, Path: "/status", Doc: "show the node's role and term", Head: true,
			Answers: ofNode("the node as it sees itself", Status{}, successAnswer{}, http.StatusForbidden),
		}, {
			Method: http.MethodGet, Path: "/force-view-state-machine", Head: true,
			Doc:     "debug: show this node's own queue, leader or not",
			Answers: ofNode("the queue", view{}, successAnswer{}, http.StatusForbidden),
		}, {
			Method: http.MethodPost, Path: rpcPrefix + "{sender}",
			Doc:   "debug: deliver a message as if another node had sent it",
			Param: "the id of another node of the cluster",
			Body:  []any{wire.VoteRequest{}, wire.AppendRequest{}},
			Example: `{"class": "VoteRequestMessage", "dict": {"term": 1, "candidateId": 2,` +
				` "lastLogIndex": 0, "lastLogTerm": 0}}`,
			Answers: rpcAnswers(),
		},
	}...)
}

// command lists the answers to a request for the leader: its success, what
// applying it may say, and what stops it.
func command(status int, doc string, body any, input bool, refusals ...AnswerInfo) []AnswerInfo {
	said := []string{HeaderLeader, HeaderIndex, HeaderRequestID}
	list := []AnswerInfo{{status, doc, []any{body}, said}}
	failed := func(status int, doc string, headers ...string) {
		list = append(list, AnswerInfo{status, doc, []any{successAnswer{}}, append(headers, HeaderError)})
	}
	if input {
		failed(http.StatusBadRequest, failures[http.StatusBadRequest])
		failed(http.StatusRequestTimeout, failures[http.StatusRequestTimeout])
	}
	failed(http.StatusForbidden, failures[http.StatusForbidden])
	for _, r := range refusals {
		failed(r.Status, r.Doc, said...)
	}
	if input {
		failed(http.StatusRequestEntityTooLarge, failures[http.StatusRequestEntityTooLarge])
	}
	failed(http.StatusMisdirectedRequest, failures[http.StatusMisdirectedRequest], HeaderLeader, HeaderLeaderURL, HeaderRequestID)
	failed(http.StatusInternalServerError, failures[http.StatusInternalServerError])
	failed(http.StatusServiceUnavailable, failures[http.StatusServiceUnavailable], append(said, HeaderLeaderURL, headerRetry)...)
	slices.SortStableFunc(list, func(a, b AnswerInfo) int { return cmp.Compare(a.Status, b.Status) })
	return list
}

// ofNode lists the answers to a request that any node answers.
func ofNode(doc string, body, failure any, statuses ...int) []AnswerInfo {
	list := []AnswerInfo{{http.StatusOK, doc, []any{body}, nil}}
	for _, status := range append(statuses, http.StatusInternalServerError) {
		list = append(list, AnswerInfo{status, failures[status], []any{failure}, []string{HeaderError}})
	}
	return list
}

func rpcAnswers() []AnswerInfo {
	list := ofNode("the node's own answer", nil, errorAnswer{}, http.StatusBadRequest, http.StatusForbidden,
		http.StatusNotFound, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge)
	list = append(list, AnswerInfo{
		http.StatusServiceUnavailable, "too many requests wait; the message was not delivered",
		[]any{errorAnswer{}}, []string{HeaderError, headerRetry},
	})
	list[0].Body = []any{wire.VoteAnswer{}, wire.AppendedAnswer{}, wire.RejectedAnswer{}}
	for i := range list {
		if list[i].Status == http.StatusNotFound {
			list[i].Doc = "no such sender"
		}
	}
	return list
}
