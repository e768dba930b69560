package submission

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/script/course"
)

// findProgram returns the folder below the tree from which the program is graded, with a
// note if that is not the tree itself. A build may still make the program.
func findProgram(root *os.Root, start *course.Start, build bool) (below, note string, err error) {
	files := root.FS()
	at := "."
	for !holds(files, at, start.Program) {
		only, ok := onlyFolder(files, at)
		if !ok {
			break
		}
		at = path.Join(at, only)
	}
	if start.Program == "" || holds(files, at, start.Program) {
		return at, stepped(at), nil
	}
	var inside []string
	for _, d := range entries(files, at) {
		if d.IsDir() && holds(files, path.Join(at, d.Name()), start.Program) {
			inside = append(inside, path.Join(at, d.Name()))
		}
	}
	switch {
	case len(inside) == 1:
		return inside[0], stepped(inside[0]), nil
	case len(inside) > 1:
		return "", "", problem("%s is in %s, want one program in a submission", start.Program, few(inside))
	case build:
		return at, stepped(at), nil
	}
	return "", "", missing(files, at, start.Program)
}

func stepped(at string) string {
	if at == "." {
		return ""
	}
	return fmt.Sprintf("the program is in %s/, and is graded from there", at)
}

// holds reports whether a folder has the program.
func holds(files fs.FS, at, program string) bool {
	if program == "" {
		return false
	}
	info, err := fs.Stat(files, path.Join(at, program))
	return err == nil && !info.IsDir()
}

func entries(files fs.FS, at string) []fs.DirEntry {
	list, _ := fs.ReadDir(files, at) // without entries, nothing is found
	return list
}

// onlyFolder returns the name of a folder that is all that a folder holds.
func onlyFolder(files fs.FS, at string) (string, bool) {
	list := entries(files, at)
	if len(list) != 1 || !list[0].IsDir() {
		return "", false
	}
	return list[0].Name(), true
}

// missing is the Problem of a submission without a program. It names what there is instead.
func missing(files fs.FS, at, program string) error {
	var all, alike []string
	for _, d := range entries(files, at) {
		name := path.Join(at, d.Name())
		if d.IsDir() {
			name += "/"
		}
		all = append(all, name)
	}
	if len(all) == 0 {
		return &Problem{Reason: fmt.Sprintf("the submission is empty, want the file %s", program), Upload: true}
	}
	_ = fs.WalkDir(files, at, func(name string, d fs.DirEntry, err error) error {
		if err != nil || len(alike) > 10 {
			return fs.SkipAll
		}
		if !d.IsDir() && strings.EqualFold(d.Name(), path.Base(program)) {
			alike = append(alike, name)
		}
		return nil
	})
	if len(alike) > 0 {
		slices.Sort(alike)
		return problem("the file %s is missing; there is %s, which has to be moved", program, few(alike))
	}
	return problem("the file %s is missing; the submission holds %s", program, few(all))
}

// checkProgram finds out, after the build, whether the program can be started.
func checkProgram(dir string, start *course.Start) (note string, err error) {
	if start.Program != "" {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(start.Program)))
		switch {
		case err != nil:
			return "", problem("the build did not make the file %s", start.Program)
		case info.IsDir():
			return "", problem("%s is a folder, want a program", start.Program)
		}
	}
	below := filepath.Join(dir, filepath.FromSlash(start.Dir))
	if info, err := os.Stat(below); err != nil || !info.IsDir() {
		return "", problem("the folder %s is missing, in which nodes start", start.Dir)
	}
	command := start.Args[0]
	if !strings.Contains(command, "/") || path.IsAbs(command) || strings.Contains(command, "{") {
		return "", nil
	}
	file := filepath.Join(below, filepath.FromSlash(command))
	info, err := os.Stat(file)
	if err != nil || info.IsDir() {
		return "", problem("the command %s is missing in the submission", command)
	}
	if info.Mode()&0o111 != 0 {
		return "", nil
	}
	// Archives made elsewhere lose the mode.
	return fmt.Sprintf("%s was made executable", command), os.Chmod(file, 0o755)
}

// checkCommands finds out whether the machine has the course's commands. The error is an
// ErrCommand.
func checkCommands(c *course.Course) error {
	var errs []error
	check := func(args []string, purpose string) {
		if len(args) == 0 || strings.Contains(args[0], "{") || strings.Contains(args[0], "/") && !path.IsAbs(args[0]) {
			return
		}
		if _, err := exec.LookPath(args[0]); err != nil {
			errs = append(errs, fmt.Errorf("%w: %s, which %s; install it, or put it into PATH", ErrCommand, args[0], purpose))
		}
	}
	check(c.Start.Args, "starts nodes")
	check(c.Build.Args, "builds submissions")
	return errors.Join(errs...)
}
