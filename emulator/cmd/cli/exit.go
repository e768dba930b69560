package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text/outfile"
)

// Exit codes of all commands.
const (
	OK          = 0
	Failed      = 1
	Undecided   = 2
	Usage       = 3
	Environment = 4
)

// Codes says what each exit code means. In a Command, an empty text stands for the
// general meaning of OK, Usage and Environment, which every command has, and leaves out
// Failed and Undecided.
type Codes [Environment + 1]string

// meaning is what the codes mean in general.
var meaning = Codes{
	OK:          "fine",
	Failed:      "an expectation failed",
	Undecided:   "undecided, or interrupted",
	Usage:       "bad usage, or a bad file",
	Environment: "a port, the disk or the like",
}

// An Error is an error with an exit code.
type Error struct {
	Code int
	Err  error // nil: the command has said everything
	hint bool  // -h of the command helps
}

func (e *Error) Error() string {
	if e.Err == nil {
		return meaning[e.Code]
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Usagef returns an error about the command line. It ends the command with Usage and
// points to its help.
func Usagef(format string, args ...any) error {
	return &Error{Code: Usage, Err: fmt.Errorf(format, args...), hint: true}
}

// Failedf returns an error for an expectation that failed.
func Failedf(format string, args ...any) error {
	return WithCode(Failed, fmt.Errorf(format, args...))
}

// Undecidedf returns an error for an outcome that could not be decided.
func Undecidedf(format string, args ...any) error {
	return WithCode(Undecided, fmt.Errorf(format, args...))
}

// WithCode gives an error an exit code; nil stays nil.
func WithCode(code int, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Err: err}
}

// Exit ends a command with a code and prints nothing.
func Exit(code int) error {
	if code == OK {
		return nil
	}
	return &Error{Code: code}
}

// usageErrors are errors of other packages about what the user wrote or named.
var usageErrors = []error{
	source.ErrInvalid, fixture.ErrUnknown, source.ErrUnreadable, ErrNodes, fs.ErrNotExist, fs.ErrPermission, syscall.EISDIR,
	outfile.ErrInput, outfile.ErrTaken, outfile.ErrForeign, outfile.ErrName,
}

// Code returns an error's exit code: its own, or Usage when it is about what the user
// wrote or named, or else Environment.
func Code(err error) int {
	if err == nil {
		return OK
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	for _, usage := range usageErrors {
		if errors.Is(err, usage) {
			return Usage
		}
	}
	return Environment
}
