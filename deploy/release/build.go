package main

import (
	"cmp"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	module  = "rrmq.example/emulator"
	stamped = module + "/emulator/cmd/version.stamped"
)

// build builds the program for a target, such as linux/amd64, and returns the file's name.
// Nothing of the machine, the directory or the environment reaches the file.
func build(ctx context.Context, dir, target string, src source) (string, error) {
	system, arch, ok := strings.Cut(target, "/")
	if !ok || system == "" || arch == "" {
		return "", fmt.Errorf("%q is no target; want GOOS/GOARCH, such as linux/amd64", target)
	}
	name := "emulator-" + system + "-" + arch
	if system == "windows" {
		name += ".exe"
	}
	stamps := fmt.Sprintf("-X %sVersion=%s -X %sCommit=%s -X %sTime=%s", stamped, src.version, stamped, src.commit, stamped, src.time)
	if src.modified {
		stamps += " -X " + stamped + "Modified=true"
	}
	goBuild := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid= "+stamps,
		"-o", filepath.Join(dir, name), module)
	goBuild.Env = append(withoutGo(os.Environ()), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch)
	if said, err := goBuild.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build for %s: %w\n%s", target, err, said)
	}
	return name, nil
}

// kept lists the variables of Go that say where things are, not how to build.
var kept = []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GOROOT", "GOTMPDIR", "GOTOOLCHAIN"}

// withoutGo leaves out the variables that change what Go builds, such as GOFLAGS and
// GOAMD64, also those that go env -w has written.
func withoutGo(environment []string) []string {
	return append(slices.DeleteFunc(slices.Clone(environment), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return (strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "CGO_")) && !slices.Contains(kept, name)
	}), "GOENV=off", "GOWORK=off")
}

// A dependency is a module that is linked into a binary.
type dependency struct{ path, version, sum string }

// linked lists the modules of all binaries, sorted, with Go's standard library as std.
func linked(dir string, files []file) ([]dependency, error) {
	var all []dependency
	for _, f := range files {
		info, err := buildinfo.ReadFile(filepath.Join(dir, f.name))
		if err != nil {
			return nil, err
		}
		all = append(all, dependency{path: "std", version: strings.TrimPrefix(info.GoVersion, "go")})
		for _, d := range info.Deps {
			all = append(all, dependency{d.Path, d.Version, d.Sum})
		}
	}
	slices.SortFunc(all, func(a, b dependency) int { return cmp.Compare(a.path, b.path) })
	return slices.Compact(all), nil
}
