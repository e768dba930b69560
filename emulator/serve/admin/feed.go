package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/trace"
)

const (
	// maxStreams bounds the number of streams. Each costs a connection with its two
	// goroutines, and one chunk while it is being sent: at most 64 kB, except for
	// records that are longer themselves.
	maxStreams = 2000
	// chunkBytes is the size at which a chunk is full.
	chunkBytes = 24 << 10
	// chunkRecords is how many records are taken out of the trace at a time.
	chunkRecords = 64
	// keptBytes bounds the chunks that are kept for other streams.
	keptBytes = 4 << 20

	// gather is how long records are gathered before they are sent, so that a busy
	// world is not kept waiting for each of them; gatherEach is added for each stream.
	gather     = 5 * time.Millisecond
	gatherEach = 20 * time.Microsecond
)

// A feed reads the trace for all streams. It waits for new records once, and encodes a
// record once for all streams that have the same filter.
type feed struct {
	host *host.Host
	most int // streams
	kept int // bytes in chunks

	mu      sync.Mutex // guards what follows; the world may be owned while it is held
	streams int
	stop    context.CancelFunc // ends watch; nil: no stream is open
	news    news
	lanes   map[string][]*chunk // by filter, those of the run of news
	bytes   int                 // in all chunks
	uses    uint64
	records []trace.Record // memory for fill
}

// news say how far the trace has come.
type news struct {
	run   string
	last  uint64
	ended bool          // the host is closed
	more  chan struct{} // closed when there are newer ones
}

// A chunk is a part of the trace as a stream sends it, without the records that a filter
// leaves out. Bytes are only added to it, so that streams may send those that it has.
type chunk struct {
	after, upto uint64   // it has the records from after+1 to upto
	seqs        []uint64 // of those in it
	ends        []int    // where each ends in data
	data        []byte
	used        uint64 // the feed's uses when it was last used
}

// size is about the memory that the chunk takes, in bytes.
func (c *chunk) size() int { return 256 + cap(c.data) + 8*cap(c.seqs) + 8*cap(c.ends) }

func newFeed(h *host.Host) *feed {
	return &feed{host: h, most: maxStreams, kept: keptBytes, lanes: map[string][]*chunk{}}
}

// join counts a stream in, until leave.
func (f *feed) join() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.streams >= f.most {
		return &failure{err: errBusy, detail: fmt.Sprintf(
			"%d streams of events are open, and there may be %d; try again when a stream has ended, or ask without Accept: %s",
			f.streams, f.most, streamType)}
	}
	f.streams++
	if f.stop == nil {
		f.news = news{more: make(chan struct{})}
		f.look(nil)
		ctx, stop := context.WithCancel(context.Background())
		f.stop = stop
		go f.watch(ctx)
	}
	return nil
}

// leave ends the watch with the last stream, and forgets the chunks.
func (f *feed) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.streams--; f.streams == 0 {
		f.stop()
		f.stop = nil
		f.forget()
		f.records = nil
	}
}

func (f *feed) forget() {
	clear(f.lanes)
	f.bytes = 0
}

// watch looks for news until its context or the host ends.
func (f *feed) watch(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		n := f.newest()
		held := f.host.Watch(ctx, func(o host.View) bool { return o.RunID() != n.run || o.Trace().Last() > n.last })
		if !held {
			f.end(ctx)
			return
		}
		f.mu.Lock()
		pause.Reset(gather + time.Duration(f.streams)*gatherEach)
		f.mu.Unlock()
		select {
		case <-pause.C:
			f.start(nil)
		case <-ctx.Done():
		}
	}
}

// end lets the streams of a closed host end, unless the watch has been stopped.
func (f *feed) end(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() == nil {
		f.news.ended = true
		close(f.news.more)
	}
}

// newest returns the news.
func (f *feed) newest() news {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.news
}

// look sees the world, tells the streams what is new, and lets see look as well. The
// caller holds mu, so that no news are older than what a stream has seen.
func (f *feed) look(see func(host.View)) {
	var run string
	var last uint64
	f.host.Observe(func(o host.View) {
		run, last = o.RunID(), o.Trace().Last()
		if see != nil {
			see(o)
		}
	})
	if run == f.news.run && last == f.news.last || f.news.ended {
		return
	}
	if run != f.news.run {
		f.forget()
	}
	close(f.news.more)
	f.news = news{run: run, last: last, more: make(chan struct{})}
}

// start looks, and lets a stream see where it begins.
func (f *feed) start(see func(host.View)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look(see)
}

// A part is what follows a place in the trace.
type part struct {
	data   []byte
	next   uint64 // the last record looked at
	missed uint64 // records that are gone; then there is no data
}

// part returns what follows a record of a run, which is that of the newest news. An empty
// part at the same place means that the run is another one by now.
func (f *feed) part(run string, next uint64, by *filter, key string) part {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.find(key, next)
	if c == nil || c.upto == next {
		var missed uint64
		if c, missed = f.fill(key, c, run, next, by); c == nil {
			return part{next: next + missed, missed: missed}
		}
	}
	f.uses++
	c.used = f.uses
	from := 0
	if i, _ := slices.BinarySearch(c.seqs, next+1); i > 0 {
		from = c.ends[i-1]
	}
	return part{data: c.data[from:], next: c.upto}
}

// find returns the chunk that has the record after next, or else one that may go on there.
func (f *feed) find(key string, next uint64) *chunk {
	var open *chunk
	lane := f.lanes[key]
	for i := len(lane) - 1; i >= 0; i-- {
		switch c := lane[i]; {
		case c.after <= next && next < c.upto:
			return c
		case c.upto == next && len(c.data) < chunkBytes:
			open = c
		}
	}
	return open
}

// fill adds records after next to a chunk that ends there; to a new one if it is nil. It
// returns no chunk when the next records are gone, and their number, or when the run is.
func (f *feed) fill(key string, c *chunk, run string, next uint64, by *filter) (*chunk, uint64) {
	var b batch
	f.look(func(o host.View) {
		if o.RunID() == run {
			b = take(f.records[:0], o.Trace(), next, chunkRecords, *by)
		}
	})
	if f.news.run != run || b.missed > 0 {
		return nil, b.missed
	}
	f.records = b.records
	if c == nil {
		c = &chunk{after: next, upto: next}
		f.lanes[key] = append(f.lanes[key], c)
	} else {
		f.bytes -= c.size()
	}
	c.upto = b.next
	for i := range b.records {
		r := &b.records[i]
		c.data = appendID(append(c.data, "id: "...), run, r.Seq)
		c.data = r.AppendJSON(append(c.data, "\ndata: "...))
		c.data = append(c.data, "\n\n"...)
		c.seqs, c.ends = append(c.seqs, r.Seq), append(c.ends, len(c.data))
		if len(c.data) >= chunkBytes {
			c.upto = r.Seq
			break
		}
	}
	f.bytes += c.size()
	clear(b.records)
	f.evict(c)
	return c, 0
}

// evict gives up the chunks that have not been used for longest, but not this one.
func (f *feed) evict(now *chunk) {
	for f.bytes > f.kept {
		var key string
		var oldest *chunk
		for k, lane := range f.lanes {
			for _, c := range lane {
				if c != now && (oldest == nil || c.used < oldest.used) {
					key, oldest = k, c
				}
			}
		}
		if oldest == nil {
			return
		}
		f.bytes -= oldest.size()
		f.lanes[key] = slices.DeleteFunc(f.lanes[key], func(c *chunk) bool { return c == oldest })
		if len(f.lanes[key]) == 0 {
			delete(f.lanes, key)
		}
	}
}

// key is the same for filters that let the same records pass.
func (f *filter) key() string {
	kinds := make([]string, len(f.kinds))
	for i, k := range f.kinds {
		kinds[i] = k.String()
	}
	slices.Sort(kinds)
	return fmt.Sprint(f.node, ":", strings.Join(slices.Compact(kinds), ","))
}
