package systematic

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Sizes of the search. They fix the order in which states are found, whatever the
// number of workers.
const (
	shards    = 16
	blockSize = 1 << 13 // states that are expanded together
	chunkSize = 1 << 7  // states that one worker expands at a time
)

// expand finds the states that follow from a level, block by block. It returns the
// first violation of a block, or the reason why it ended early, or else Exhausted.
func (s *search) expand(ctx context.Context, level []frontier) (*finding, End) {
	for k := range level {
		for at := 0; at < len(level[k].words); {
			var packed []uint32
			packed, at = level[k].packed(at, s.nodes)
			s.block = append(s.block, packed)
			if len(s.block) < blockSize && (k < len(level)-1 || at < len(level[k].words)) {
				continue
			}
			if found, end := s.expandBlock(ctx); found != nil || end != Exhausted {
				return found, end
			}
		}
	}
	// The last frontiers may be empty.
	return s.expandBlock(ctx)
}

// expandBlock expands a block: it finds the states that follow, keeps the new ones,
// and checks them. The workers share each of these tasks, one task after another.
func (s *search) expandBlock(ctx context.Context) (*finding, End) {
	chunks := (len(s.block) + chunkSize - 1) / chunkSize
	for len(s.tries) < chunks {
		s.tries = append(s.tries, [shards][]candidate{})
	}
	s.counts, s.found = make([]int, chunks), make([]*finding, chunks)
	s.share(chunks, s.tryChunk)
	s.share(shards, func(_ *walker, k int) { s.keepNew(k, chunks) })
	bases := [shards]int{}
	for k := range s.shards {
		bases[k] = len(s.back)
		s.back = slices.Grow(s.back, len(s.shards[k].fresh))[:len(s.back)+len(s.shards[k].fresh)]
	}
	s.share(shards, func(w *walker, k int) { s.checkNew(w, k, bases[k]) })
	s.block = s.block[:0]
	s.stats.States = len(s.back)
	for _, n := range s.counts {
		s.stats.Transitions += n
	}
	if s.options.Progress != nil {
		s.options.Progress(s.stats)
	}
	var first *finding
	for _, f := range append(s.found, s.wrongs[:]...) {
		if f != nil && (first == nil || f.compare(first) < 0) {
			first = f
		}
	}
	switch {
	case first != nil:
		return first, Exhausted
	case s.stats.States >= s.options.MaxStates:
		return nil, StatesBound
	case ctx.Err() != nil:
		return nil, Interrupted
	}
	return nil, Exhausted
}

func (f *finding) compare(g *finding) int {
	return cmp.Or(cmp.Compare(f.place, g.place), cmp.Compare(f.choice, g.choice))
}

// share lets the workers do tasks 0 to n-1, in any order.
func (s *search) share(n int, do func(w *walker, task int)) {
	var wait sync.WaitGroup
	var next atomic.Int64
	for _, w := range s.walkers[:max(1, min(n, len(s.walkers)))] {
		wait.Go(func() {
			for task := int(next.Add(1)) - 1; task < n; task = int(next.Add(1)) - 1 {
				do(w, task)
			}
		})
	}
	wait.Wait()
}

// tryChunk follows every choice of the states in a chunk of the block.
func (s *search) tryChunk(w *walker, k int) {
	tries := &s.tries[k]
	for i := range tries {
		tries[i] = tries[i][:0]
	}
	from := k * chunkSize
	for place := from; place < min(from+chunkSize, len(s.block)); place++ {
		w.from.unpack(s.block[place], s.nodes)
		w.choices(&w.from, func(c choice) {
			t := w.follow(&w.from, c, &w.to)
			if t == nil {
				return
			}
			s.counts[k]++
			if t.wrong != nil && s.found[k] == nil {
				s.found[k] = &finding{place: place, parent: w.from.index, choice: c, wrong: t.wrong}
			}
			f := w.fingerprint(&w.to, w.sums)
			tries[f%shards] = append(tries[f%shards], candidate{f, uint32(place), c})
		})
	}
}

// keepNew finds which of the candidates of a shard are new.
func (s *search) keepNew(k, chunks int) {
	shard := &s.shards[k]
	shard.fresh = shard.fresh[:0]
	for i := range chunks {
		for _, c := range s.tries[i][k] {
			if shard.visited.add(c.fingerprint) {
				shard.fresh = append(shard.fresh, c)
			}
		}
	}
}

// checkNew numbers the new states of a shard, from base on, and checks the
// properties in them. States at the last depth are not followed.
func (s *search) checkNew(w *walker, k, base int) {
	shard := &s.shards[k]
	s.wrongs[k] = nil
	for i, c := range shard.fresh {
		w.from.unpack(s.block[c.place], s.nodes)
		w.follow(&w.from, c.choice, &w.to)
		w.to.index = uint32(base + i)
		s.back[base+i] = stepBack{w.from.index, c.choice}
		w.cluster.view(&w.to, &w.view)
		if wrong := w.view.check(s.check); wrong != nil && s.wrongs[k] == nil {
			s.wrongs[k] = &finding{place: int(c.place), parent: w.from.index, choice: c.choice, wrong: wrong}
		}
		if s.stats.Depth < s.bounds.Depth {
			shard.next.add(&w.to)
		}
	}
}
