package queue

// minRing is the smallest ring that a fifo keeps, in messages.
const minRing = 8

// A fifo holds the pending messages of one topic in a ring, which doubles when
// it is full and halves when three quarters of it are free. So memory follows
// the number of pending messages, not the number of messages ever put:
//
//	ring  [ d e . . . a b c ]     n = 5
//	              head ^
//
// The zero fifo is empty and holds no memory.
type fifo struct {
	ring []string // its length is 0 or a power of two
	head int      // where the oldest message is
	n    int      // the number of messages
}

// slot is the place of the i-th oldest message.
func (f *fifo) slot(i int) int { return (f.head + i) & (len(f.ring) - 1) }

func (f *fifo) push(message string) {
	if f.n == len(f.ring) {
		f.resize(max(minRing, 2*f.n))
	}
	f.ring[f.slot(f.n)] = message
	f.n++
}

// pop takes the oldest message; the fifo must not be empty.
func (f *fifo) pop() string {
	message := f.ring[f.head]
	f.ring[f.head] = "" // lets the message be collected
	f.head = f.slot(1)
	f.n--
	if len(f.ring) > minRing && f.n <= len(f.ring)/4 {
		f.resize(len(f.ring) / 2)
	}
	return message
}

func (f *fifo) resize(size int) {
	ring := make([]string, size)
	f.copyTo(ring)
	f.ring, f.head = ring, 0
}

// copyTo copies the messages, the oldest first.
func (f *fifo) copyTo(dst []string) {
	first := f.ring[f.head:min(f.head+f.n, len(f.ring))]
	copy(dst, first)
	copy(dst[len(first):], f.ring[:f.n-len(first)])
}

// list gives a copy of the messages, the oldest first, never nil.
func (f *fifo) list() []string {
	messages := make([]string, f.n)
	f.copyTo(messages)
	return messages
}

func (f *fifo) equal(other *fifo) bool {
	if f.n != other.n {
		return false
	}
	for i := range f.n {
		if f.ring[f.slot(i)] != other.ring[other.slot(i)] {
			return false
		}
	}
	return true
}
