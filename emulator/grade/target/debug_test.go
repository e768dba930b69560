package target

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/grade/link"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
)

func TestKeepRunningLeavesTheNodesUpAfterAFailure(t *testing.T) {
	q := &queue{}
	rs, err := newFakeRooms(1)
	assert.NilError(t, err)
	rs.program = instead(q.handler(), "PUT /message", body(500, "sorry"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	up := false
	var said []string
	v, err := Run(ctx, steps(t, 1, one), Options{
		Course: course.Default(), Dir: t.TempDir(), Mode: room.Proxy, Attach: -1, KeepRunning: true,
		Kept: func(v scenario.Verdict) { said = append(said, "kept: "+string(v.Foreign.Kind)) },
		open: func(context.Context, room.Options) (rooms, error) { return rs, nil }, crowd: calm, patient: true,
		Progress: func(s string) {
			if said = append(said, s); strings.Contains(s, "stays up") {
				up = rs.last[0].Exit() == ""
				cancel()
			}
		},
	})
	assert.NilError(t, err)
	assert.Assert(t, up, "%q", said)
	assert.Equal(t, v.Foreign.Kind, course.NotAvailable)
	assert.Assert(t, strings.Contains(strings.Join(said, "\n"), "kept: not available\nnode 0: http://127.0.0.1:"), "%q", said)
	assert.Assert(t, strings.Contains(strings.Join(said, "\n"), "\ntry: curl http://127.0.0.1:"), "%q", said)
	assert.Equal(t, rs.last[0].Exit(), "killed by the grader")
}

func TestAnAttachedNodeIsStartedByTheUser(t *testing.T) {
	q := &queue{}
	h := q.handler()
	rs, err := newFakeRooms(2)
	assert.NilError(t, err)
	rs.program = func(int) http.Handler { return h }
	var said []string
	o := Options{
		Course: course.Default(), Dir: t.TempDir(), Mode: room.Namespace, Attach: 1, crowd: calm, patient: true,
		open: func(_ context.Context, r room.Options) (rooms, error) {
			assert.Equal(t, r.Mode, room.Proxy)
			return rs, nil
		},
		Progress: func(s string) {
			if said = append(said, s); strings.Contains(s, "yourself") {
				time.AfterFunc(300*time.Millisecond, func() { _, _ = rs.Start(1, room.Command{}) })
			}
		},
	}
	o.Course.Start.Ready = 100 * time.Millisecond // users take longer
	v, err := Run(t.Context(), steps(t, 2, `
[[step]]
request = { name = "topic", op = "put_topic", topic = "t", to = 1, timeout_ms = 400 }
[[expect]]
that = "answer=topic:ok"
within_ms = 2000
`), o)
	assert.NilError(t, err)
	assert.Equal(t, v.Foreign.Kind, course.Passed, "%q", v.Foreign.Story)
	assert.Assert(t, strings.Contains(strings.Join(said, "\n"), "start node 1 yourself, in the grader's copy, "+o.Dir+", with PYTHONUNBUFFERED=1: python3 src/node.py config-1.json 1"), "%q", said)
	assert.Assert(t, strings.Contains(strings.Join(said, "\n"), "\nnode 1 answers, go on"), "%q", said)

	o.Course.Start.Ready = time.Second
	o.Own = t.TempDir()
	said = nil
	v, err = Run(t.Context(), steps(t, 2, "[[step]]\ncrash = 1\n[[expect]]\nthat = \"down=1\"\n"), o)
	assert.NilError(t, err)
	assert.Equal(t, v.Foreign.Kind, course.NotObservable)
	assert.Assert(t, strings.Contains(v.Problem, "node 1 is yours"), v.Problem)
	config := filepath.Join(o.Dir, "config-1.json")
	assert.DeepEqual(t, said[1:3], []string{
		"start node 1 yourself, in " + o.Own + ", with PYTHONUNBUFFERED=1: python3 src/node.py " + config + " 1",
		"   or in the grader's copy of it, " + o.Dir + ", with PYTHONUNBUFFERED=1: python3 src/node.py config-1.json 1",
	})
	_, err = os.Stat(config)
	assert.NilError(t, err)
}

func TestAttachedProgramThatFindsItsConfigItselfStartsInTheCopy(t *testing.T) {
	c := course.Default()
	c.Start.Args, c.Start.Env, c.Start.Dir = []string{"./node", "{index}"}, nil, "src"
	said := ""
	links := link.New(link.Options{Nodes: 2})
	defer links.Close()
	rs, err := newFakeRooms(2)
	assert.NilError(t, err)
	x := &cluster{rooms: rs, links: links, nodes: make([]*node, 2), o: Options{
		Course: c, Dir: "/copy", Own: "/mine", Mode: room.Proxy, Progress: func(s string) { said += s },
	}}
	x.attach(&node{index: 1})
	assert.Equal(t, said, "start node 1 yourself, in the grader's copy, /copy/src: ./node 1")
}

func TestEachNodeReadsTheAddressesThatItMayUse(t *testing.T) {
	for _, mode := range []room.Mode{room.Proxy, room.Namespace} {
		t.Run(mode.String(), func(t *testing.T) {
			q := &queue{}
			h := q.handler()
			dir := t.TempDir()
			playOn(t, steps(t, 2, "[[expect]]\nthat = \"up=all\"\n"), func(int) http.Handler { return h }, func(_ *fakeRooms, o *Options) {
				o.Mode, o.Dir = mode, dir
				o.Course.Start.Dir, o.Course.Start.ConfigFile = "src", "etc/config.json"
			})
			files, err := filepath.Glob(filepath.Join(dir, "src", "etc", "*"))
			assert.NilError(t, err)
			want := map[room.Mode]int{room.Proxy: 3, room.Namespace: 1}[mode]
			assert.Equal(t, len(files), want, "%q", files)
			text, err := os.ReadFile(filepath.Join(dir, "src", "etc", "config.json"))
			assert.NilError(t, err)
			assert.Assert(t, bytes.Contains(text, []byte(`"ip": "127.0.0.1"`)), "%s", text)
		})
	}
}

// syncBuffer is a buffer for several writers.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func TestOutputsAreMergedLineByLine(t *testing.T) {
	b := &syncBuffer{}
	c := &cluster{merged: merger{w: b}}
	first, second := c.output(0), c.output(11)
	for _, w := range []struct {
		node int
		text string
	}{{0, "a"}, {1, "b\r\n"}, {0, "c\nd\x1b\ne"}, {1, strings.Repeat("x", maxLine+10) + "\n"}} {
		to := first
		if w.node == 1 {
			to = second
		}
		n, err := to.Write([]byte(w.text))
		assert.NilError(t, err)
		assert.Equal(t, n, len(w.text))
	}
	lines := strings.Split(b.b.String(), "\n")
	assert.DeepEqual(t, lines[:3], []string{"node 11 | b", "node 0 | ac", `node 0 | d\x1b`})
	assert.Assert(t, strings.HasPrefix(lines[3], "node 11 | xxx") && len(lines[3]) <= maxLine+len("node 11 | "))
}

func TestNodesDoNotSeeSecretsAndProxies(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://elsewhere")
	t.Setenv("no_proxy", "x")
	t.Setenv("MY_TOKEN", "secret")
	t.Setenv("PLAIN", "seen")
	env := strings.Join(environment([]string{"MORE=1"}), "\n")
	for text, want := range map[string]bool{"HTTP_PROXY": false, "MY_TOKEN": false, "PLAIN=seen": true, "MORE=1": true} {
		assert.Equal(t, strings.Contains(env, text), want, text)
	}
}

func TestAFailureOfTheMachineIsAnError(t *testing.T) {
	v, err := Run(t.Context(), steps(t, 1, one), Options{
		Course: course.Default(), Dir: t.TempDir(), Mode: room.Proxy, Attach: -1,
		open: func(context.Context, room.Options) (rooms, error) { return nil, errors.New("no ports are left") },
	})
	assert.ErrorContains(t, err, "no ports are left")
	assert.Equal(t, v.Foreign.Kind, course.Undecided)
	assert.Assert(t, v.Foreign.Excluded && v.Foreign.Flagged)
	_, err = Run(t.Context(), steps(t, 1, one), Options{Course: course.Default(), Dir: t.TempDir(), Attach: 3})
	assert.ErrorIs(t, err, ErrOptions)
}
