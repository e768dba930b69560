package queue

import (
	"encoding/binary"
	"errors"
)

// errSnapshot: what was given is not a queue's snapshot.
var errSnapshot = errors.New("not the snapshot of a queue")

// Snapshot implements [machine.Machine]. It writes the number of topics, then each
// with its name, the number of its messages and these; a text is its length and
// its bytes, a number a varint.
func (q *Queue) Snapshot() []byte { return q.lists((*fifo).now).Snapshot() }

// Snapshot implements [machine.Frozen].
func (l *lists) Snapshot() []byte {
	b := binary.AppendUvarint(nil, uint64(len(l.topics)))
	for i, topic := range l.topics {
		b = appendText(b, topic)
		b = binary.AppendUvarint(b, uint64(l.messages[i].n))
		for part := range l.messages[i].parts {
			for _, message := range part {
				b = appendText(b, message)
			}
		}
	}
	return b
}

// Restore implements [machine.Machine].
func (q *Queue) Restore(snapshot []byte) error {
	restored, r := New(), reader{rest: snapshot}
	for range r.number() {
		topic := r.text()
		if !restored.putTopic(topic) {
			return errSnapshot
		}
		for range r.number() {
			restored.putMessage(topic, r.text())
		}
	}
	if r.failed || len(r.rest) > 0 {
		return errSnapshot
	}
	*q = *restored
	return nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A reader reads a snapshot until it does not go on as one does.
type reader struct {
	rest   []byte
	failed bool
}

// number reads a number, which counts bytes or texts and so is at most the number
// of bytes that are left.
func (r *reader) number() int {
	n, size := binary.Uvarint(r.rest)
	if r.failed || size <= 0 || n > uint64(len(r.rest)-size) {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *reader) text() string {
	n := r.number()
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}
