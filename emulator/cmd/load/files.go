package load

import (
	"bytes"
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/text/outfile"
)

// files are those that a run writes; nil ones are not wanted.
type files struct{ history, picture *outfile.File }

// create finds out whether the files can be written, and lets the run write to them.
func (o *options) create() (f files, err error) {
	inputs := []string{o.config}
	if o.history != "" {
		f.history, err = outfile.Create(o.history, outfile.Options{
			Inputs: inputs, Overwrite: o.overwrite, Kind: "history of requests",
			Mine: func(head []byte) bool { return bytes.HasPrefix(head, []byte(`{"client":`)) },
		})
		if err != nil {
			return f, fmt.Errorf("-history: %w", err)
		}
		o.History = f.history
	}
	if o.picture != "" {
		f.picture, err = outfile.Create(o.picture, cli.PictureFile(o.overwrite, inputs...))
		if err != nil {
			f.abort()
			return f, fmt.Errorf("-picture: %w", err)
		}
		o.Picture = f.picture
	}
	return f, nil
}

// commit completes the history, and the picture if there is one.
func (f *files) commit(drawn bool) error {
	var errs []error
	if f.history != nil {
		errs = append(errs, f.history.Commit())
	}
	if f.picture != nil && drawn {
		errs = append(errs, f.picture.Commit())
	}
	return errors.Join(errs...)
}

// abort leaves what was not completed.
func (f *files) abort() {
	for _, file := range []*outfile.File{f.history, f.picture} {
		if file != nil {
			file.Abort()
		}
	}
}
