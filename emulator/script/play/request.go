package play

import (
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/text"
)

// numberMark stands for the number of a request in its topic and message.
const numberMark = "{i}"

// request reads one or many client requests.
func (r *reader) request(_ *source.Table, v *source.Value) Action {
	a := Request{To: syntax.Named(syntax.Leader), Times: 1, Timeout: DefaultRequestTimeout}
	s := v.Table(`a table such as { op = "put_topic", topic = "dog" }`)
	s.Text("name", &a.Name)
	op := syntax.ReadOperation(s, r.machine)
	a.Command = op.Command
	switch {
	case op.HasOp:
		op.Check(v)
	case !s.Has("op"):
		v.Missing("op", "%s", text.OneOf(r.machine.OpNames()))
	}
	if to := s.Get("to"); to != nil {
		a.To, _ = r.whoOrAny(to)
	}
	if n, ok := s.Int("times", "a number of requests", 1, MaxRequests); ok {
		a.Times = int(n)
	}
	s.Millis("every_ms", 0, &a.Every)
	if every := v.At("every_ms"); every != v && a.Times == 1 && !s.Has("times") {
		every.Report("means nothing without times")
	}
	s.Millis("timeout_ms", 1, &a.Timeout)
	s.Millis("retry_ms", 1, &a.Retry)
	s.End()
	if s.Has("name") {
		r.requestName(v.At("name"), &a)
	}
	r.roomForRequests(v, &a)
	return a
}

func (r *reader) requestName(v *source.Value, a *Request) {
	if _, ok := v.Text(); !ok {
		return
	}
	switch {
	case !syntax.IsRequest(a.Name):
		v.Wrong("a name of letters, digits, _, - and dots")
	case r.names.requests.has(a.Name):
		v.Report("is %s, which step[%d].request (line %d) has already, want another name",
			v.Show(), r.names.requests.step(a.Name), r.names.requests.lines[a.Name])
	default:
		r.names.requests.add(a.Name, r.index(), v.Line())
		r.names.times[a.Name] = a.Times
	}
}

// roomForRequests reports the step whose requests bring all steps together over a
// bound.
func (r *reader) roomForRequests(v *source.Value, a *Request) {
	size := len(a.Command.Args[0]) + len(a.Command.Args[1])
	if strings.Contains(a.Command.Args[0], numberMark) || strings.Contains(a.Command.Args[1], numberMark) {
		size *= a.Times
	}
	if times := strconv.Itoa(a.Times); len(times) > len(numberMark) {
		last := a.Command
		for i := range last.Args {
			last.Args[i] = strings.ReplaceAll(last.Args[i], numberMark, times)
		}
		if key, wrong := last.Wrong(); wrong != "" {
			v.ReportKey(key, "%s, with the number of the last request", wrong)
		}
	}
	before, bytes := r.requests, r.bytes
	r.requests, r.bytes = min(before+a.Times, MaxRequests+1), min(bytes+size, MaxRequestBytes+1)
	switch {
	case r.requests > MaxRequests && before <= MaxRequests:
		v.Report("brings all steps together to over %d requests, want at most %[1]d", MaxRequests)
	case r.bytes > MaxRequestBytes && bytes <= MaxRequestBytes:
		v.Report("brings the topics and messages of all requests to over %d bytes, want at most %[1]d", MaxRequestBytes)
	}
}
