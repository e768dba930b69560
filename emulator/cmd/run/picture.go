package run

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text/outfile"
)

// pictureTime bounds the search for the order that a picture shows.
const pictureTime = 5 * time.Second

// draw draws the clients' history of a run if a check of it failed.
func (o *options) draw(ctx context.Context, name string, recorder *history.Recorder, v *scenario.Verdict) error {
	wrong := slices.ContainsFunc(v.Checks, func(c scenario.Check) bool {
		return c.Seen != "" && slices.Contains(history.Names(), c.Name)
	})
	if !wrong {
		return nil
	}
	file := filepath.Join(o.pictures, fmt.Sprintf("%s-%d.html", name, v.Seed))
	out, err := outfile.Create(file, cli.PictureFile(o.overwrite, o.inputs...))
	if err != nil {
		return fmt.Errorf("-pictures: %w", err)
	}
	defer out.Abort()
	if err := recorder.Snapshot().Picture(ctx, out, history.Options{Timeout: pictureTime}); err != nil {
		return err
	}
	return out.Commit()
}
