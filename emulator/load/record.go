package load

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"

	"rrmq.example/emulator/emulator/history"
	"rrmq.example/emulator/mqapi"
)

// A recorder keeps the history of a run, for the checks and for a file.
type recorder struct {
	prefix string

	mu     sync.Mutex // guards the rest
	ops    []history.Op
	file   *bufio.Writer // nil: none is wanted
	err    error         // of the file
	topics []string      // the last list, which many requests have in common
}

func newRecorder(prefix string, file io.Writer) *recorder {
	r := &recorder{prefix: prefix}
	if file != nil {
		r.file = bufio.NewWriterSize(file, 1<<16)
	}
	return r
}

// own leaves out of a list of topics those that are not the run's: others may
// use the nodes as well.
func (r *recorder) own(result mqapi.Result) mqapi.Result {
	if result.Topics == nil {
		return result
	}
	own := slices.DeleteFunc(result.Topics, func(t string) bool { return !strings.HasPrefix(t, r.prefix) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(own, r.topics) {
		r.topics = slices.Clip(own)
	}
	result.Topics = r.topics
	return result
}

// add records a request that has come to its end.
func (r *recorder) add(op *history.Op) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, *op)
	if r.file != nil && r.err == nil {
		line, err := json.Marshal(op)
		if err == nil {
			_, err = r.file.Write(append(line, '\n'))
		}
		r.err = err
	}
}

// flush writes the file to its end.
func (r *recorder) flush() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil || r.err != nil {
		return r.err
	}
	return r.file.Flush()
}
