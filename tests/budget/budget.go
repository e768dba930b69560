// Package budget decides how much work a test that searches does: little on a
// developer's machine, much in CI.
//
// With EMULATOR_LONG_TESTS=1 in the environment, [Pick] returns the long value and
// [Long] lets a test run; without it, Pick returns the quick value and Long skips
// the test. The assertions are the same both times. The flag -short is for the race
// detector, under which everything takes ten times as long: a test that is too slow
// even in its quick form asks [testing.Short].
package budget

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"testing"
)

// Variable is the environment variable that turns the long tests on.
const Variable = "EMULATOR_LONG_TESTS"

// Pick returns quick, or long when long tests are on.
func Pick[T any](quick, long T) T {
	if isLong() {
		return long
	}
	return quick
}

// Long skips a test that has no quick form, unless long tests are on.
func Long(t testing.TB) {
	t.Helper()
	if !isLong() {
		t.Skipf("a long test: set %s=1 to run it", Variable)
	}
}

func isLong() bool {
	value := os.Getenv(Variable)
	if value == "" {
		return false
	}
	long, err := strconv.ParseBool(value)
	if err != nil {
		panic(fmt.Sprintf("%s=%s: want 1 or 0", Variable, value))
	}
	return long
}

// Main runs the tests of a package that makes many short-lived worlds. Their heaps
// are small, so that the garbage collector would run all the time: letting the heap
// grow to five times what is in use saves a third of the CPU time.
//
//	func TestMain(m *testing.M) { budget.Main(m) }
func Main(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}
