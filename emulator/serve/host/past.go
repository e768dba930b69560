package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// Bounds on how far back a cluster's past is known: at least over MinPast records.
const (
	// MinPast is the number of newest records from each of which the state can be found.
	MinPast = 1 << 16
	// keepEvery is the number of records between two states that are kept whole.
	keepEvery = 1 << 13
	// traceSize is the number of records in memory: one distance more for the state before
	// the oldest record, and one more because an event and a batch of requests make several
	// records at once.
	traceSize = MinPast + 2*keepEvery
	// maxWeight bounds what one state copies. While more waits, in a storm of messages, none
	// is kept.
	maxWeight = 1 << 16
)

// Why a state of the past cannot be found.
var (
	// ErrGone: the state is too long ago.
	ErrGone = errors.New("the state is no longer known")
	// ErrFuture: the trace has not come to the record.
	ErrFuture = errors.New("the trace has not got that far")
	// ErrReplaced: another cluster was loaded meanwhile.
	ErrReplaced = errors.New("the cluster was replaced")
	// errDiffers: the repetition took another course than the cluster. It is a fault of the
	// emulator.
	errDiffers = errors.New("the repetition differs from the trace")
)

// A past has whole states of a cluster, from which the states between them follow. It is the
// owner's. A nil past keeps nothing.
type past struct {
	states []*world.Saved // the oldest first
	next   uint64         // the record from which on the next state is kept
	begun  uint64         // the last record of the cluster's beginning
}

// keep is to be called between two events. It keeps the state when it is time.
func (p *past) keep(w *world.World) {
	if p == nil || w.Trace().Last() < p.next || w.Weight() > maxWeight {
		return
	}
	first := w.Trace().First()
	p.states = slices.DeleteFunc(p.states, func(s *world.Saved) bool { return s.Last()+1 < first })
	p.states = append(p.states, w.Save())
	p.next = w.Trace().Last() + keepEvery
}

// before returns the newest state that is not after a record, or nil.
func (p *past) before(seq uint64, t *trace.Ring) *world.Saved {
	for _, s := range slices.Backward(p.states) {
		if s.Last() <= seq {
			if s.Last()+1 < t.First() {
				return nil
			}
			return s
		}
	}
	return nil
}

// A Moment is the whole state of a cluster between two of its events.
type Moment struct {
	// Run is the cluster's run. Seq is its newest record at the moment.
	Run string
	Seq uint64
	// Time is the cluster's time at the moment.
	Time time.Duration

	base  *fixture.Fixture // from which the cluster began
	world *world.World     // nobody steps it any more
}

// Freeze describes the moment as a fixture; see world.World.Freeze for what it leaves out.
func (m *Moment) Freeze() *fixture.Fixture { return fixture.Freeze(m.base, m.world.Freeze()) }

// View calls f with the cluster of that moment.
func (m *Moment) View(f func(View)) { f(&view{World: m.world, run: m.Run}) }

// portion is the number of records that are taken out of the trace at a time.
const portion = 1000

// Now returns the present moment.
func (h *Host) Now() *Moment {
	m := &Moment{}
	var s *world.Saved
	h.own(func(w *world.World) {
		m.Run, m.Seq, m.Time, m.base = h.view.run, w.Trace().Last(), w.Now(), h.fixture
		s = w.Save()
	})
	m.world = s.World(nil)
	return m
}

// At returns the moment after the event that made a record; the Moment's Seq is the event's
// last record. It repeats the cluster's events from the newest state that is kept, while the
// cluster goes on, and compares each record with that of the cluster. run is the run whose
// record is meant; "" is the present one.
func (h *Host) At(ctx context.Context, run string, seq uint64) (*Moment, error) {
	r := &rewind{host: h, seq: seq}
	if err := r.begin(run); err != nil {
		return nil, err
	}
	for more := true; more; {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		records, err := r.fetch()
		if err == nil {
			more, err = r.repeat(records)
		}
		if err != nil {
			return nil, err
		}
	}
	r.moment.Seq, r.moment.Time = r.moment.world.Trace().Last(), r.moment.world.Now()
	return &r.moment, nil
}

// A rewind repeats a part of a cluster's run.
type rewind struct {
	host   *Host
	seq    uint64 // the record that is looked for
	moment Moment
	ring   *trace.Ring // of the cluster
	next   uint64      // the next record to fetch
	made   [][]byte    // records that were repeated, not compared yet
}

// begin makes a world of the kept state.
func (r *rewind) begin(run string) (err error) {
	var s *world.Saved
	r.host.own(func(w *world.World) {
		h := r.host
		r.ring = w.Trace()
		r.moment.Run, r.moment.base = h.view.run, h.fixture
		switch {
		case run != "" && run != h.view.run:
			err = replacedBy(run, h.view.run)
		case r.seq > r.ring.Last():
			err = fmt.Errorf("%w: seq is %d, and the newest record is %d", ErrFuture, r.seq, r.ring.Last())
		default:
			s = h.past.before(max(r.seq, h.past.first()), r.ring)
			if s == nil {
				err = r.gone()
			}
		}
	})
	if err != nil {
		return err
	}
	r.next = s.Last() + 1
	r.moment.world = s.World(func(record *trace.Record) { r.made = append(r.made, record.AppendJSON(nil)) })
	return nil
}

// first is the last record of the cluster's beginning while its state is known: the records
// before describe parts of that one state. Otherwise it is 0.
func (p *past) first() uint64 {
	if len(p.states) == 0 || p.states[0].Last() != p.begun {
		return 0
	}
	return p.begun
}

// gone says from which record on states are known, as the owner.
func (r *rewind) gone() error {
	for _, s := range r.host.past.states {
		if s.Last()+1 >= r.ring.First() {
			return fmt.Errorf("%w: seq is %d, and the oldest that is known is %d; the newest %d records are kept, and the states after them", ErrGone, r.seq, s.Last(), traceSize)
		}
	}
	return fmt.Errorf("%w: seq is %d, and too many messages are in flight to keep any other state than the present one", ErrGone, r.seq)
}

// fetch returns copies of the cluster's next records.
func (r *rewind) fetch() (records []trace.Record, err error) {
	r.host.own(func(w *world.World) {
		if w.Trace() != r.ring {
			err = ErrReplaced
			return
		}
		if r.next < r.ring.First() {
			err = r.gone()
			return
		}
		for ; r.next <= r.ring.Last() && len(records) < portion; r.next++ {
			records = append(records, *r.ring.At(r.next))
		}
	})
	return records, err
}

// repeat makes these records again, and reports whether more are needed.
func (r *rewind) repeat(records []trace.Record) (more bool, err error) {
	w := r.moment.world
	for i := range records {
		record := &records[i]
		if w.Trace().Last() < record.Seq {
			if w.Trace().Last() >= r.seq {
				return false, nil
			}
			if err := r.make(record); err != nil {
				return false, err
			}
		}
		if len(r.made) == 0 || !bytes.Equal(r.made[0], record.AppendJSON(nil)) {
			return false, fmt.Errorf("%w at record %d", errDiffers, record.Seq)
		}
		r.made = r.made[1:]
	}
	if len(r.made) > 0 && len(records) == 0 {
		return false, fmt.Errorf("%w: it has a record %d", errDiffers, w.Trace().Last())
	}
	return w.Trace().Last() < r.seq || len(r.made) > 0, nil
}

// make lets the next record happen: an input is repeated, and anything else follows.
func (r *rewind) make(record *trace.Record) error {
	w := r.moment.world
	if record.Kind.IsInput() {
		if err := w.Repeat(record); err != nil {
			return fmt.Errorf("%w: %w", errDiffers, err)
		}
		return nil
	}
	for w.Trace().Last() < record.Seq {
		if !w.Step() {
			return fmt.Errorf("%w: it ends before record %d", errDiffers, record.Seq)
		}
	}
	return nil
}
