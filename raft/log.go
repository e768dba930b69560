package raft

import (
	"slices"
	"sort"
)

// segmentSize is the number of entries in a full segment of a Log, and so the
// most that one AppendEntries carries.
const segmentSize = 1024

// A Log is a sequence of entries that grows at its end and is truncated there (§5.3).
//
// It guarantees:
//
//  1. Entry i is at index i as long as it is in the log.
//  2. An entry is never overwritten in place, so that a slice from Slice never
//     changes.
//  3. Appending takes amortised constant time and never copies more than one
//     segment, however long the log is.
//
// The entries lie in segments of segmentSize. Truncating a segment also reduces its
// capacity, so that the next append moves to new memory, which gives guarantee 2.
type Log struct {
	base     Index // the index before the first entry
	baseTerm Term  // the term of the entry at base
	last     Index
	lastTerm Term
	segments [][]Entry // all full but the last
}

// NewLog returns a log of these entries; the first has index 1.
func NewLog(entries ...Entry) *Log {
	l := &Log{}
	l.Append(entries...)
	return l
}

// FirstIndex is the index of the first entry, or of the one that will be the first.
func (l *Log) FirstIndex() Index { return l.base + 1 }

// LastIndex is the index of the last entry, or FirstIndex-1 when the log is empty.
func (l *Log) LastIndex() Index { return l.last }

// LastTerm is the term of the entry at LastIndex, 0 when the log is empty.
func (l *Log) LastTerm() Term { return l.lastTerm }

// Term returns the term of the entry at i. The log knows it from FirstIndex-1 up to
// LastIndex.
func (l *Log) Term(i Index) (Term, bool) {
	switch {
	case i == l.last:
		return l.lastTerm, true
	case i == l.base:
		return l.baseTerm, true
	case i < l.base || i > l.last:
		return 0, false
	}
	return l.entry(i).Term, true
}

// Entry returns the entry at i, which must be in the log.
func (l *Log) Entry(i Index) Entry { return *l.entry(i) }

func (l *Log) entry(i Index) *Entry {
	at := i - l.base - 1
	return &l.segments[at/segmentSize][at%segmentSize]
}

// Append adds entries at the end.
func (l *Log) Append(entries ...Entry) {
	for len(entries) > 0 {
		tail := len(l.segments) - 1
		switch {
		case tail < 0:
			// The first segment grows from nothing: most logs stay short.
			l.segments = append(l.segments, nil)
			tail = 0
		case len(l.segments[tail]) == segmentSize:
			l.segments = append(l.segments, make([]Entry, 0, segmentSize))
			tail++
		}
		k := min(len(entries), segmentSize-len(l.segments[tail]))
		l.segments[tail] = append(l.segments[tail], entries[:k]...)
		l.last += Index(k)
		l.lastTerm = entries[k-1].Term
		entries = entries[k:]
	}
}

// Truncate removes all entries after i and returns them. An i from LastIndex on
// removes nothing; an i before the first entry empties the log.
func (l *Log) Truncate(i Index) []Entry {
	i = max(i, l.base)
	if i >= l.last {
		return nil
	}
	var removed []Entry
	for j := i + 1; j <= l.last; {
		s := l.Slice(j, l.last)
		removed = append(removed, s...)
		j += Index(len(s))
	}
	kept := i - l.base
	full, rest := kept/segmentSize, kept%segmentSize
	if rest > 0 {
		l.segments[full] = l.segments[full][:rest:rest]
		full++
	}
	clear(l.segments[full:])
	l.segments = l.segments[:full]
	l.last = i
	l.lastTerm = l.baseTerm
	if i > l.base {
		l.lastTerm = l.entry(i).Term
	}
	return removed
}

// Slice returns entries from index i on, up to index to, at most those of one
// segment. It returns at least one when i is in the log and at most to. Never write
// to the slice: it is shared.
func (l *Log) Slice(i, to Index) []Entry {
	to = min(to, l.last)
	if i <= l.base || i > to {
		return nil
	}
	at := i - l.base - 1
	segment := l.segments[at/segmentSize]
	lo := at % segmentSize
	hi := min(lo+(to-i)+1, Index(len(segment)))
	return segment[lo:hi:hi]
}

// Matches is the consistency check of AppendEntries (§5.3): it reports whether the
// log has an entry of this term at index i.
func (l *Log) Matches(i Index, t Term) bool {
	have, ok := l.Term(i)
	return ok && have == t
}

// LastOfTermAtMost returns the highest index up to i whose entry has at most term t,
// and that entry's term. It is a binary search, because terms never decrease along a
// log (§5.3); in a log where they do, it returns some index up to i.
func (l *Log) LastOfTermAtMost(i Index, t Term) (Index, Term) {
	i = min(i, l.last)
	if i <= l.base {
		return l.base, l.baseTerm
	}
	n := sort.Search(int(i-l.base), func(k int) bool {
		return l.entry(l.base+1+Index(k)).Term > t
	})
	i = l.base + Index(n)
	term, _ := l.Term(i)
	return i, term
}

// clone copies the log. Both share the entries; the first that appends to the last
// segment moves to new memory. A log that was cloned and not changed since is only read:
// several goroutines may clone it again.
func (l *Log) clone() *Log {
	c := *l
	if tail := len(l.segments) - 1; tail >= 0 {
		if s := l.segments[tail]; cap(s) > len(s) {
			l.segments[tail] = s[:len(s):len(s)]
		}
	}
	c.segments = slices.Clone(l.segments)
	return &c
}
