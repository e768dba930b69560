package mqapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

func TestHandlerRows(t *testing.T) {
	dog := []*machine.Command{queue.PutTopic.New("dog")}
	wuff := append(dog[:1:1], queue.PutMessage.New("dog", "wuff"))
	for name, c := range map[string]struct {
		seed               []*machine.Command
		method, path, body string
		status             int
		want               string
	}{
		"PutTopic/OK":            {nil, "PUT", "/topic", `{"topic": "dog"}`, 201, success},
		"PutTopic/Exists":        {dog, "PUT", "/topic", `{"topic": "dog"}`, 409, refused},
		"PutTopic/EmptyName":     {nil, "PUT", "/topic", `{"topic": ""}`, 201, success},
		"PutTopic/FurtherKeys":   {nil, "PUT", "/topic", `{"message": 7, "topic": "dog", "x": [{}]}`, 201, success},
		"GetTopics/None":         {nil, "GET", "/topic", "", 200, `{"success": true, "topics": []}` + "\n"},
		"GetTopics/InOrder":      {[]*machine.Command{queue.PutTopic.New("b"), queue.PutTopic.New("a")}, "GET", "/topic", "", 200, `{"success": true, "topics": ["b", "a"]}` + "\n"},
		"GetTopics/Body":         {nil, "GET", "/topic", "whatever", 200, `{"success": true, "topics": []}` + "\n"},
		"PutMessage/OK":          {dog, "PUT", "/message", `{"topic": "dog", "message": "wuff"}`, 201, success},
		"PutMessage/Empty":       {dog, "PUT", "/message", `{"topic": "dog", "message": ""}`, 201, success},
		"PutMessage/NoSuchTopic": {nil, "PUT", "/message", `{"topic": "dog", "message": "wuff"}`, 404, refused},
		"PopMessage/OK":          {wuff, "GET", "/message/dog", "", 200, `{"success": true, "message": "wuff"}` + "\n"},
		"PopMessage/Query":       {wuff, "GET", "/message/dog?x=1", "", 200, `{"success": true, "message": "wuff"}` + "\n"},
		"PopMessage/Nothing":     {dog, "GET", "/message/dog", "", 404, refused},
		"PopMessage/NoSuchTopic": {nil, "GET", "/message/dog", "", 404, refused},
		"PopMessage/EmptyName":   {[]*machine.Command{queue.PutTopic.New(), queue.PutMessage.New("", "wuff")}, "GET", "/message/", "", 404, refused},
		"PopMessage/NoUTF8":      {nil, "GET", "/message/%ff", "", 400, refused},
		"Status":                 {nil, "GET", "/status", "", 200, `{"role": "Leader", "term": 7}` + "\n"},
		"View/Empty":             {nil, "GET", "/force-view-state-machine", "", 200, `{"topics": [], "lastApplied": 0}` + "\n"},
		"View/Some": {append(wuff, queue.PutTopic.New("cat"), queue.PutMessage.New("dog", "grr")), "GET", "/force-view-state-machine", "", 200,
			`{"topics": [{"topic": "dog", "messages": ["wuff", "grr"]}, {"topic": "cat", "messages": []}], "lastApplied": 4}` + "\n"},
		"Head/Status":        {nil, "HEAD", "/status", "", 200, ""},
		"Head/Topic":         {nil, "HEAD", "/topic", "", 200, ""},
		"Unknown/Slash":      {nil, "PUT", "/topic/", `{"topic": "dog"}`, 404, refused},
		"Unknown/RPC":        {nil, "POST", "/rpc", "{}", 404, refused},
		"Unknown/BelowTopic": {nil, "GET", "/topic/dog", "", 404, refused},
		"Unknown/Message":    {nil, "DELETE", "/message/", "", 404, refused},
		"Unknown/Status":     {nil, "GET", "/status/", "", 404, refused},
		"Wrong/Method":       {nil, "DELETE", "/topic", "", 405, refused},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.seed(c.seed...)
			got := serve(t, n).ask(c.method, c.path, c.body)
			assert.Equal(t, got.status, c.status)
			assert.Equal(t, got.body, c.want)
			assert.Equal(t, got.header.Get("Content-Type"), "application/json")
			assert.Equal(t, got.header.Get(HeaderError) != "", c.status >= 400)
		})
	}
}

func TestHandlerPopsInOrder(t *testing.T) {
	c := serve(t, newFakeNode())
	c.ask("PUT", "/topic", `{"topic": "dog"}`)
	c.ask("PUT", "/topic", `{"topic": "cat"}`)
	for _, message := range []string{"1", "2", "3"} {
		c.ask("PUT", "/message", `{"topic": "dog", "message": "`+message+`"}`)
		c.ask("PUT", "/message", `{"topic": "cat", "message": "not `+message+`"}`)
	}
	for _, message := range []string{"1", "2", "3"} {
		assert.Equal(t, c.ask("GET", "/message/dog", "").body, `{"success": true, "message": "`+message+`"}`+"\n")
	}
	assert.Equal(t, c.ask("GET", "/message/dog", "").status, 404)
}

// A node finds any topic, however a client escapes its name.
func TestHandlerTopicNames(t *testing.T) {
	for name, c := range map[string]struct{ topic, path string }{
		"Space":            {"two words", "/message/two%20words"},
		"Plus":             {"a+b", "/message/a+b"},
		"Slash":            {"a/b", "/message/a/b"},
		"EscapedSlash":     {"a/b", "/message/a%2Fb"},
		"LowerCaseEscape":  {"a/b", "/message/a%2fb"},
		"NeedlessEscape":   {"dog", "/message/d%6Fg"},
		"DoubleSlash":      {"a//b", "/message/a//b"},
		"LeadingSlash":     {"/a", "/message//a"},
		"TrailingSlash":    {"a/", "/message/a/"},
		"OnlyASlash":       {"/", "/message//"},
		"TwoDots":          {"..", "/message/.."},
		"DotsInside":       {"a/../b", "/message/a/../b"},
		"OneDot":           {".", "/message/."},
		"Percent":          {"100%", "/message/100%25"},
		"EscapedTwice":     {"a%2Fb", "/message/a%252Fb"},
		"QuestionMark":     {"why?", "/message/why%3F"},
		"Hash":             {"#1", "/message/%231"},
		"Semicolon":        {"a;b", "/message/a;b"},
		"Backslash":        {`a\b`, "/message/a%5Cb"},
		"Quotes":           {`"a'`, "/message/%22a'"},
		"Umlaut":           {"größe", "/message/gr%C3%B6%C3%9Fe"},
		"Emoji":            {"🐶", "/message/%F0%9F%90%B6"},
		"RightToLeft":      {"שלום", "/message/" + url.PathEscape("שלום")},
		"NewLine":          {"a\nb", "/message/a%0Ab"},
		"Zero":             {"\x00", "/message/%00"},
		"LineSeparator":    {"\u2028", "/message/%E2%80%A8"},
		"ReplacementMark":  {"\ufffd", "/message/%EF%BF%BD"},
		"NameOfARoute":     {"topic", "/message/topic"},
		"NameOfItsRoute":   {"message/", "/message/message/"},
		"HTML":             {"<b>&</b>", "/message/%3Cb%3E&%3C/b%3E"},
		"Long":             {strings.Repeat("x", 4000), "/message/" + strings.Repeat("x", 4000)},
		"NotNormalised":    {"e\u0301", "/message/e%CC%81"},
		"ZeroWidthJoiners": {"👩\u200d🚀", "/message/" + url.PathEscape("👩\u200d🚀")},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, newFakeNode())
			quoted := string(appendText(nil, c.topic))
			assert.Equal(t, client.ask("PUT", "/topic", `{"topic": `+quoted+`}`).status, 201)
			assert.Equal(t, client.ask("PUT", "/message", `{"topic": `+quoted+`, "message": "for `+quoted[1:]+`}`).status, 201)
			assert.Equal(t, client.ask("GET", "/topic", "").body, `{"success": true, "topics": [`+quoted+`]}`+"\n")
			got := client.ask("GET", c.path, "")
			assert.Equal(t, got.status, 200)
			assert.Equal(t, got.body, `{"success": true, "message": "for `+quoted[1:]+"}\n")
		})
	}
}

func TestHandlerMethods(t *testing.T) {
	allow := map[string]string{
		"/topic":                    "GET, HEAD, OPTIONS, PUT",
		"/message":                  "OPTIONS, PUT",
		"/message/dog":              "GET, OPTIONS",
		"/status":                   "GET, HEAD, OPTIONS",
		"/force-view-state-machine": "GET, HEAD, OPTIONS",
		"/rpc/0":                    "OPTIONS, POST",
	}
	for path, methods := range allow {
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "TRACE", "BREW"} {
			if strings.Contains(methods, method) {
				continue
			}
			t.Run(method+path, func(t *testing.T) {
				n := newFakeNode()
				n.seed(queue.PutTopic.New("dog"), queue.PutMessage.New("dog", "wuff"))
				got := serve(t, n).ask(method, path, "")
				assert.Equal(t, got.status, http.StatusMethodNotAllowed)
				assert.Equal(t, got.header.Get("Allow"), methods)
				assert.Equal(t, n.index, raft.Index(2), "something was proposed")
			})
		}
		t.Run("OPTIONS"+path, func(t *testing.T) {
			got := serve(t, newFakeNode()).ask("OPTIONS", path, "")
			assert.Equal(t, got.status, http.StatusNoContent)
			assert.Equal(t, got.header.Get("Allow"), methods)
			assert.Equal(t, got.body, "")
		})
	}
}

func TestHandlerBadBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		status int
		reason string
	}{
		"Empty":             {"", 400, "the body is empty, want JSON"},
		"OnlySpace":         {" \n", 400, "the body is empty, want JSON"},
		"NoJSON":            {"topic=dog&message=wuff", 400, "the body is not JSON: invalid character 'o' in literal true (expecting 'r')"},
		"CutOff":            {`{"topic": "dog", "message": "wu`, 400, "the body is not JSON: it ends too early"},
		"Array":             {`["dog", "wuff"]`, 400, "the body is a list, want an object"},
		"String":            {`"dog"`, 400, `the body is "dog", want an object`},
		"Null":              {"null", 400, "the body is null, want an object"},
		"Number":            {"7", 400, "the body is 7, want an object"},
		"NoTopic":           {`{"message": "wuff"}`, 400, "the body's \"topic\" is missing, want a string, the name of a topic"},
		"NoMessage":         {`{"topic": "dog"}`, 400, "the body's \"message\" is missing, want a string, any text"},
		"NullTopic":         {`{"topic": null, "message": "wuff"}`, 400, "the body's \"topic\" is null, want a string, the name of a topic"},
		"NumberAsTopic":     {`{"topic": 1, "message": "wuff"}`, 400, "the body's \"topic\" is 1, want a string, the name of a topic"},
		"BooleanAsMessage":  {`{"topic": "dog", "message": false}`, 400, "the body's \"message\" is false, want a string, any text"},
		"ArrayAsMessage":    {`{"topic": "dog", "message": []}`, 400, "the body's \"message\" is a list, want a string, any text"},
		"ObjectAsMessage":   {`{"topic": "dog", "message": {}}`, 400, "the body's \"message\" is an object, want a string, any text"},
		"OtherCase":         {`{"Topic": "dog", "message": "wuff"}`, 400, "the body's \"topic\" is missing, want a string, the name of a topic"},
		"TwoObjects":        {`{"topic": "dog", "message": "wuff"} {}`, 400, "the body is not JSON: more text follows the value"},
		"Trailing":          {`{"topic": "dog", "message": "wuff"}x`, 400, "the body is not JSON: more text follows the value"},
		"TrailingComma":     {`{"topic": "dog", "message": "wuff",}`, 400, "the body is not JSON: invalid character ',' at start of value"},
		"SingleQuotes":      {`{'topic': 'dog', 'message': 'wuff'}`, 400, `the body is not JSON: invalid character '\'' at start of value`},
		"ByteOrderMark":     {"\ufeff" + `{"topic": "dog", "message": "wuff"}`, 400, `the body is not JSON: invalid character '\ufeff' at start of value`},
		"NoUTF8":            {"{\"topic\": \"dog\", \"message\": \"\xff\"}", 400, "the body's \"message\" is not UTF-8"},
		"ControlCharacter":  {"{\"topic\": \"dog\", \"message\": \"a\nb\"}", 400, `the body is not JSON: invalid character '\n' in string (expecting non-control character)`},
		"BadEscape":         {`{"topic": "dog", "message": "\q"}`, 400, "the body is not JSON: invalid escape sequence `\\q` in string"},
		"LoneHighSurrogate": {`{"topic": "dog", "message": "\ud83d"}`, 400, "the body's \"message\" holds half of a surrogate pair, which is no text"},
		"LoneLowSurrogate":  {`{"topic": "\udc36", "message": ""}`, 400, "the body's \"topic\" holds half of a surrogate pair, which is no text"},
		"KeyTwice":          {`{"topic": "dog", "message": "miau", "message": "wuff"}`, 400, "the body's \"message\" is given twice, want it once"},
		"SameTwice":         {`{"topic": "dog", "message": "wuff", "topic": "dog"}`, 400, "the body's \"topic\" is given twice, want it once"},
		"EscapedTwice":      {`{"topic": "dog", "t\u006fpic": "cat", "message": "wuff"}`, 400, "the body's \"topic\" is given twice, want it once"},
		"FurtherKeyTwice":   {`{"topic": "dog", "message": "wuff", "id": [{"a": 1, "a": 2}]}`, 400, "the body's \"id[0].a\" is given twice, want it once"},
		"Together":          {`{"topic": 1, "topic": 2}`, 400, "the body's \"topic\" is 1, want a string, the name of a topic; the body's \"topic\" is given twice, want it once; the body's \"topic\" is 2, want a string, the name of a topic; the body's \"message\" is missing, want a string, any text"},
		"TooDeep":           {`{"topic": "dog", "message": "", "x": ` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, 400, "the body is not JSON: exceeded max depth"},
		"LongTopic":         {`{"message": "", "topic": "` + strings.Repeat("x", bounds.Topic.Max+1) + `"}`, 400, "the topic has 20481 bytes, want at most 20480"},
		"LongEscapedTopic":  {`{"message": "", "topic": "` + strings.Repeat(`\u00e4`, bounds.Topic.Max/2+1) + `"}`, 400, "the topic has 20482 bytes, want at most 20480"},
		"TooLong":           {`{"topic": "dog", "message": "` + strings.Repeat("x", MaxBody) + `"}`, 413, "the body is longer than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.seed(queue.PutTopic.New("dog"))
			got := serve(t, n).ask("PUT", "/message", c.body)
			assert.Equal(t, got.status, c.status)
			assert.Equal(t, got.body, refused)
			assert.Equal(t, got.header.Get(HeaderError), c.reason)
			assert.Equal(t, n.index, raft.Index(1), "something was proposed")
		})
	}
}

func TestHandlerGoodBodies(t *testing.T) {
	for name, c := range map[string]struct{ body, message string }{
		"Spaces":       {" {\t\"topic\"\r\n:\"dog\" , \"message\":\"wuff\" } \n", "wuff"},
		"OtherOrder":   {`{"message": "wuff", "topic": "dog"}`, "wuff"},
		"FurtherKeys":  {`{"topic": "dog", "message": "wuff", "id": [1, {"a": null}]}`, "wuff"},
		"EscapedKey":   {`{"t\u006fpic": "dog", "message": "wuff"}`, "wuff"},
		"Escapes":      {`{"topic": "dog", "message": "\"\\\/\b\f\n\r\t\u00e9\ud83d\udc36"}`, "\"\\/\b\f\n\r\té🐶"},
		"EscapedSlash": {`{"topic": "dog", "message": "\\ud83d"}`, `\ud83d`},
		"UTF8":         {`{"topic": "dog", "message": "größe 🐶"}`, "größe 🐶"},
		"Replacement":  {`{"topic": "dog", "message": "\ufffd"}`, "\ufffd"},
		"EmptyMessage": {`{"topic": "dog", "message": ""}`, ""},
		"Long":         {`{"topic": "dog", "message": "` + strings.Repeat("x", MaxBody-100) + `"}`, strings.Repeat("x", MaxBody-100)},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.seed(queue.PutTopic.New("dog"))
			got := serve(t, n).ask("PUT", "/message", c.body, "Content-Type", "text/plain")
			assert.Equal(t, got.status, 201)
			assert.DeepEqual(t, n.queue.View(0).Items[0].Values, []string{c.message})
		})
	}
}

// A topic that no URL holds is refused wherever it is given, and the empty one is not.
func TestHandlerBoundsOfTopics(t *testing.T) {
	long := strings.Repeat("x", bounds.Topic.Max+1)
	for name, ask := range map[string][3]string{
		"PutTopic":   {"PUT", "/topic", `{"topic": "` + long + `"}`},
		"PutMessage": {"PUT", "/message", `{"topic": "` + long + `", "message": "m"}`},
		"PopMessage": {"GET", "/message/" + long, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			got := serve(t, n).ask(ask[0], ask[1], ask[2])
			assert.Equal(t, got.status, 400)
			assert.Equal(t, got.body, refused)
			assert.Equal(t, n.index, raft.Index(0), "something was proposed")
		})
	}
	n := newFakeNode()
	c := serve(t, n)
	assert.Equal(t, c.ask("PUT", "/topic", `{"topic": ""}`).status, 201)
	assert.Equal(t, c.ask("PUT", "/message", `{"topic": "", "message": "m"}`).status, 201)
	assert.Equal(t, c.ask("GET", "/message/", "").status, 404)
}

// A body without a length is cut at the limit as well.
func TestHandlerChunkedBodyTooLong(t *testing.T) {
	n := newFakeNode()
	c := serve(t, n)
	long := struct{ *strings.Reader }{strings.NewReader(`{"topic": "` + strings.Repeat("x", MaxBody) + `"}`)}
	req, err := http.NewRequest("PUT", c.url+"/topic", long)
	assert.NilError(t, err)
	assert.Equal(t, req.ContentLength, int64(0)) // unknown, as the reader's type is
	resp, err := http.DefaultClient.Do(req)
	assert.NilError(t, err)
	resp.Body.Close()
	assert.Equal(t, resp.StatusCode, http.StatusRequestEntityTooLarge)
}

func TestHandlerNodeErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err        error
		status     int
		reason     string
		retryAfter string
	}{
		"NotLeader":      {machine.ErrNotLeader, 421, "not the leader", ""},
		"LeadershipLost": {machine.ErrLeadershipLost, 503, "leadership lost before the answer was certain", ""},
		"Busy":           {machine.ErrBusy, 503, "too many requests are waiting", "1"},
		"Unforeseen":     {errors.New("the disk\nis full: größe"), 500, "the disk?is full: gr??e", ""},
	} {
		for row, ask := range map[string][3]string{
			"PutTopic":   {"PUT", "/topic", `{"topic": "dog"}`},
			"GetTopics":  {"GET", "/topic", ""},
			"PutMessage": {"PUT", "/message", `{"topic": "dog", "message": "wuff"}`},
			"PopMessage": {"GET", "/message/dog", ""},
		} {
			t.Run(name+"/"+row, func(t *testing.T) {
				n := newFakeNode()
				n.do = func(context.Context, *machine.Command) machine.Reply {
					return machine.Reply{Err: c.err, Leader: 2, RequestID: testID}
				}
				got := serve(t, n).ask(ask[0], ask[1], ask[2])
				assert.Equal(t, got.status, c.status)
				assert.Equal(t, got.body, refused)
				assert.Equal(t, got.header.Get(HeaderError), c.reason)
				assert.Equal(t, got.header.Get("Retry-After"), c.retryAfter)
				assert.Equal(t, got.header.Get(HeaderLeader), "2")
				assert.Equal(t, got.header.Get(HeaderLeaderURL), "http://127.0.0.1:8000")
				assert.Equal(t, got.header.Get(HeaderRequestID), testID.String())
			})
		}
	}
}

// A follower calls a bad request bad.
func TestHandlerChecksInputBeforeLeadership(t *testing.T) {
	n := newFakeNode()
	n.do = func(context.Context, *machine.Command) machine.Reply { return machine.Reply{Err: machine.ErrNotLeader} }
	assert.Equal(t, serve(t, n).ask("PUT", "/topic", "{}").status, 400)
}

func TestHandlerHeaders(t *testing.T) {
	values := func(a answer) []string {
		return []string{a.header.Get(HeaderIndex), a.header.Get(HeaderRequestID), a.header.Get(HeaderLeader), a.header.Get(HeaderLeaderURL)}
	}
	t.Run("Answered", func(t *testing.T) {
		c := serve(t, newFakeNode())
		got := c.ask("PUT", "/topic", `{"topic": "dog"}`)
		assert.DeepEqual(t, values(got), []string{"1", testID.String(), "1", ""})
		assert.Equal(t, got.header.Get("Content-Length"), "18")
	})
	t.Run("RefusedIsAnEntryToo", func(t *testing.T) {
		c := serve(t, newFakeNode())
		got := c.ask("GET", "/message/dog", "")
		assert.DeepEqual(t, values(got), []string{"1", testID.String(), "1", ""})
	})
	t.Run("NoLeaderKnown", func(t *testing.T) {
		n := newFakeNode()
		n.do = func(context.Context, *machine.Command) machine.Reply {
			return machine.Reply{Err: machine.ErrNotLeader, Leader: raft.None}
		}
		assert.DeepEqual(t, values(serve(t, n).ask("GET", "/topic", "")), []string{"", "", "", ""})
	})
	t.Run("LostWithAnIndex", func(t *testing.T) {
		n := newFakeNode()
		n.do = func(context.Context, *machine.Command) machine.Reply {
			return machine.Reply{Err: machine.ErrLeadershipLost, Index: 12, Leader: raft.None}
		}
		assert.Equal(t, serve(t, n).ask("GET", "/topic", "").header.Get(HeaderIndex), "12")
	})
	t.Run("LongReasonIsCut", func(t *testing.T) {
		assert.Equal(t, len(printable(strings.Repeat("x", 10000))), maxReason)
	})
	t.Run("Canonical", func(t *testing.T) {
		for _, name := range []string{HeaderLeader, HeaderLeaderURL, HeaderIndex, HeaderRequestID, HeaderError} {
			assert.Equal(t, http.CanonicalHeaderKey(name), name)
		}
	})
}

// Pages of other origins neither see nor change anything of a node.
func TestHandlerForeignOrigin(t *testing.T) {
	foreign := map[string][]string{
		"Host":         {"Host", "rebound.example:8567"},
		"Origin":       {"Origin", "http://evil.example"},
		"SecFetchSite": {"Sec-Fetch-Site", "cross-site"},
		"AdminPage":    {"Origin", "http://127.0.0.1:8500"},
	}
	for name, header := range foreign {
		t.Run(name, func(t *testing.T) {
			n := newFakeNode()
			n.seed(queue.PutTopic.New("dog"), queue.PutMessage.New("dog", "wuff"))
			before := n.queue.View(n.index)
			c := serve(t, n)
			assert.Equal(t, c.ask("GET", "/status", "").status, 200) // this Host is known from now on
			for _, ask := range [][3]string{
				{"PUT", "/topic", `{"topic": "cat"}`},
				{"GET", "/topic", ""},
				{"PUT", "/message", `{"topic": "dog", "message": ""}`},
				{"GET", "/message/dog", ""},
				{"GET", "/status", ""},
				{"GET", "/force-view-state-machine", ""},
				{"OPTIONS", "/topic", ""},
				{"GET", "/", ""},
			} {
				got := c.ask(ask[0], ask[1], ask[2], header...)
				assert.Equal(t, got.status, http.StatusForbidden)
				assert.Equal(t, got.body, refused)
			}
			got := c.ask("POST", "/rpc/0", "{}", header...)
			assert.Equal(t, got.status, http.StatusForbidden)
			assert.Assert(t, strings.HasPrefix(got.body, `{"error": "request from a foreign origin: `), got.body)
			assert.DeepEqual(t, n.queue.View(n.index), before)
		})
	}
}

// A user who opens a node in a browser reads what there is.
func TestHandlerGuidesFromUnknownPaths(t *testing.T) {
	n := newFakeNode()
	server := httptest.NewServer(Handler(n, Options{Admin: "http://127.0.0.1:8500"}))
	defer server.Close()
	for path, words := range map[string]string{
		"/":                            "this is node 1 of a Raft message queue",
		"/topics":                      "there is no /topics on a node; did you mean /topic?",
		"/Topic":                       "there is no /Topic on a node; did you mean /topic?",
		"//topic":                      "there is no //topic on a node",
		"/v1/cluster":                  "there is no /v1/cluster on a node",
		"/%22%0A":                      "there is no /\"\n on a node",
		"/%ff":                         "there is no /\ufffd on a node",
		"/" + strings.Repeat("x", 200): "there is no /" + strings.Repeat("x", 99) + "... on a node",
	} {
		got := client{t, server.URL}.ask("GET", path, "")
		assert.Equal(t, got.status, 404)
		assert.Equal(t, got.header.Get("Content-Type"), "application/json")
		var said struct {
			Success *bool
			Error   string
			Routes  []struct {
				Request, Does string
				Body          map[string]any
			}
			Admin string
		}
		assert.NilError(t, json.Unmarshal([]byte(got.body), &said), got.body)
		assert.Equal(t, *said.Success, false)
		assert.Equal(t, said.Error, words)
		assert.Equal(t, len(said.Routes), len(Routes()))
		assert.Equal(t, said.Routes[0].Request, "PUT /topic")
		assert.Equal(t, said.Routes[0].Body["topic"], "dog")
		assert.Equal(t, said.Admin, "http://127.0.0.1:8500")
	}
	assert.Equal(t, strings.Contains(serve(t, n).ask("GET", "/", "").body, "admin"), false)
}
