package explore

import (
	"math"
	"math/rand/v2"
	"time"

	"rrmq.example/emulator/emulator/script/syntax"
)

// runSeed is the seed of a run: each number of a seed's runs has its own, spread
// over all that a fixture's file can hold.
func runSeed(seed uint64, run int) uint64 {
	// SplitMix64: neighbouring inputs come out far apart.
	z := seed + (uint64(run)+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z ^ z>>31) & syntax.MaxTerm
}

// A dice is where the random choices of a schedule come from.
type dice struct{ *rand.Rand }

// newDice are those of a run. Its world draws from other streams of the same seed.
func newDice(seed uint64) dice {
	const stream = 0x657870_6c6f7265
	return dice{rand.New(rand.NewPCG(seed, stream))}
}

// Chance is true with probability p.
func (d dice) Chance(p float64) bool { return d.Float64() < p }

// Between gives a number in [lo, hi].
func (d dice) Between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

// Span gives whole milliseconds in [lo, hi], the short ones as often as the long:
// the logarithm is drawn evenly.
func (d dice) Span(lo, hi time.Duration) time.Duration {
	return time.Duration(d.factor(float64(lo), float64(hi))).Round(time.Millisecond)
}

// factor gives a number in [lo, hi] whose logarithm is drawn evenly.
func (d dice) factor(lo, hi float64) float64 {
	return lo * math.Exp(d.Float64()*math.Log(hi/lo))
}

// pick gives one of a list.
func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }
