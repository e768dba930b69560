package systematic

import (
	"crypto/sha256"
	"encoding/binary"

	"rrmq.example/emulator/raft"
)

// An encoder writes parts of a state as bytes: equal bytes mean equal parts. A
// renaming gives the nodes their names.
type encoder struct {
	b  []byte
	by renaming
}

func (e *encoder) uint(n uint64)        { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) term(t raft.Term)     { e.uint(uint64(t)) }
func (e *encoder) index(i raft.Index)   { e.uint(uint64(i)) }
func (e *encoder) node(id raft.NodeID)  { e.uint(uint64(e.by.of(id) + 1)) }
func (e *encoder) entry(en *raft.Entry) { e.term(en.Term); e.command(commandOf(*en)) }

func (e *encoder) bool(b bool) {
	if b {
		e.uint(1)
	} else {
		e.uint(0)
	}
}

func (e *encoder) text(s string) {
	e.uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) command(c command) {
	e.node(c.Leader)
	e.term(c.Term)
	e.index(c.Index)
	e.text(c.Given)
}

func (e *encoder) entries(list []raft.Entry) {
	e.uint(uint64(len(list)))
	for k := range list {
		e.entry(&list[k])
	}
}

// hash returns the hash of the bytes.
func (e *encoder) hash() uint64 {
	sum := sha256.Sum256(e.b)
	return binary.LittleEndian.Uint64(sum[:])
}
