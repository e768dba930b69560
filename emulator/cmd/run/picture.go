package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
)

// pictureTime bounds the search for the order that a picture shows.
const pictureTime = 5 * time.Second

// draw draws the clients' history of a run if a check of it failed.
func draw(ctx context.Context, dir, name string, recorder *history.Recorder, v *scenario.Verdict) error {
	wrong := slices.ContainsFunc(v.Checks, func(c scenario.Check) bool {
		return c.Seen != "" && slices.Contains(history.Names(), c.Name)
	})
	if !wrong {
		return nil
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%d.html", name, v.Seed))
	out, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("-pictures: %w", err)
	}
	err = recorder.Snapshot().Picture(ctx, out, history.Options{Timeout: pictureTime})
	return errors.Join(err, out.Close())
}
