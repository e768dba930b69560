package submission

import (
	"context"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// Bounds on what is kept of a build's output.
const (
	maxBuildLines = 40
	maxBuildBytes = 16 << 10
)

// build builds the submission in its folder, if the course has a build.
func build(ctx context.Context, dir string, o Options) error {
	b := &o.Course.Build
	if len(b.Args) == 0 {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, b.Limit)
	defer cancel()
	var out tail
	err := o.Build(limited, dir, b.Args, &out)
	command := text.ShellWords(b.Args...)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		return &Problem{"the build " + command + " did not end within " + b.Limit.String(), out.lines()}
	}
	reason, _, _ := strings.Cut(err.Error(), "\n")
	return &Problem{"the build " + command + " failed: " + reason, out.lines()}
}

// A tail keeps the end of what is written to it.
type tail struct{ kept []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b...)
	if extra := len(t.kept) - maxBuildBytes; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(b), nil
}

// lines returns the last lines.
func (t *tail) lines() []string {
	all := strings.Split(strings.TrimRight(text.Printable(string(t.kept)), "\n"), "\n")
	if len(all) == 1 && all[0] == "" {
		return nil
	}
	return all[max(0, len(all)-maxBuildLines):]
}
