package logs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

const patience = 20 * time.Second

// plain returns a handler that writes records without their times.
func plain(w io.Writer) slog.Handler {
	return slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}

// A door lets no writer through before it is open.
type door struct {
	reached, open chan struct{}
	bytes.Buffer
}

func newDoor() *door { return &door{reached: make(chan struct{}, 1), open: make(chan struct{})} }

func (d *door) Write(b []byte) (int, error) {
	select {
	case d.reached <- struct{}{}:
	default:
	}
	<-d.open
	return d.Buffer.Write(b)
}

func TestRecordsAreWrittenInOrder(t *testing.T) {
	var out bytes.Buffer
	q := New(plain(&out))
	l := q.Logger().With("a", 1).WithGroup("g")
	for i := range 3 {
		l.Warn("m", "i", i)
	}
	q.Close(patience)
	assert.Equal(t, out.String(), "level=WARN msg=m a=1 g.i=0\nlevel=WARN msg=m a=1 g.i=1\nlevel=WARN msg=m a=1 g.i=2\n")
	assert.Equal(t, q.Dropped(), uint64(0))
	l.Warn("later")
	assert.Equal(t, q.Dropped(), uint64(1))
}

// A reader that does not read holds nobody up. When it reads again, it finds out what it missed.
func TestFullQueueDropsAndCounts(t *testing.T) {
	out := newDoor()
	q := New(plain(out))
	l := q.Logger()
	l.Info("first")
	<-out.reached // the writer has it
	for i := range size + 7 {
		l.Info("m", "i", i)
	}
	assert.Equal(t, q.Dropped(), uint64(7))
	close(out.open)
	q.Close(patience)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Equal(t, len(lines), size+2)
	assert.Equal(t, lines[size], fmt.Sprintf("level=INFO msg=m i=%d", size-1))
	assert.Equal(t, lines[size+1], `level=WARN msg="7 log lines dropped"`)
	assert.Equal(t, q.Dropped(), uint64(7))
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	out := newDoor()
	q := New(plain(out))
	q.Logger().Info("m")
	<-out.reached
	q.Close(time.Millisecond)
	q.Close(patience) // again
	close(out.open)
	<-q.done
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestUnwrittenRecordsCount(t *testing.T) {
	q := New(plain(broken{}))
	for range 3 {
		q.Logger().Info("m")
	}
	q.Close(patience)
	assert.Equal(t, q.Dropped(), uint64(3))
}
