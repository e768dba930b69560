package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// MaxForks is the number of forks that a host can have at a time.
const MaxForks = 8

// Errors of forks.
var (
	ErrForks  = fmt.Errorf("there are %d forks already, which is the most there may be; end one: DELETE /v1/forks/{fork}", MaxForks)
	ErrNoFork = errors.New("no such fork")
)

// A Fork is a second cluster, which began as the hosted one was at some moment and goes
// another way. It has no ports, and virtual time, and begins with a paused clock: it stands exactly at
// that moment until somebody moves it. Clients that waited for an answer at that
// moment are not in it. Its trace, its numbers and its time start over.
type Fork struct {
	ID   int // from 1 on, never used again
	Host *Host
	// Run, Seq and Time say where it begins in the hosted cluster.
	Run  string
	Seq  uint64
	Time time.Duration
}

// forks are those of a host. The zero forks has none.
type forks struct {
	mu     sync.Mutex // guards the rest
	list   []*Fork    // by id
	last   int        // the id of the newest
	closed bool
}

// Fork makes a fork of the moment after a record of a run; see At. A seq of Present is the
// present moment.
func (h *Host) Fork(ctx context.Context, run string, seq uint64) (*Fork, error) {
	if err := h.forks.room(); err != nil {
		return nil, err
	}
	m, err := h.moment(ctx, run, seq)
	if err != nil {
		return nil, err
	}
	o := Options{Clock: Virtual, Portless: true, Paused: true, Logger: h.options.Logger, AllowedHosts: h.options.AllowedHosts}
	fork, err := Start(m.Freeze(), o)
	if err != nil {
		return nil, err
	}
	fork.options.Prepare = h.options.Prepare // of fixtures that are loaded; this one is prepared
	f := &Fork{Host: fork, Run: m.Run, Seq: m.Seq, Time: m.Time}
	if err := h.forks.add(f); err != nil {
		return nil, errors.Join(err, fork.Close())
	}
	return f, nil
}

// Present, as a record's number, stands for the present moment.
const Present = ^uint64(0)

// moment is At or Now.
func (h *Host) moment(ctx context.Context, run string, seq uint64) (*Moment, error) {
	if seq != Present {
		return h.At(ctx, run, seq)
	}
	m := h.Now()
	if run != "" && run != m.Run {
		return nil, replacedBy(run, m.Run)
	}
	return m, nil
}

// replacedBy says which run has taken another one's place.
func replacedBy(run, by string) error {
	return fmt.Errorf("%w: run %s has taken the place of run %s", ErrReplaced, by, run)
}

// Forks lists the forks by id.
func (h *Host) Forks() []*Fork {
	h.forks.mu.Lock()
	defer h.forks.mu.Unlock()
	return slices.Clone(h.forks.list)
}

// FindFork returns the fork with an id, or an ErrNoFork.
func (h *Host) FindFork(id int) (*Fork, error) {
	for _, f := range h.Forks() {
		if f.ID == id {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%w: %d", ErrNoFork, id)
}

// DeleteFork ends a fork.
func (h *Host) DeleteFork(id int) error {
	f, err := h.forks.remove(id)
	if err != nil {
		return err
	}
	return f.Host.Close()
}

// room returns an error when there is no room for another fork.
func (s *forks) room() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full()
}

// full is room for who has locked mu.
func (s *forks) full() error {
	switch {
	case s.closed:
		return ErrClosed
	case len(s.list) >= MaxForks:
		return ErrForks
	}
	return nil
}

// add gives a fork its id.
func (s *forks) add(f *Fork) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.full(); err != nil {
		return err
	}
	s.last++
	f.ID = s.last
	s.list = append(s.list, f)
	return nil
}

func (s *forks) remove(id int) (*Fork, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(f *Fork) bool { return f.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("%w: %d", ErrNoFork, id)
	}
	f := s.list[i]
	s.list = slices.Delete(s.list, i, i+1)
	return f, nil
}

// close ends all forks.
func (s *forks) close() error {
	s.mu.Lock()
	list := s.list
	s.list, s.closed = nil, true
	s.mu.Unlock()
	var errs []error
	for _, f := range list {
		errs = append(errs, f.Host.Close())
	}
	return errors.Join(errs...)
}
