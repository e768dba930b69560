package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/fixture"
)

// everything is the name for all scenarios that are part of the program.
const everything = "all"

const extension = ".toml"

// A runCase is a scenario to run.
type runCase struct {
	file    string // as emulator run finds it again
	fixture *fixture.Fixture
}

// choose finds the scenarios that the command line is about. The error has all
// that is wrong with any of them. Files that were named and have no scenario are
// left out, with a word about it.
func choose(f *flags, stderr io.Writer) ([]runCase, error) {
	var cases []runCase
	var errs []error
	seen := map[string]bool{}
	for _, name := range f.names {
		found, err := find(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, file := range found.files {
			if seen[file] {
				continue
			}
			seen[file] = true
			loaded, err := fixture.Load(file)
			switch {
			case err != nil:
				errs = append(errs, err)
			case loaded.Scenario != nil:
				cases = append(cases, runCase{file, loaded})
			case found.named:
				fmt.Fprintf(stderr, "emulator run: %s has no scenario, and is left out\n", file)
			}
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if len(cases) == 0 {
		return nil, errors.New("there is nothing to run: none of these files has a [[step]] or an [[expect]]")
	}
	chosen := slices.DeleteFunc(cases, func(c runCase) bool { return !f.wants(c.fixture) })
	if len(chosen) == 0 {
		return nil, errors.New("there is nothing to run: no scenario is one of those that -run, -tag and -part choose")
	}
	return chosen, nil
}

// wants tells whether a scenario is one of those chosen.
func (f *flags) wants(x *fixture.Fixture) bool {
	g := &x.Scenario.Grade
	tagged := func(tag string) bool { return slices.Contains(g.Tags, tag) }
	return (f.run == nil || f.run.MatchString(x.Name)) &&
		(f.part == "" || f.part == g.Part) &&
		(f.tag == "" || slices.ContainsFunc(strings.Split(f.tag, ","), tagged))
}

// found are the files that a name stands for.
type found struct {
	files []string
	named bool // one by one, and not by what they have in common
}

// find finds the files of a name. A file or a directory hides what else its
// name could mean.
func find(name string) (found, error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		files, err := within(name)
		return found{files: files}, err
	case err == nil:
		return found{[]string{name}, true}, nil
	case name == everything:
		return found{files: embedded()}, nil
	case strings.ContainsAny(name, "*?["):
		files, err := filepath.Glob(name)
		if err != nil {
			return found{}, fmt.Errorf("%s: %w", name, err)
		}
		if len(files) == 0 {
			return found{}, fmt.Errorf("no file matches %s", name)
		}
		return found{files: files}, nil
	}
	if base := strings.TrimSuffix(name, extension); slices.Contains(embedded(), base+extension) {
		name = base + extension
	}
	return found{[]string{name}, true}, nil
}

// embedded names the files that are part of the program.
func embedded() []string {
	var files []string
	for _, info := range fixture.List() {
		files = append(files, info.Name+extension)
	}
	return files
}

// within finds the files in a directory and below, sorted.
func within(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == extension {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no %s file in this directory", dir, extension)
	}
	return files, err
}
