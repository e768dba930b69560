package submission

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"rrmq.example/emulator/emulator/text"
)

// Bounds on what is kept of a build's output.
const (
	maxBuildLines = 40
	maxBuildBytes = 16 << 10
)

// buildTries is how often a build runs that misses its limit. Nothing else of the grader's
// runs meanwhile.
const buildTries = 2

// build builds the submission in its folder, if the course has a build.
func build(ctx context.Context, dir string, o Options) error {
	b := &o.Course.Build
	if len(b.Args) == 0 {
		return nil
	}
	command := text.ShellWords(b.Args...)
	missed := false // the limit, so that what it left may be the reason for the next failure
	for range buildTries {
		limited, cancel := context.WithTimeout(ctx, b.Limit)
		var out tail
		err := o.Build(limited, dir, b.Args, &out)
		late := limited.Err() != nil
		cancel()
		problem := &Problem{Output: out.lines()}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case late && !missed:
			missed = true
			continue
		case late:
			problem.Reason = fmt.Sprintf("the build %s did not end within %s, twice; the machine may be too slow", command, b.Limit)
		default:
			reason, _, _ := strings.Cut(err.Error(), "\n")
			problem.Reason = "the build " + command + " failed: " + reason
			if missed {
				problem.Reason += "; before, it did not end within " + b.Limit.String()
			}
		}
		problem.Machine = missed
		return problem
	}
	return nil
}

// makeExecutable makes the build's command executable, if it is a file of the submission.
func makeExecutable(dir string, args []string) (note string, err error) {
	if len(args) == 0 || !strings.Contains(args[0], "/") || path.IsAbs(args[0]) {
		return "", nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(filepath.FromSlash(path.Clean(args[0])))
	if err != nil || info.IsDir() {
		return "", problem("the build's command %s is missing in the submission", args[0])
	}
	return executable(root, path.Clean(args[0]), args[0], info)
}

// A build may leave more than a submission has, because compilers write a lot. But each run of a
// scenario has a copy of it.
const maxBuilt = 4

// checkBuilt finds out whether a build left too much. Copies lack what is neither a file nor a
// folder nor a link.
func checkBuilt(dir string, t *tree) error {
	var files, bytes int64
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrPermission) {
			return problem("the build left a folder that nobody may read, %s", shown(d.Name()))
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if files++; info.Mode().IsRegular() {
			bytes += info.Size()
		}
		switch {
		case files > maxBuilt*t.maxFiles:
			return problem("the build left more than %d files and folders, want at most that many", maxBuilt*t.maxFiles)
		case bytes > maxBuilt*t.maxBytes:
			return problem("the build left more than %d MB, want at most that many", maxBuilt*t.maxBytes>>20)
		case len(name)-len(dir) > maxBuilt*maxName/2:
			return problem("the build left a path of more than %d bytes", maxBuilt*maxName/2)
		}
		return nil
	})
}

// A tail keeps the end of what is written to it. A process that the build has left may still
// write while it is read.
type tail struct {
	mu   sync.Mutex
	kept []byte
	cut  bool
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if extra := len(t.kept) - maxBuildBytes; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
		t.cut = true
	}
	return len(b), nil
}

// lines returns the last lines, below a mark if there were others.
func (t *tail) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := strings.Split(strings.TrimRight(text.Printable(string(t.kept)), "\n"), "\n")
	if len(all) == 1 && all[0] == "" {
		return nil
	}
	if t.cut && len(all) > 1 {
		all = all[1:] // a piece of a line
	}
	if !t.cut && len(all) <= maxBuildLines {
		return all
	}
	return append([]string{"…"}, all[max(0, len(all)-maxBuildLines+1):]...)
}
