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
	at := "."
	for !holds(root, at, start.Program) {
		only, ok := onlyFolder(root, at)
		if !ok {
			break
		}
		at = path.Join(at, only)
	}
	if start.Program == "" || holds(root, at, start.Program) {
		return at, stepped(at), nil
	}
	var inside []string
	for _, d := range entries(root, at) {
		if d.IsDir() && holds(root, path.Join(at, d.Name()), start.Program) {
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
	return "", "", missing(root, at, start.Program)
}

func stepped(at string) string {
	if at == "." {
		return ""
	}
	return fmt.Sprintf("the program is in %s/, and is graded from there", shown(at))
}

// holds reports whether a folder has the program.
func holds(root *os.Root, at, program string) bool {
	if program == "" {
		return false
	}
	info, err := root.Stat(filepath.FromSlash(path.Join(at, program)))
	return err == nil && !info.IsDir()
}

// entries lists a folder by names. They need not be UTF-8, which an fs.FS wants.
func entries(root *os.Root, at string) []fs.DirEntry {
	dir, err := root.Open(filepath.FromSlash(at))
	if err != nil {
		return nil // without entries, nothing is found
	}
	defer dir.Close()
	list, _ := dir.ReadDir(-1)
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list
}

// onlyFolder returns the name of a folder that is all that a folder holds.
func onlyFolder(root *os.Root, at string) (string, bool) {
	list := entries(root, at)
	if len(list) != 1 || !list[0].IsDir() {
		return "", false
	}
	return list[0].Name(), true
}

// missing is the Problem of a submission without a program. It names what there is instead.
func missing(root *os.Root, at, program string) error {
	var all []string
	for _, d := range entries(root, at) {
		name := path.Join(at, d.Name())
		if d.IsDir() {
			name += "/"
		}
		all = append(all, name)
	}
	if len(all) == 0 {
		return &Problem{Reason: fmt.Sprintf("the submission is empty, want the file %s", program), Upload: true}
	}
	if alike := alike(root, at, path.Base(program)); len(alike) > 0 {
		slices.Sort(alike)
		return problem("the file %s is missing; there is %s, which has to be moved", program, few(alike))
	}
	return problem("the file %s is missing; the submission holds %s", program, few(all))
}

// alike lists some files below a folder that have a name, perhaps with other capitals.
func alike(root *os.Root, at, name string) (found []string) {
	const enough = 10
	for _, d := range entries(root, at) {
		switch {
		case len(found) > enough:
			return found
		case d.IsDir():
			found = append(found, alike(root, path.Join(at, d.Name()), name)...)
		case strings.EqualFold(d.Name(), name):
			found = append(found, path.Join(at, d.Name()))
		}
	}
	return found
}

// checkProgram finds out, after the build, whether the program can be started. A build may have
// left links that lead out of the submission: the grader, who may have more rights than the
// build, changes nothing through them.
func checkProgram(dir string, start *course.Start) (note string, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = root.Close() }()
	if start.Program != "" {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(start.Program)))
		switch {
		case err != nil:
			return "", problem("the build did not make the file %s", start.Program)
		case info.IsDir():
			return "", problem("%s is a folder, want a program", start.Program)
		}
	}
	if info, err := root.Stat(filepath.FromSlash(start.Dir)); err != nil || !info.IsDir() {
		return "", problem("the folder %s is missing, in which nodes start", start.Dir)
	}
	if file := start.ConfigFile; file != "" {
		if err := canWrite(root, path.Join(start.Dir, file)); err != nil {
			return "", problem("the file %s, which the grader writes, cannot be written: %v", path.Join(start.Dir, file), reasonOf(err))
		}
	}
	command := start.Args[0]
	if !strings.Contains(command, "/") || path.IsAbs(command) || strings.Contains(command, "{") {
		return "", nil
	}
	file := path.Join(start.Dir, command)
	info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil || info.IsDir() {
		return "", problem("the command %s is missing in the submission", command)
	}
	return executable(root, file, command, info)
}

// executable makes a file executable that is not. Archives made elsewhere lose the mode.
func executable(root *os.Root, file, command string, info fs.FileInfo) (note string, err error) {
	if info.Mode()&0o111 != 0 {
		return "", nil
	}
	if err := root.Chmod(filepath.FromSlash(file), 0o755); err != nil {
		return "", problem("%s is not executable: %v", command, reasonOf(err))
	}
	return fmt.Sprintf("%s was made executable", command), nil
}

// canWrite reports why a file cannot be written: a link leads out, or a folder or something
// else is in its place.
func canWrite(root *os.Root, name string) error {
	for at := path.Dir(name); ; at = path.Dir(at) {
		info, err := root.Stat(filepath.FromSlash(at))
		if errors.Is(err, fs.ErrNotExist) {
			if _, err := root.Lstat(filepath.FromSlash(at)); err == nil {
				return errors.New("a link leads nowhere")
			}
			continue // the grader makes it
		}
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return errors.New("a folder is needed where a file is")
		}
		break
	}
	info, err := root.Stat(filepath.FromSlash(name))
	switch {
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is no file")
	case err == nil, !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := root.Lstat(filepath.FromSlash(name)); err == nil {
		return errors.New("a link leads nowhere")
	}
	return nil
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
