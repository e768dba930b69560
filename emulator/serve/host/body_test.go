package host

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"gotest.tools/v3/assert"
)

// sendHalf sends a request with half of its body and returns the connection.
func sendHalf(tb testing.TB, server *httptest.Server, method, path string) net.Conn {
	tb.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	assert.NilError(tb, err)
	tb.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18\r\n\r\n{\"topic\":", method, path)
	assert.NilError(tb, err)
	return conn
}

// ends reads the answer and wants the connection to end after it.
func ends(tb testing.TB, conn net.Conn) (status int, body string) {
	tb.Helper()
	assert.NilError(tb, conn.SetDeadline(time.Now().Add(20*time.Second)))
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	assert.NilError(tb, err)
	data, err := io.ReadAll(response.Body)
	assert.NilError(tb, err)
	assert.Assert(tb, response.Close)
	_, err = in.ReadByte()
	assert.ErrorIs(tb, err, io.EOF)
	return response.StatusCode, string(data)
}

func TestHalfABodyIsEnded(t *testing.T) {
	h := start(t, "fresh_1", Options{})
	for name, limits := range map[string]bodyLimits{
		"NoProgress":  {progress: 20 * time.Millisecond, whole: time.Hour},
		"NotComplete": {progress: time.Hour, whole: 20 * time.Millisecond},
	} {
		server := httptest.NewServer(limitBodies(h.servers[0].handler, limits))
		defer server.Close()
		for _, ask := range []struct {
			method, path string
			status       int
		}{
			{"PUT", "/topic", http.StatusRequestTimeout},
			{"GET", "/topic", http.StatusRequestTimeout},
			{"PUT", "/status", http.StatusMethodNotAllowed}, // nobody reads this body but net/http
			{"PUT", "/unknown", http.StatusNotFound},
		} {
			t.Run(name+"/"+ask.method+ask.path, func(t *testing.T) {
				status, body := ends(t, sendHalf(t, server, ask.method, ask.path))
				assert.Equal(t, status, ask.status)
				assert.Assert(t, strings.Contains(body, `"success": false`), body)
			})
		}
	}
}

// A request whose body is complete waits for its answer as long as it must.
func TestCompleteBodyHasNoLimit(t *testing.T) {
	read, release := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(limitBodies(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusRequestTimeout)
			return
		}
		close(read)
		select {
		case <-release:
		case <-r.Context().Done():
			w.WriteHeader(http.StatusInternalServerError)
		}
	}), bodyLimits{progress: 20 * time.Millisecond, whole: 20 * time.Millisecond}))
	defer server.Close()

	answered := make(chan string, 1)
	go func() {
		response, err := server.Client().Post(server.URL, "", strings.NewReader("whole"))
		if err != nil {
			answered <- err.Error()
			return
		}
		response.Body.Close()
		answered <- response.Status
	}()
	<-read
	// Another client begins later, and its limit ends it.
	status, _ := ends(t, sendHalf(t, server, "PUT", "/"))
	assert.Equal(t, status, http.StatusRequestTimeout)
	close(release)
	assert.Equal(t, <-answered, "200 OK")
}

// A client that waits for the server before it sends the rest is not too slow.
func TestBodyHasTimeWhileItsHandlerIsBusy(t *testing.T) {
	begun, idle := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(limitBodies(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy" {
			close(begun)
			<-idle
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusRequestTimeout)
		}
	}), bodyLimits{progress: 20 * time.Millisecond, whole: time.Hour}))
	defer server.Close()
	conn := sendHalf(t, server, "PUT", "/busy")
	<-begun
	status, _ := ends(t, sendHalf(t, server, "PUT", "/")) // it begins later, and its limit ends it
	assert.Equal(t, status, http.StatusRequestTimeout)
	_, err := io.WriteString(conn, ` "dog"  }`)
	assert.NilError(t, err)
	close(idle)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	assert.NilError(t, err)
	response.Body.Close()
	assert.Equal(t, response.StatusCode, http.StatusOK)
}

// A deadlines is a ResponseWriter that notes the read deadlines it is given.
type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.set = append(d.set, t)
	return nil
}

// Each byte gives the client the whole time for the next one, until the body's end.
func TestServersGiveBodiesTheirTime(t *testing.T) {
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	server := NewHTTPServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		assert.Check(t, err)
	}), slog.New(slog.DiscardHandler))
	began := time.Now()
	server.Handler.ServeHTTP(w, httptest.NewRequest("PUT", "/", iotest.OneByteReader(strings.NewReader("abc"))))
	ended := time.Now()
	assert.Equal(t, len(w.set), 5) // the start, three bytes, the end
	for i, at := range w.set[:4] {
		assert.Assert(t, !at.Before(began.Add(10*time.Second)) && !at.After(ended.Add(10*time.Second)), "%v", at)
		assert.Assert(t, i == 0 || at.After(w.set[i-1]))
	}
	assert.Assert(t, w.set[4].IsZero())
	assert.Equal(t, defaultBodyLimits.whole, 5*time.Minute)
}
