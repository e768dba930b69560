package emulator_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	t.end()
	os.Exit(code)
}

// t stands for the test in examples, which have none.
var t = new(fakeT)

// A fakeT is a test that may fail without harm.
type fakeT struct {
	cleanups []func()
	failed   bool
	said     strings.Builder
}

func (f *fakeT) Helper()          {}
func (f *fakeT) Failed() bool     { return f.failed }
func (f *fakeT) Cleanup(g func()) { f.cleanups = append(f.cleanups, g) }
func (f *fakeT) Logf(format string, args ...any) {
	fmt.Fprintf(&f.said, format+"\n", args...)
}

func (f *fakeT) Errorf(format string, args ...any) {
	f.failed = true
	f.Logf(format, args...)
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// end does the cleanup, as a test does at its end.
func (f *fakeT) end() {
	for _, g := range slices.Backward(f.cleanups) {
		g()
	}
	f.cleanups = nil
}

// try runs a test that may fail, and gives what it said.
func try(test func(t *fakeT)) *fakeT {
	var f fakeT
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer f.end()
		test(&f)
	}()
	<-done
	return &f
}
