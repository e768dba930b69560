package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// lines writes a run with this many records, long ones among them.
func lines(name string, records int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"event":"Run","format":2,"name":%q,"clock":"virtual","nodes":[],"fixture":"format = 1\n"}`+"\n", name)
	for seq := 1; seq <= records; seq++ {
		fmt.Fprintf(&b, `{"seq":%d,"time_ns":%d,"step":1,"cause":0,"event":"DropMessage","node":0`, seq, 10*seq)
		if seq%300 == 7 {
			fmt.Fprintf(&b, `,"fault":%q`, strings.Repeat("x", 100_000))
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// end is an end mark.
func end(reason string, records int) string {
	return fmt.Sprintf(`{"event":"End","reason":%q,"records":%d,"missing":0}`+"\n", reason, records)
}

func open(t *testing.T, content string) *Trace {
	t.Helper()
	found, err := Open("run.jsonl", strings.NewReader(content), strings.NewReader(content))
	assert.NilError(t, err)
	return found
}

// ask asks for a path; header holds names and values in turn.
func ask(t *testing.T, of *Trace, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Host = "127.0.0.1:8501"
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	Handler(of).ServeHTTP(w, r)
	return w
}

// seqs lists the records of an answer, behind its header.
func seqs(t *testing.T, w *httptest.ResponseRecorder, name string) []uint64 {
	t.Helper()
	assert.Equal(t, w.Code, http.StatusOK, w.Body.String())
	all := strings.Split(strings.TrimSuffix(w.Body.String(), "\n"), "\n")
	assert.Assert(t, strings.Contains(all[0], fmt.Sprintf(`"name":%q`, name)), "%.200s", all[0])
	list := []uint64{}
	for _, line := range all[1:] {
		if strings.HasPrefix(line, `{"event":"End"`) {
			continue
		}
		var r struct{ Seq uint64 }
		assert.NilError(t, json.Unmarshal([]byte(line), &r), "%.200s", line)
		list = append(list, r.Seq)
	}
	return list
}

// between lists the numbers from first to last.
func between(first, last uint64) []uint64 {
	list := []uint64{}
	for n := first; n <= last; n++ {
		list = append(list, n)
	}
	return list
}

// Each part of each run is what was asked for, wherever it begins.
func TestRecordsAfterAPlace(t *testing.T) {
	of := open(t, lines("a", 3)+end("replaced", 3)+lines("b", 1000)+end("closed", 1000))
	assert.Equal(t, of.Runs(), 2)
	assert.Equal(t, of.Count(), uint64(1003))
	assert.Equal(t, len(of.Notes()), 0)
	assert.DeepEqual(t, seqs(t, ask(t, of, "GET", "/page/records"), "a"), between(1, 3))
	assert.DeepEqual(t, seqs(t, ask(t, of, "GET", "/page/records?run=1"), "b"), between(1, 1000))
	for _, since := range []uint64{0, 1, 6, 7, 255, 256, 257, 511, 512, 999, 1000} {
		got := seqs(t, ask(t, of, "GET", fmt.Sprintf("/page/records?run=1&since=%d&limit=300", since)), "b")
		assert.DeepEqual(t, got, between(since+1, min(since+300, 1000)))
	}
}

// The end mark comes behind the last record, and only there.
func TestRecordsEndWithTheMark(t *testing.T) {
	of := open(t, lines("a", 300)+end("closed", 300))
	for path, want := range map[string]bool{"": true, "?since=300": true, "?since=200&limit=100": true, "?since=200&limit=99": false} {
		got := ask(t, of, "GET", "/page/records"+path).Body.String()
		at := strings.Index(got, `{"event":"End","reason":"closed","records":300`)
		assert.Equal(t, at > 0 && strings.Count(got[at:], "\n") == 1, want, path)
	}
	cut := ask(t, open(t, lines("a", 300)), "GET", "/page/records").Body.String()
	assert.Assert(t, !strings.Contains(cut, `"End"`))
}

func TestSourceListsTheRuns(t *testing.T) {
	of := open(t, lines("a", 3)+end("replaced", 3)+lines("b", 5)+`{"seq":6,"time`)
	var a api.SourceAnswer
	w := ask(t, of, "GET", "/page/source.json")
	assert.Equal(t, w.Header().Get("Content-Type"), "application/json")
	assert.NilError(t, json.Unmarshal(w.Body.Bytes(), &a))
	assert.Equal(t, a.Kind, "file")
	assert.Equal(t, a.Name, "run.jsonl")
	assert.Equal(t, a.Runs, 2)
	assert.Equal(t, a.RunList[1].Records, uint64(5))
	assert.Equal(t, a.RunList[0].Note, "")
	assert.Assert(t, strings.Contains(a.RunList[1].Note, "its last line is not whole"), a.RunList[1].Note)
	assert.DeepEqual(t, of.Notes(), []string{"b: " + a.RunList[1].Note})
}

// Format 1 has no end marks, other programs write CRLF and other orders of keys, and a file
// may begin with a byte order mark.
func TestOtherFilesAreRead(t *testing.T) {
	content := "\ufeff" + strings.ReplaceAll(strings.Replace(lines("a", 300), `"format":2`, `"format":1`, 1), "\n", "\r\n") +
		`{"event":"DropMessage","seq":301}` + "\r\n"
	of := open(t, content)
	w := ask(t, of, "GET", "/page/records?since=290")
	assert.DeepEqual(t, seqs(t, w, "a"), between(291, 301))
	assert.Assert(t, strings.HasPrefix(w.Body.String(), `{"event":"Run","format":1,`), "%.60s", w.Body)
	assert.DeepEqual(t, seqs(t, ask(t, of, "GET", "/page/records?since=300"), "a"), between(301, 301))
}

func TestBadFilesAreRefusedWithTheLine(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"Empty":     {"", "it is empty"},
		"NoTrace":   {"hello\n", "line 1 does not begin a run"},
		"NoJSON":    {lines("a", 3) + "{\n", "line 5: not a record: it is no JSON"},
		"Gap":       {lines("a", 3) + `{"seq":5,"event":"Apply"}` + "\n", "line 5: not a record: its seq is 5, want 4"},
		"NoSeq":     {lines("a", 3) + `{"event":"Apply"}` + "\n", "line 5: not a record: it has no seq"},
		"NoEvent":   {lines("a", 3) + `{ "seq": 4}` + "\n", "line 5: not a record: it has no seq or no event"},
		"Format":    {strings.Replace(lines("a", 3), `"format":2`, `"format":99`, 1), "line 1: format 99"},
		"WrongEnd":  {lines("a", 3) + end("closed", 4), "line 5: the end mark says"},
		"BehindEnd": {lines("a", 3) + end("closed", 3) + "{}\n", "line 6 comes after the end mark"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open("run.jsonl", strings.NewReader(c.content), strings.NewReader(c.content))
			assert.ErrorIs(t, err, trace.ErrNotTrace)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// growing is a file whose content changes.
type growing struct{ content string }

func (g *growing) ReadAt(b []byte, at int64) (int, error) {
	return strings.NewReader(g.content).ReadAt(b, at)
}

// A file that grows is shown as it was, and another one in its place is noticed.
func TestFileThatChanges(t *testing.T) {
	file := &growing{lines("a", 600)}
	of, err := Open("run.jsonl", strings.NewReader(file.content), file)
	assert.NilError(t, err)
	file.content = lines("a", 700)
	assert.DeepEqual(t, seqs(t, ask(t, of, "GET", "/page/records?since=590"), "a"), between(591, 600))
	file.content = "\n" + lines("other", 600)
	w := ask(t, of, "GET", "/page/records?since=590")
	assert.Equal(t, w.Code, http.StatusConflict)
	assert.Assert(t, strings.Contains(w.Body.String(), "has been replaced"), w.Body.String())
	file.content = ""
	assert.Equal(t, ask(t, of, "GET", "/page/records?since=590").Code, http.StatusConflict)
}

func TestPageIsServed(t *testing.T) {
	of := open(t, lines("a", 3))
	w := ask(t, of, "GET", "/", "Accept", "text/html,*/*;q=0.8", "Sec-Fetch-Site", "none")
	assert.Equal(t, w.Code, http.StatusOK)
	assert.Equal(t, w.Header().Get("Content-Type"), "text/html; charset=utf-8")
	assert.Assert(t, strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'"))
	assert.Assert(t, bytes.Contains(w.Body.Bytes(), []byte("page/main.js")))
	assert.Equal(t, ask(t, of, "GET", "/page/main.js", "Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1:8501").Code, http.StatusOK)
	text := ask(t, of, "GET", "/", "Accept", "*/*")
	assert.Assert(t, strings.Contains(text.Body.String(), "/page/records"), text.Body.String())
	head := ask(t, of, "HEAD", "/page/records")
	assert.Equal(t, head.Code, http.StatusOK)
	assert.Equal(t, head.Body.Len(), 0)
}

func TestRefusals(t *testing.T) {
	of := open(t, lines("a", 3))
	for _, c := range []struct {
		method, path string
		header       []string
		status       int
		slug, detail string
	}{
		{"GET", "/v1/cluster", nil, 404, "no-such-route", "has no cluster to ask or change"},
		{"GET", "/page/nothing.js", nil, 404, "no-such-route", "there is no"},
		{"GET", "/page/index.html", nil, 404, "no-such-route", "there is no"},
		{"POST", "/page/records", nil, 405, "wrong-method", "which has GET, HEAD"},
		{"GET", "/page/records?run=1", nil, 400, "bad-request", "want a whole number from 0 to 0"},
		{"GET", "/page/records?since=4", nil, 400, "bad-request", "want a whole number from 0 to 3"},
		{"GET", "/page/records?limit=0", nil, 400, "bad-request", "want a whole number from 1 to 20000"},
		{"GET", "/page/records?limit=20001", nil, 400, "bad-request", "from 1 to 20000"},
		{"GET", "/page/records?sinse=1", nil, 400, "bad-request", `did you mean "since"?`},
		{"GET", "/page/records?since=1&since=2", nil, 400, "bad-request", "want it once"},
		{"GET", "/page/records", []string{"Origin", "http://evil.example"}, 403, "foreign-origin", "Origin"},
		{"GET", "/", []string{"Sec-Fetch-Site", "cross-site"}, 403, "foreign-origin", "Sec-Fetch-Site"},
		{"GET", "/page/main.js", []string{"Host", "evil.example"}, 403, "foreign-origin", "Host"},
	} {
		w := ask(t, of, c.method, c.path, c.header...)
		assert.Equal(t, w.Code, c.status, w.Body.String())
		assert.Equal(t, w.Header().Get("Content-Type"), api.ProblemType)
		var p api.Problem
		assert.NilError(t, json.Unmarshal(w.Body.Bytes(), &p))
		assert.Equal(t, p.Type, "/#"+c.slug)
		assert.Assert(t, strings.Contains(p.Detail, c.detail), p.Detail)
	}
}

// recorded is a run of a cluster with this many records.
func recorded(t *testing.T, name string, records uint64) string {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	var file bytes.Buffer
	w := trace.NewWriter(&file, trace.Header{Name: name, Clock: "virtual"})
	cluster := world.New(f.Config(), func(r *trace.Record) {
		if r.Seq <= records {
			w.Record(r)
		}
	})
	for cluster.Trace().Last() < records && cluster.Step() {
	}
	assert.NilError(t, w.Close())
	return file.String()
}

// The route answers for a run of the file, from the records up to the event.
func TestExplain(t *testing.T) {
	of := open(t, recorded(t, "fresh_3", 100)+recorded(t, "fresh_5", 20_000)+lines("a", 3))
	for path, want := range map[string]struct {
		status int
		part   string
	}{
		"?seq=2":             {200, `"event":"Init"`},
		"?run=1&seq=19000":   {200, `"seq":19000,`},
		"?run=1":             {200, `"event":"Now"`},
		"?run=1&seq=now":     {200, `"seq":20000,`},
		"":                   {200, `3 of 3 nodes`},
		"?run=1&seq=20000":   {200, `"steps":[{"seq":`},
		"?seq=101":           {422, "want the seq of an event from 1 to 100, or now"},
		"?seq=0":             {422, "want the seq"},
		"?seq=soon":          {422, `\"soon\"`},
		"?run=3&seq=1":       {400, "from 0 to 2"},
		"?run=1&seq=1&see=1": {400, "see"},
		"?run=2&seq=2":       {422, "the record 1 cannot be read"},
	} {
		w := ask(t, of, "GET", "/v1/explain"+path)
		assert.Equal(t, w.Code, want.status, "%s: %s", path, w.Body)
		assert.Assert(t, strings.Contains(w.Body.String(), want.part), "%s: %s", path, w.Body)
	}
}
