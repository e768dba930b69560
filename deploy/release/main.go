// Command release builds the program for every system that it is released for.
//
//	go run ./deploy/release -out dist
//
// The contract:
//
//  1. The directory then holds a static binary for each target, a bill of materials
//     (CycloneDX), the licences of everything linked, and SHA256SUMS over all of these.
//  2. The same commit gives the same bytes, with the same version of Go, in any directory
//     and on any system.
//  3. The version is the tag of the commit, or dev when there is no tag or files differ
//     from the commit.
//  4. The directory is new, and appears only when it is whole.
//
// Files: build.go makes the binaries, source.go asks git, bill.go writes the bill of
// materials, licenses.go collects licences.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

// all lists what a release is built for, as GOOS/GOARCH.
const all = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

func main() {
	out := flag.String("out", "", "make the new directory `DIR`")
	targets := flag.String("targets", all, "build for these `SYSTEMS`, separated by commas")
	version := flag.String("version", "", "stamp this `VERSION` (default: the tag of the commit, or dev)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *out == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: go run ./deploy/release -out DIR [-targets SYSTEMS] [-version VERSION]")
		os.Exit(3)
	}
	if err := release(ctx, *out, strings.Split(*targets, ","), *version); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release builds everything beside the directory, and renames it when it is whole.
func release(ctx context.Context, out string, targets []string, version string) error {
	if _, err := os.Lstat(out); err == nil {
		return fmt.Errorf("%s exists already; want a new directory", out)
	}
	src := readSource(ctx)
	if version != "" {
		src.version = version
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(out), ".release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := fill(ctx, work, targets, src); err != nil {
		return err
	}
	return errors.Join(os.Chmod(work, 0o755), os.Rename(work, out))
}

// fill writes all files of a release.
func fill(ctx context.Context, dir string, targets []string, src source) error {
	var files []file
	for _, target := range targets {
		name, err := build(ctx, dir, target, src)
		if err != nil {
			return err
		}
		files = append(files, file{name: name})
	}
	modules, err := linked(dir, files)
	if err != nil {
		return err
	}
	if err := writeLicenses(ctx, filepath.Join(dir, "LICENSES.txt"), modules); err != nil {
		return err
	}
	if err := hash(dir, files); err != nil {
		return err
	}
	if err := writeBill(filepath.Join(dir, "emulator.cdx.json"), src, modules, files); err != nil {
		return err
	}
	return writeSums(dir, append(files, file{name: "LICENSES.txt"}, file{name: "emulator.cdx.json"}))
}

// A file is a file of a release.
type file struct {
	name string
	sum  string // SHA-256 in hexadecimal
}

func hash(dir string, files []file) error {
	for i := range files {
		data, err := os.ReadFile(filepath.Join(dir, files[i].name))
		if err != nil {
			return err
		}
		files[i].sum = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	return nil
}

// writeSums writes SHA256SUMS, which sha256sum -c reads.
func writeSums(dir string, files []file) error {
	if err := hash(dir, files); err != nil {
		return err
	}
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.sum, f.name)
	}
	return os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(b.String()), 0o644)
}
