package systematic

import (
	"sync"
	"sync/atomic"
)

// A table holds each part of states once and gives it a handle. There are far fewer
// parts than states, so that expensive work (steps, hashes) is done once for a part.
// The table may be read while it grows.
//
// Handles depend on the order of insertion. No result may depend on them.
type table[T any] struct {
	renamings []renaming
	encode    func(*encoder, *T)

	mu      sync.Mutex
	handles map[string]handle // by their bytes
	encoder encoder
	n       handle
	pieces  [maxPieces]atomic.Pointer[piece[T]]
}

// A handle stands for a part in its table.
type handle uint32

const (
	pieceSize = 1 << 10
	maxPieces = 1 << 16
)

type piece[T any] struct {
	parts  [pieceSize]T
	hashes []uint64 // by place and renaming
}

func newTable[T any](all []renaming, encode func(*encoder, *T)) *table[T] {
	return &table[T]{renamings: all, encode: encode, handles: map[string]handle{}}
}

// put returns the handle of a part, and whether the part is new.
func (t *table[T]) put(part T) (handle, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := &t.encoder
	e.b, e.by = e.b[:0], t.renamings[0]
	t.encode(e, &part)
	if h, ok := t.handles[string(e.b)]; ok {
		return h, false
	}
	h := t.n
	if int(h) >= pieceSize*maxPieces {
		panic("systematic: more parts of states than a table can hold")
	}
	t.handles[string(e.b)] = h
	c := t.pieces[h/pieceSize].Load()
	if c == nil {
		c = &piece[T]{hashes: make([]uint64, pieceSize*len(t.renamings))}
		t.pieces[h/pieceSize].Store(c)
	}
	at := int(h % pieceSize)
	c.parts[at] = part
	for k, by := range t.renamings {
		e.b, e.by = e.b[:0], by
		t.encode(e, &part)
		c.hashes[at*len(t.renamings)+k] = e.hash()
	}
	t.n++
	return h, true
}

// at returns the part of a handle. The caller must not change it.
func (t *table[T]) at(h handle) *T {
	return &t.pieces[h/pieceSize].Load().parts[h%pieceSize]
}

// hashes returns the hashes of a part, by renaming.
func (t *table[T]) hashes(h handle) []uint64 {
	n := len(t.renamings)
	at := int(h%pieceSize) * n
	return t.pieces[h/pieceSize].Load().hashes[at : at+n : at+n]
}
