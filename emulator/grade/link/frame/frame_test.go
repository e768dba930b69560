package frame

import (
	"bytes"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

func TestGuessRequestKnowsHTTPByItsFirstLine(t *testing.T) {
	for _, c := range []struct {
		bytes string
		want  Guess
	}{
		{"", Unsure}, {"GE", Unsure}, {"GET /a", Unsure}, {"GET /a HTTP/1.1", Unsure}, {"GET /a HTTP/1.1\r", Unsure},
		{"GET /a HTTP/1.1\r\n", HTTP}, {"M-SEARCH * HTTP/1.0\n", HTTP},
		{"get /", Other}, {" GET /", Other}, {"GET /a HTTP/2.0\r\n", Other}, {"GET /a\r\n", Other}, {"PING\r\n", Other},
		{"\xff\x00\x00", Other}, {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", Other}, {"GET /\x00", Other},
		{"GET  HTTP/1.1\r\n", Other}, {"PRI * HTTP/2.0\r\n", Other}, {"GET / " + strings.Repeat("x", maxLine), Other},
	} {
		assert.Equal(t, GuessRequest([]byte(c.bytes)), c.want, "%.40q", c.bytes)
	}
}

func TestGuessAnswerKnowsHTTPByItsFirstLine(t *testing.T) {
	for _, c := range []struct {
		bytes string
		want  Guess
	}{
		{"", Unsure}, {"HTT", Unsure}, {"HTTP/1.1 200 OK", Unsure}, {"HTTP/1.1 200 OK\r\n", HTTP}, {"HTTP/1.0 204\n", HTTP},
		{"HTTP/2 200\r\n", Other}, {"HTTP/1.1 20\r\n", Other}, {"HTTP/1.1 2000\r\n", Other}, {"HTTP/1.1 099 x\r\n", Other}, {"SSH-2.0", Other},
	} {
		assert.Equal(t, GuessAnswer([]byte(c.bytes)), c.want, "%q", c.bytes)
	}
}

func TestHeadEndFindsTheEmptyLine(t *testing.T) {
	for head, want := range map[string]int{
		"GET / HTTP/1.1\r\n\r\nbody": 18, "GET / HTTP/1.1\n\nbody": 16, "GET / HTTP/1.1\r\na: b\r\n\r\n": 24,
		"GET / HTTP/1.1\r\n": -1, "GET / HTTP/1.1\r\n\r": -1, "": -1,
	} {
		assert.Equal(t, HeadEnd([]byte(head), 0), want, "%q", head)
		for from := range len(head) {
			if HeadEnd([]byte(head[:from]), 0) < 0 {
				assert.Equal(t, HeadEnd([]byte(head), from), want, "%q from %d", head, from)
			}
		}
	}
}

func TestParseRequestSaysWhereTheBodyEnds(t *testing.T) {
	for _, c := range []struct {
		headers string
		ok      bool
		body    string
		n       int // bytes of the body; -1: it has no end yet
	}{
		{"", true, "GET", 0},
		{"Content-Length: 3\r\n", true, "abcdef", 3},
		{"content-length:3\r\nContent-Length: 3\r\n", true, "abcdef", 3},
		{"Content-Length: 9\r\n", true, "abcdef", -1},
		{"Transfer-Encoding: chunked\r\n", true, "3\r\nabc\r\n0\r\n\r\nGET", 13},
		{"Transfer-Encoding: Chunked\r\n", true, "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", 44},
		{"Transfer-Encoding: chunked\r\n", true, "3\nabc\n0\n\n", 9},
		{"Content-Length: 3\r\nContent-Length: 4\r\n", false, "", 0},
		{"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", false, "", 0},
		{"Content-Length: -1\r\n", false, "", 0},
		{"Content-Length: 99999999999999999999999\r\n", false, "", 0},
		{"Transfer-Encoding: gzip\r\n", false, "", 0},
		{"Content-Length : 3\r\n", false, "", 0},
		{"X: a\r\n  b\r\n", false, "", 0},
		{"no colon\r\n", false, "", 0},
		{"X: a\rb\r\n", false, "", 0},
		{"Content-Length:\r\n", false, "", 0},
		{"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", false, "", 0},
	} {
		r, ok := ParseRequest([]byte("PUT /a?b HTTP/1.1\r\n" + c.headers + "\r\n"))
		assert.Equal(t, ok, c.ok, "%q", c.headers)
		if !ok {
			continue
		}
		assert.Equal(t, string(r.Method), "PUT")
		assert.Equal(t, string(r.Path()), "/a")
		n, done, ok := r.Body.Feed([]byte(c.body))
		assert.Assert(t, ok)
		if assert.Check(t, done == (c.n >= 0), "%q", c.headers); done {
			assert.Equal(t, n, c.n, "%q", c.headers)
		}
	}
}

func TestPathOfAnAbsoluteTarget(t *testing.T) {
	for target, want := range map[string]string{"http://a:1/b?c": "/b", "http://a:1": "/", "*": "*", "/a://b": "/a://b", "/a#b": "/a"} {
		r := Request{Target: []byte(target)}
		assert.Equal(t, string(r.Path()), want)
	}
}

func TestParseAnswerSaysWhereTheBodyEnds(t *testing.T) {
	for _, c := range []struct {
		head, method   string
		empty, endless bool
	}{
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "GET", false, false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD", true, false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", true, false},
		{"HTTP/1.1 204 No\r\n\r\n", "GET", true, false},
		{"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", "GET", true, false},
		{"HTTP/1.1 100 Continue\r\n\r\n", "GET", true, false},
		{"HTTP/1.0 200 OK\r\n\r\n", "GET", false, true},
		{"HTTP/1.1 200 OK\r\n\r\n", "CONNECT", false, true},
		{"HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n", "CONNECT", false, false},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", false, false},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "GET", false, true},
	} {
		a, ok := ParseAnswer([]byte(c.head), []byte(c.method))
		assert.Assert(t, ok, c.head)
		assert.Equal(t, a.Body.Empty(), c.empty, c.head)
		assert.Equal(t, a.Body.Endless(), c.endless, c.head)
	}
}

func TestExpectIsRead(t *testing.T) {
	for headers, want := range map[string]bool{"Expect: 100-continue\r\n": true, "EXPECT:x\r\n": true, "Expected: x\r\n": false} {
		r, ok := ParseRequest([]byte("PUT / HTTP/1.1\r\n" + headers + "\r\n"))
		assert.Assert(t, ok)
		assert.Equal(t, r.Expect, want, headers)
	}
}

func TestAFinalAnswerFollowsAnInterimOne(t *testing.T) {
	for status, want := range map[int]bool{100: true, 103: true, 101: false, 200: false, 500: false} {
		a := Answer{Status: status}
		assert.Equal(t, a.Interim(), want, "%d", status)
	}
}

// Chunks that no program sends break the format.
func TestChunksHaveLimits(t *testing.T) {
	for text, want := range map[string]bool{
		"1000000000000\r\n": true, "1000000000001\r\n": false, strings.Repeat("f", 17): false,
		strings.Repeat("0", maxLine): true, strings.Repeat("0", maxLine+1): false,
		"0\r\n" + strings.Repeat("A: b\r\n", maxLine): false,
	} {
		b := Body{form: chunked}
		_, _, ok := b.Feed([]byte(text))
		assert.Equal(t, ok, want, "%.40q", text)
	}
}

// Two readers could take such an answer for different ones.
func TestParseAnswerRefusesTwoLengths(t *testing.T) {
	for _, headers := range []string{"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n"} {
		_, ok := ParseAnswer([]byte("HTTP/1.1 200 OK\r\n"+headers+"\r\n"), []byte("GET"))
		assert.Assert(t, !ok, "%q", headers)
	}
}

func TestDechunkReturnsTheData(t *testing.T) {
	assert.Equal(t, string(Dechunk([]byte("3;x\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\nrest"))), "abcde")
	assert.Equal(t, string(Dechunk([]byte("5\r\nab"))), "ab")
}

// However the bytes are split, a body ends at the same place.
func FuzzBodyEndsAtTheSamePlace(f *testing.F) {
	f.Add([]byte("3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), 2)
	f.Add([]byte("fffffffffffffffff\r\n"), 1)
	f.Add([]byte("0\r\nA: b\r\n\r\n"), 3)
	f.Add([]byte("3\r\nab"), 1)
	f.Fuzz(func(t *testing.T, p []byte, step int) {
		if step < 1 {
			return
		}
		whole := Body{form: chunked}
		n, done, ok := whole.Feed(p)
		parts := Body{form: chunked}
		taken := 0
		var partsDone, partsOK bool
		for partsOK = true; taken < len(p) && partsOK && !partsDone; {
			var k int
			k, partsDone, partsOK = parts.Feed(p[taken:min(len(p), taken+step)])
			taken += k
		}
		if len(p) > 0 {
			assert.Equal(t, partsOK, ok)
			assert.Equal(t, partsDone, done)
			assert.Equal(t, taken, n)
		}
		assert.Assert(t, len(Dechunk(p)) <= len(p))
	})
}

// No bytes make the reader of heads panic, and what it reads is part of them.
func FuzzHeads(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"))
	f.Add([]byte("PUT http://x HTTP/1.0\nTransfer-Encoding: chunked\n\n"))
	f.Fuzz(func(t *testing.T, p []byte) {
		guess := GuessRequest(p)
		GuessAnswer(p)
		end := HeadEnd(p, 0)
		if end < 0 {
			return
		}
		if r, ok := ParseRequest(p[:end]); ok {
			assert.Equal(t, guess == HTTP || guess == Other, true)
			assert.Assert(t, bytes.Contains(p, r.Method))
			r.Path()
		}
		ParseAnswer(p[:end], []byte("GET"))
	})
}
