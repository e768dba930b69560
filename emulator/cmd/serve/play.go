package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/serve"
	"rrmq.example/emulator/emulator/text"
)

// checkPlay refuses -play for a fixture without a scenario.
func (o *options) checkPlay(f *fixture.Fixture) error {
	if o.play && f.Scenario == nil {
		return cli.Usagef("-play: the fixture %s has no [[step]] and no [[expect]], so there is nothing to play", f.Name)
	}
	return nil
}

// notePlay says that the steps of a fixture are left undone.
func (o *options) notePlay(stderr io.Writer, f *fixture.Fixture) {
	if o.play || f.Scenario == nil || len(f.Scenario.Steps) == 0 {
		return
	}
	fmt.Fprintf(stderr, "emulator: %s of fixture %s are not played: -play plays them here, and emulator run judges them\n", size(f.Scenario), f.Name)
}

// size counts what a scenario consists of.
func size(s *play.Scenario) string {
	return text.Count(len(s.Steps), "step") + " and " + text.Count(len(s.Expects), "expectation")
}

// startPlay plays the fixture's scenario beside a running server. end ends it early.
func (o *options) startPlay(ctx context.Context, s *serve.Server, f *fixture.Fixture, log *slog.Logger) (end func()) {
	if !o.play {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var playing sync.WaitGroup
	playing.Go(func() {
		n := 0
		v, err := scenario.Play(ctx, s.Host, f, scenario.Options{Stepped: func(step *play.Step, at time.Duration) {
			n++
			log.Info("step done", "step", n, "of", len(f.Scenario.Steps), "name", step.Name, "line", step.Line, "ms", float64(at)/float64(time.Millisecond))
		}})
		logVerdict(log, &v, err)
	})
	return func() {
		cancel()
		playing.Wait()
	}
}

// logVerdict says how a scenario ended.
func logVerdict(log *slog.Logger, v *scenario.Verdict, err error) {
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Status != scenario.Passed {
			log.Warn("expectation "+f.Status.String(), "line", f.Line, "expected", f.Expected, "because", f.Because, "seen", f.Seen)
		}
	}
	level := slog.LevelInfo
	if v.Status != scenario.Passed {
		level = slog.LevelWarn
	}
	args := []any{"scenario", v.Name, "ms", float64(v.SimTime) / float64(time.Millisecond)}
	if v.Problem != "" {
		args = append(args, "problem", v.Problem)
	}
	if err != nil {
		args = append(args, "err", err)
	}
	log.Log(context.Background(), level, "scenario "+v.Status.String(), args...)
}
