package grade

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	engine "rrmq.example/emulator/emulator/grade"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text"
)

// readCourse reads the course file.
func (o *options) readCourse() (err error) {
	if o.course == "" {
		o.rules = course.Default()
		return nil
	}
	o.files = append(o.files, o.course)
	o.rules, err = course.Load(o.course)
	return err
}

// chooseLinks decides how to stand between the nodes. The error says why that is impossible
// here.
func (o *options) chooseLinks() error {
	switch {
	case o.attach >= 0:
		o.mode = room.Proxy
		return nil
	case o.links == auto:
		o.mode = 0
		return nil
	}
	mode, err := room.ParseMode(o.links)
	if err != nil {
		return err
	}
	o.mode = mode
	return o.usable(mode)
}

// choose finds the scenarios that the command line names.
func (o *options) choose(stderr io.Writer) ([]engine.Scenario, error) {
	all, err := o.load(stderr)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(s engine.Scenario) bool { return !o.wants(all, &s) })
	if len(chosen) == 0 {
		return nil, o.noneChosen(all)
	}
	engine.ByParts(o.rules, chosen)
	if o.single() && len(chosen) > 1 {
		return nil, fmt.Errorf("-keep-running and -attach are for one scenario, and there are %d; want -run with the name of one", len(chosen))
	}
	if nodes := len(chosen[0].Fixture.Nodes); o.attach >= nodes {
		want := fmt.Sprintf("want a node from 0 to %d", nodes-1)
		if nodes == 1 {
			want = "want 0, the scenario's only node"
		}
		return nil, fmt.Errorf("-attach %d: %s", o.attach, want)
	}
	if o.attach >= 0 && o.links != auto && o.links != room.Proxy.String() {
		return nil, fmt.Errorf("-attach %d: a node that you start reaches its peers only with -links %s, not %s", o.attach, room.Proxy, o.links)
	}
	return chosen, nil
}

// load reads all scenarios of -scenarios, and reports all problems of all files.
func (o *options) load(stderr io.Writer) ([]engine.Scenario, error) {
	files, embedded, err := o.find()
	if err != nil {
		return nil, err
	}
	var all []engine.Scenario
	var errs []error
	var foreign []string
	for _, file := range files {
		f, outline, err := read(file, embedded)
		switch {
		case err != nil && outline.Foreign && len(files) > 1:
			foreign = append(foreign, file)
		case err != nil:
			errs = append(errs, err)
		case f.Scenario != nil:
			if o.seed != nil {
				f.Seed = *o.seed
			}
			all = append(all, engine.Scenario{File: file, Fixture: f})
		}
		if !embedded {
			o.files = append(o.files, file)
		}
	}
	fixture.NoteForeign(stderr, "emulator grade", foreign)
	if len(errs) == 0 && len(all) == 0 {
		errs = append(errs, fmt.Errorf("-scenarios %s: there is nothing to run: no file has a [[step]] or an [[expect]]", text.ShellWord(o.scenarios)))
	}
	return all, errors.Join(errs...)
}

// find lists the files of -scenarios. A file or a directory comes before a folder of the
// program.
func (o *options) find() (files []string, embedded bool, err error) {
	info, err := os.Stat(o.scenarios)
	switch {
	case err == nil && info.IsDir() && o.scenarios != courseSet:
		files, err = fixture.FilesIn(o.scenarios)
		return files, false, err
	case err == nil && !info.IsDir():
		return []string{o.scenarios}, false, nil
	}
	names := fixture.Folder(o.scenarios)
	if len(names) == 0 {
		return nil, false, fmt.Errorf("-scenarios %s: no such file, directory, or folder of the program", text.ShellWord(o.scenarios))
	}
	for _, name := range names {
		files = append(files, name+fixture.Extension)
	}
	return files, true, nil
}

func read(file string, embedded bool) (*fixture.Fixture, fixture.Outline, error) {
	if embedded {
		f, err := fixture.Named(file)
		return f, fixture.Outline{}, err
	}
	data, err := source.ReadFile(file)
	if err == nil {
		var f *fixture.Fixture
		if f, err = fixture.Parse(file, data); err == nil {
			return f, fixture.Outline{}, nil
		}
	}
	return nil, fixture.OutlineOf(file, data), err
}

// wants reports whether the flags choose a scenario.
func (o *options) wants(all []engine.Scenario, s *engine.Scenario) bool {
	return o.isNamed(all, s.Fixture.Name) && o.isPart(all, s.Fixture.Scenario.Grade.Part)
}

// isNamed reports whether -run means a name: whole names with commas, or an expression.
func (o *options) isNamed(all []engine.Scenario, name string) bool {
	if o.run == "" {
		return true
	}
	isName := func(word string) bool {
		return slices.ContainsFunc(all, func(s engine.Scenario) bool { return s.Fixture.Name == word })
	}
	words := strings.Split(o.run, ",")
	if !slices.ContainsFunc(words, func(w string) bool { return !isName(w) }) {
		return slices.Contains(words, name)
	}
	re, err := regexp.Compile(o.run)
	return err == nil && re.MatchString(name)
}

// isPart reports whether -part means a part: by its whole name if there is one, else by a
// piece.
func (o *options) isPart(all []engine.Scenario, part string) bool {
	if slices.ContainsFunc(all, func(s engine.Scenario) bool { return s.Fixture.Scenario.Grade.Part == o.part }) {
		return part == o.part
	}
	return strings.Contains(strings.ToLower(part), strings.ToLower(o.part))
}

// noneChosen is the error for flags that choose no scenario.
func (o *options) noneChosen(all []engine.Scenario) error {
	var names, parts []string
	for i := range all {
		f := all[i].Fixture
		if !o.audience().Sees(f.Scenario.Grade) {
			continue
		}
		if o.isPart(all, f.Scenario.Grade.Part) {
			names = append(names, f.Name)
		}
		parts = append(parts, strconv.Quote(f.Scenario.Grade.Part))
	}
	if len(names) == 0 {
		slices.Sort(parts)
		return fmt.Errorf("there is nothing to run: no scenario has -part %s; the parts are %s",
			text.ShellWord(o.part), strings.Join(slices.Compact(parts), ", "))
	}
	hint := "; " + text.Meant(o.run, names)
	if hint == "; " {
		hint = fmt.Sprintf("; there are %d, such as %s", len(names), strings.Join(names[:min(3, len(names))], ", "))
	}
	return fmt.Errorf("there is nothing to run: no scenario matches -run %s%s", text.ShellWord(o.run), hint)
}
