package load

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"
)

// main runs the subcommand.
func main(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestCommand(t *testing.T) {
	f := newFake(t)
	dir := t.TempDir()
	code, out, errs := main(t, "-nodes", f.URL, "-requests", "200", "-json", "-history", dir+"/ops.jsonl", "-picture", dir+"/p.html")
	assert.Equal(t, code, Held, errs)
	assert.Equal(t, errs, "")
	var report struct {
		Requests Counts
		Check    struct {
			Verdicts []struct{ Name, State string }
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(out), &report))
	assert.Equal(t, report.Requests.Done, 200)
	assert.Equal(t, len(report.Check.Verdicts), 5)

	_, err := os.Stat(dir + "/p.html")
	assert.ErrorIs(t, err, os.ErrNotExist) // there is nothing to show
	f.mu.Lock()
	f.bend = func(f *fake, w http.ResponseWriter, c *queue.Command) bool {
		if c.Op != queue.PopMessage {
			return false
		}
		f.answer(w, c, queue.Result{OK: true, Message: "a ghost"})
		return true
	}
	f.mu.Unlock()
	code, out, _ = main(t, "-nodes", f.URL, "-requests", "50", "-picture", dir+"/p.html")
	assert.Equal(t, code, Violated)
	assert.Assert(t, strings.Contains(out, `"a ghost" was taken`), out)
	_, err = os.Stat(dir + "/p.html")
	assert.NilError(t, err)

	f = newFake(t)
	code, out, _ = main(t, "-nodes", f.URL, "-requests", "200")
	assert.Equal(t, code, Held)
	for _, want := range []string{"200 requests in", "put_message", "p99.9", "linearizable", "Drained", f.URL} {
		assert.Assert(t, strings.Contains(out, want), "%q is not in\n%s", want, out)
	}
	code, _, errs = main(t, "-nodes", deadAddress(t), "-timeout", "10ms", "-patience", "10ms")
	assert.Equal(t, code, Environment)
	assert.Assert(t, strings.Contains(errs, "no node can be reached"), errs)
	code, _, errs = main(t, "-admin", f.URL)
	assert.Equal(t, code, Environment)
	assert.Assert(t, strings.Contains(errs, "is not an emulator's"), errs)
}

func TestUsage(t *testing.T) {
	code, out, _ := main(t, "-h")
	assert.Equal(t, code, Held)
	for i := range workloads {
		assert.Assert(t, strings.Contains(out, workloads[i].doc))
	}
	for _, c := range []struct{ args, want string }{
		{"x", `"x": there are flags alone`},
		{"-workload puts", `-workload "puts": want one of mixed, put, pop, topics, one-topic, hot`},
		{"-clients 0", "-clients 0: want 1 to 10000"},
		{"-topics 0", "-topics 0: want 1 to 10000"},
		{"-requests 0", "-requests 0: want 1 or more"},
		{"-duration 0s", "-duration 0s: want more than 0, or -requests"},
		{"-rate 0", "-rate 0: want 0.001"},
		{"-rate NaN", "-rate NaN: want 0.001"},
		{"-timeout 0s", "-timeout 0s: want more than 0"},
		{"-nodes a -config b", "give one"},
		{"-nodes ftp://a", `"ftp://a" is no node's URL`},
		{"-nodes localhost:99999", `"localhost:99999" is no node's URL`},
		{"-nodes=", `-nodes "": want the nodes' URLs`},
		{"-config=", `-config "": want a course's config.json`},
		{"-fill 1000001", "-fill 1000001: want 0 to 1000000"},
		{"-nodes a,http://A/", "is named twice"},
		{"-config /nonexistent/config.json", "no such file"},
	} {
		code, _, errs := main(t, strings.Fields(c.args)...)
		assert.Equal(t, code, Usage, "%s: %s", c.args, errs)
		assert.Assert(t, strings.Contains(errs, c.want), "%s: %s", c.args, errs)
	}
}

// The progress says what goes on.
func TestProgress(t *testing.T) {
	f := newFake(t)
	o, told := testOptions(), &teller{}
	assert.Equal(t, told.line(), "")
	o.teller = told
	done := make(chan struct{})
	go func() { // as somebody who looks on all the time
		defer close(done)
		for !strings.HasPrefix(told.line(), phaseCheck) {
			runtime.Gosched()
		}
	}()
	_, err := Run(t.Context(), targetOf(t, f.URL), o)
	assert.NilError(t, err)
	<-done
	told.phaseBegins(told.run, phaseLoad, told.run.load)
	line := told.line()
	assert.Assert(t, strings.Contains(line, "done 400  p50 "), line)
}
