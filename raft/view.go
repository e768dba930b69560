package raft

import "slices"

// A LogView is a Log as it was at one moment. Taking it costs one slice header for each
// segment of the log, and the log then goes on at no further cost.
//
// It guarantees:
//
//  1. A view never changes, whatever is appended to the log or truncated afterwards.
//  2. Its entries may be read while others change the log, without a lock: the log
//     writes only to memory behind the end of each view.
//
// Both follow from guarantee 2 of Log, that an entry is never overwritten in place. The
// view has the list of segments to itself, and each segment with the length that it had.
type LogView struct{ log Log }

// View returns the log as it is now.
func (l *Log) View() LogView {
	v := LogView{*l}
	v.log.segments = slices.Clone(l.segments)
	return v
}

// FirstIndex is the index of the first entry, or of the one that would be the first.
func (v *LogView) FirstIndex() Index { return v.log.FirstIndex() }

// LastIndex is the index of the last entry, or FirstIndex-1 when there is none.
func (v *LogView) LastIndex() Index { return v.log.LastIndex() }

// Term is Log.Term.
func (v *LogView) Term(i Index) (Term, bool) { return v.log.Term(i) }

// Entry is Log.Entry.
func (v *LogView) Entry(i Index) Entry { return v.log.Entry(i) }

// Slice is Log.Slice.
func (v *LogView) Slice(i, to Index) []Entry { return v.log.Slice(i, to) }

// Entries copies all entries.
func (v *LogView) Entries() []Entry {
	if v.LastIndex() < v.FirstIndex() {
		return nil
	}
	return slices.Concat(v.log.segments...)
}

// LogOf is NewLog without a copy: the log shares the entries, and the caller must never
// change them. Several logs may share them, each with as many of them as it likes.
func LogOf(entries []Entry) *Log {
	l := &Log{last: Index(len(entries))}
	if l.last > 0 {
		l.lastTerm = entries[l.last-1].Term
	}
	for segment := range slices.Chunk(entries, segmentSize) { // of no capacity behind its end
		l.segments = append(l.segments, segment)
	}
	return l
}
