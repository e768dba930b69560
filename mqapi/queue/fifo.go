package queue

// Bounds of chunks, in messages: a topic with few messages takes little memory, and one
// with many wastes little.
const (
	minChunk = 8
	maxChunk = 512
)

// A fifo holds the pending messages of one topic in a chain of chunks. Messages are put
// into the last chunk and taken from the first:
//
//	head [ . . . d e f g h ] → [ i j k l m n o p ] → tail [ q r s . . . . . ]
//	             at ^                                            end ^
//
// Memory follows the number of pending messages, not the number of messages ever put. A
// chunk that was emptied is used again, so that puts and pops in turn allocate nothing.
//
// A view costs nothing, because a message that a view may see is never overwritten: push
// writes behind the end of every view, and pop leaves the chunks of views as they are.
//
// The zero fifo is empty and holds no memory.
type fifo struct {
	head, tail *chunk // nil when the fifo is empty and holds no memory
	at         int    // where the oldest message is, in head
	end        int    // the place for the next message, in tail
	n          int    // the number of messages
	spare      *chunk // an empty one
	made       uint64 // the number of chunks ever made
	viewed     uint64 // chunks with a number up to this may belong to a view
}

// A chunk is a part of a fifo. Its fields never change once a view can see them, except for
// the places of messages that were put later.
type chunk struct {
	items  []string // always of full length
	next   *chunk
	number uint64
}

func (f *fifo) push(message string) {
	if f.tail == nil || f.end == len(f.tail.items) {
		f.extend()
	}
	f.tail.items[f.end] = message
	f.end++
	f.n++
}

// extend adds an empty chunk at the end.
func (f *fifo) extend() {
	size := min(max(f.n, minChunk), maxChunk)
	c := f.spare
	f.spare = nil
	if c == nil || len(c.items) < size/2 {
		f.made++
		c = &chunk{items: make([]string, size), number: f.made}
	}
	if f.tail == nil {
		f.head, f.at = c, 0
	} else {
		f.tail.next = c
	}
	f.tail, f.end = c, 0
}

// pop takes the oldest message; the fifo must not be empty.
func (f *fifo) pop() string {
	c := f.head
	message := c.items[f.at]
	own := c.number > f.viewed
	if own {
		c.items[f.at] = "" // lets the message be collected
	}
	f.at++
	f.n--
	switch {
	case f.n == 0:
		f.spare, f.at, f.end = nil, 0, 0
		if !own || len(c.items) > minChunk {
			f.head, f.tail = nil, nil
		}
	case f.at == len(c.items):
		f.head, f.at = c.next, 0
		if own {
			c.next = nil
			f.spare = c
		}
	}
	return message
}

// oldest returns the oldest message; the fifo must not be empty.
func (f *fifo) oldest() string { return f.head.items[f.at] }

// A list is the messages of a fifo at one moment.
type list struct {
	head *chunk
	at   int
	n    int
}

// now returns the present messages. It is valid until the next push or pop.
func (f *fifo) now() list { return list{f.head, f.at, f.n} }

// view returns the present messages. It stays valid, also for another goroutine.
func (f *fifo) view() list {
	f.viewed = f.made
	return f.now()
}

// parts yields the messages in order, in pieces.
func (l list) parts(yield func([]string) bool) {
	for c, at, n := l.head, l.at, l.n; n > 0; {
		part := c.items[at:min(at+n, len(c.items))]
		if !yield(part) {
			return
		}
		if n -= len(part); n > 0 { // the last chunk's next may change
			c, at = c.next, 0
		}
	}
}

// values gives a copy of the messages, the oldest first, never nil.
func (l list) values() []string {
	messages := make([]string, 0, l.n)
	for part := range l.parts {
		messages = append(messages, part...)
	}
	return messages
}

func (f *fifo) equal(other *fifo) bool {
	if f.n != other.n {
		return false
	}
	a, b := *f, *other // to pop from
	for range f.n {
		if a.next() != b.next() {
			return false
		}
	}
	return true
}

// next takes the oldest message of a copy, which shares its chunks with the original.
func (f *fifo) next() string {
	if f.at == len(f.head.items) {
		f.head, f.at = f.head.next, 0
	}
	f.at++
	return f.head.items[f.at-1]
}
