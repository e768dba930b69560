package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// everything is the name for all scenarios that are part of the program.
const everything = "all"

const extension = fixture.Extension

// A runCase is a scenario to run, or a bad file.
type runCase struct {
	file    string // as emulator run finds it again
	folder  string // the one that it is in
	fixture *fixture.Fixture
	bad     error           // fixture is nil
	outline fixture.Outline // of a bad file
}

// about returns a scenario's name and grade.
func (c *runCase) about() (string, *play.Grade) {
	if c.bad != nil {
		return c.outline.Name, &c.outline.Grade
	}
	return c.fixture.Name, &c.fixture.Scenario.Grade
}

// choose finds the scenarios that the command line names. Its error has the problems of the
// command line; a bad file is a case. It leaves out named files without a scenario, and files
// of a group that are no fixtures, and says so.
func choose(o *options, stderr io.Writer) ([]runCase, error) {
	var cases []runCase
	var errs []error
	var foreign []string
	seen := map[string]bool{}
	for _, name := range o.names {
		found, err := find(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, s := range found.sources {
			if seen[s.file] {
				continue
			}
			seen[s.file] = true
			loaded, outline, err := s.load()
			switch {
			case err != nil && found.named && errors.Is(err, fs.ErrNotExist):
				errs = append(errs, err)
			case err != nil && outline.Foreign && !found.named:
				foreign = append(foreign, s.file)
			case err != nil:
				cases = append(cases, runCase{file: s.file, folder: s.folder, bad: err, outline: outline})
			case loaded.Scenario != nil:
				cases = append(cases, runCase{file: s.file, folder: s.folder, fixture: loaded})
			case found.named:
				fmt.Fprintf(stderr, "emulator run: %s has no scenario, and is left out\n", s.file)
			}
		}
	}
	if len(errs) > 0 {
		for i := range cases {
			errs = append(errs, o.conceal(&cases[i], cases[i].bad))
		}
		return nil, errors.Join(errs...)
	}
	fixture.NoteForeign(stderr, "emulator run", foreign)
	if len(cases) == 0 {
		return nil, errors.New("there is nothing to run: none of these files has a [[step]] or an [[expect]]")
	}
	o.choosePart(cases)
	chosen := slices.DeleteFunc(slices.Clone(cases), func(c runCase) bool { return !o.wants(&c) })
	if len(chosen) == 0 {
		return nil, o.noneChosen(cases)
	}
	if len(o.bugs) > 0 {
		all := len(chosen)
		chosen = slices.DeleteFunc(chosen, func(c runCase) bool { return c.bad == nil && hasBugs(c.fixture) })
		if n := all - len(chosen); n > 0 {
			fmt.Fprintf(stderr, "emulator run: %d of %d scenarios are left out with -bug: they show what bugs of their own do\n", n, all)
		}
		if len(chosen) == 0 {
			return nil, errors.New("there is nothing to run: -bug plants bugs where there are none, and all of these have their own")
		}
	}
	for i := range chosen {
		if chosen[i].bad != nil {
			continue
		}
		if err := o.bugs.Plant(chosen[i].fixture); err != nil {
			return nil, o.conceal(&chosen[i], fmt.Errorf("%s: %w", chosen[i].file, err))
		}
	}
	return chosen, nil
}

// wants reports whether the flags choose a scenario. A bad file that hides its part or its
// tags could be one that they choose.
func (o *options) wants(c *runCase) bool {
	name, g := c.about()
	if c.bad != nil && !c.outline.Read {
		return o.run == nil || o.run.MatchString(name)
	}
	tagged := func(tag string) bool { return slices.Contains(g.Tags, tag) }
	return (o.run == nil || o.run.MatchString(name)) &&
		(o.part == "" || o.isPart(g.Part) || o.isPart(c.folder)) &&
		(o.tag == "" || slices.ContainsFunc(strings.Split(o.tag, ","), tagged))
}

// choosePart decides how -part is meant: as the whole name of a part or folder if there is
// one, else as a piece of names.
func (o *options) choosePart(cases []runCase) {
	o.wholePart = slices.ContainsFunc(cases, func(c runCase) bool {
		_, grade := c.about()
		return grade.Part == o.part || c.folder == o.part
	})
}

// isPart reports whether -part means a part or folder.
func (o *options) isPart(name string) bool {
	if o.wholePart {
		return name == o.part
	}
	return strings.Contains(strings.ToLower(name), strings.ToLower(o.part))
}

// noneChosen is the error for flags that choose no scenario.
func (o *options) noneChosen(cases []runCase) error {
	isOf := func(c runCase) bool {
		_, grade := c.about()
		return o.isPart(grade.Part) || o.isPart(c.folder)
	}
	if o.part == "" || slices.ContainsFunc(cases, isOf) {
		return errors.New("there is nothing to run: no scenario is one of those that -run, -tag and -part choose")
	}
	var parts []string
	for i := range cases {
		if _, grade := cases[i].about(); grade.Part != "" && o.sees(&cases[i]) {
			parts = append(parts, strconv.Quote(grade.Part))
		}
	}
	slices.Sort(parts)
	if parts = slices.Compact(parts); len(parts) == 0 {
		return fmt.Errorf("there is nothing to run: no scenario has -part %s, or any other part", text.ShellWord(o.part))
	}
	return fmt.Errorf("there is nothing to run: no scenario has -part %s; the parts are %s",
		text.ShellWord(o.part), strings.Join(parts, ", "))
}

// hasBugs reports whether a scenario plants bugs itself. With another bug instead of its own
// it would show nothing, and fail whether or not the other one does harm.
func hasBugs(x *fixture.Fixture) bool {
	return slices.ContainsFunc(x.Nodes, func(n world.NodeConfig) bool { return n.Bug != "" }) ||
		slices.ContainsFunc(x.Scenario.Steps, func(s play.Step) bool {
			p, ok := s.Action.(play.Plant)
			return ok && p.Bug != ""
		})
}

// A place is where a fixture is: in a file, or in the program under a name.
type place struct {
	file     string
	embedded string // the name
	folder   string // the one that it is in
}

// load reads the fixture. With an error comes the outline of the file.
func (s place) load() (*fixture.Fixture, fixture.Outline, error) {
	if s.embedded != "" {
		f, err := fixture.Named(s.embedded)
		return f, fixture.Outline{}, err
	}
	data, err := source.ReadFile(s.file)
	if err == nil {
		var f *fixture.Fixture
		if f, err = fixture.Parse(s.file, data); err == nil {
			return f, fixture.Outline{}, nil
		}
	}
	return nil, fixture.OutlineOf(s.file, data), err
}

// found are the fixtures that a name stands for.
type found struct {
	sources []place
	named   bool // by its own name, not as one of a group
}

// find finds the fixtures that a name stands for. A file or a directory comes before any
// other meaning of its name, and files that match a pattern before fixtures of the program.
func find(name string) (found, error) {
	if name == everything { // a directory of that name is ./all
		return found{sources: embedded(func(info *fixture.Info) bool { return info.Folder != fixture.Course })}, nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		paths, err := fixture.FilesIn(name)
		return found{sources: files(paths)}, err
	case err == nil:
		return found{files([]string{name}), true}, nil
	case strings.ContainsAny(name, "*?["):
		return match(name)
	}
	base := strings.TrimSuffix(name, extension)
	if list := embedded(func(info *fixture.Info) bool { return info.Name == base }); len(list) > 0 {
		return found{list, true}, nil
	}
	if len(fixture.Folder(name)) > 0 {
		return found{sources: embedded(func(info *fixture.Info) bool { return info.Folder == name })}, nil
	}
	if !strings.ContainsAny(name, `/`+string(filepath.Separator)) && filepath.Ext(name) != extension {
		_, err := fixture.Named(name) // suggests the nearest
		return found{}, err
	}
	return found{files([]string{name}), true}, nil
}

// match finds the fixtures that match a pattern.
func match(pattern string) (found, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return found{}, fmt.Errorf("%s: %w", pattern, err)
	}
	if len(paths) > 0 {
		return found{sources: files(paths)}, nil
	}
	base := strings.TrimSuffix(pattern, extension)
	list := embedded(func(info *fixture.Info) bool {
		ok, err := path.Match(base, info.Name)
		return ok && err == nil
	})
	if len(list) == 0 {
		return found{}, fmt.Errorf("nothing matches %s", pattern)
	}
	return found{sources: list}, nil
}

// folderOf is the name of the directory that a file is in.
func folderOf(file string) string {
	if abs, err := filepath.Abs(file); err == nil {
		file = abs
	}
	return filepath.Base(filepath.Dir(file))
}

func files(paths []string) []place {
	list := make([]place, len(paths))
	for i, p := range paths {
		list[i] = place{file: p, folder: folderOf(p)}
	}
	return list
}

// embedded lists the fixtures of the program that are wanted.
func embedded(wanted func(info *fixture.Info) bool) []place {
	var list []place
	for _, info := range fixture.List() {
		if wanted(&info) {
			list = append(list, place{info.Name + extension, info.Name, info.Folder})
		}
	}
	return list
}
