package cli

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/text"
)

// A Flag is one flag of a command, which writes to a variable. In its usage, the word
// in back quotes stands for the value: "start `N` new nodes".
type Flag struct {
	Name  string
	Arg   string // what stands for the value in the help; "" for a switch
	Usage string
	Kind  string // type of the value, for tests

	shown  string // the default as the help shows it; "" for none
	old    []string
	hidden bool
	words  func() []string // candidates for the value
	value  any             // pointer to the variable; nil for other types
	read   func(text string) error
	check  func() error
	given  bool
}

// Var makes a flag of any type: read parses a value and stores it.
func Var(name, kind, usage string, read func(text string) error) *Flag {
	f := &Flag{Name: name, Kind: kind, Usage: usage, read: read}
	if before, rest, ok := strings.Cut(usage, "`"); ok {
		arg, after, _ := strings.Cut(rest, "`")
		f.Arg, f.Usage = arg, before+arg+after
	}
	return f
}

// of makes a flag of a variable that has a default.
func of[T comparable](p *T, name string, def T, usage, want string, parse func(string) (T, error)) *Flag {
	*p = def
	var zero T
	f := Var(name, fmt.Sprintf("%T", def), usage, func(text string) error {
		v, err := parse(text)
		if err != nil {
			return wanted(text, want)
		}
		*p = v
		return nil
	})
	f.value = p
	if def != zero {
		f.shown = fmt.Sprint(def)
	}
	return f
}

// wanted returns an error for a value that has not the form that it should have.
func wanted(text, want string) error { return fmt.Errorf("%q: want %s", text, want) }

// Bool makes a switch.
func Bool(p *bool, name, usage string) *Flag {
	return of(p, name, false, usage, "true or false", strconv.ParseBool)
}

// String makes a flag with any text.
func String(p *string, name, def, usage string) *Flag {
	return of(p, name, def, usage, "", func(text string) (string, error) { return text, nil })
}

// Int makes a flag with a whole number.
func Int(p *int, name string, def int, usage string) *Flag {
	return of(p, name, def, usage, "a number", strconv.Atoi)
}

// Uint64 makes a flag with a whole number from 0 on.
func Uint64(p *uint64, name string, def uint64, usage string) *Flag {
	return of(p, name, def, usage, "a number from 0 on", func(text string) (uint64, error) { return strconv.ParseUint(text, 10, 64) })
}

// Float makes a flag with a number.
func Float(p *float64, name string, def float64, usage string) *Flag {
	return of(p, name, def, usage, "a number", func(text string) (float64, error) { return strconv.ParseFloat(text, 64) })
}

// Duration makes a flag with a time such as 250ms. A number alone counts in the unit of
// Bare, if there is one.
func Duration(p *time.Duration, name string, def time.Duration, usage string) *Flag {
	f := of(p, name, def, usage, "a time such as 1s, 250ms or 1m30s", time.ParseDuration)
	f.shown = shortDuration(def)
	return f
}

// shortDuration writes 2m0s as 2m; 0 is "".
func shortDuration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	text := d.String()
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}

// Choice makes a flag whose value is one of some words.
func Choice(p *string, name, def string, choices []string, usage string) *Flag {
	f := of(p, name, def, usage, text.Or(choices), func(text string) (string, error) {
		if !slices.Contains(choices, text) {
			return "", fmt.Errorf("no such choice")
		}
		return text, nil
	})
	return f.Completes(func() []string { return choices })
}

// Regexp makes a flag with a regular expression; nil when it is not given.
func Regexp(p **regexp.Regexp, name, usage string) *Flag {
	return Var(name, "regexp", usage, func(text string) (err error) {
		if *p, err = regexp.Compile(text); err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
		return nil
	})
}

// Default shows a default that the value does not tell; "" shows none.
func (f *Flag) Default(text string) *Flag {
	f.shown = text
	return f
}

// Also adds to the usage what one command has to say about a shared flag.
func (f *Flag) Also(text string) *Flag {
	f.Usage += text
	return f
}

// Old adds spellings that work and that no help shows.
func (f *Flag) Old(names ...string) *Flag {
	f.old = append(f.old, names...)
	return f
}

// Hidden leaves the flag out of help and completion.
func (f *Flag) Hidden() *Flag {
	f.hidden = true
	return f
}

// Completes gives the shell candidates for the value.
func (f *Flag) Completes(words func() []string) *Flag {
	f.words = words
	return f
}

// Bare lets a duration be a number without a unit, which counts the given units, as
// in the old spelling.
func (f *Flag) Bare(unit time.Duration) *Flag {
	read := f.read
	f.read = func(text string) error {
		if n, err := strconv.ParseInt(text, 10, 32); err == nil {
			text = (time.Duration(n) * unit).String()
		}
		return read(text)
	}
	return f
}

// Check adds a check of the value as it was read. Its error begins with the value:
// `"x": want ...`.
func (f *Flag) Check(check func() error) *Flag {
	f.check = check
	return f
}

// File refuses the name of a directory.
func (f *Flag) File() *Flag {
	return f.Check(func() error {
		name := *f.value.(*string)
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			return fmt.Errorf("%q: is a directory, want a file", name)
		}
		return nil
	})
}

// AtLeast refuses smaller numbers and times.
func (f *Flag) AtLeast(low float64) *Flag {
	return f.Check(func() error {
		if v := f.number(); v < low {
			return fmt.Errorf("%s: want %s or more", f.format(v), f.format(low))
		}
		return nil
	})
}

// Between refuses numbers and times out of a range.
func (f *Flag) Between(low, high float64) *Flag {
	return f.Check(func() error {
		if v := f.number(); v < low || v > high {
			return fmt.Errorf("%s: want %s to %s", f.format(v), f.format(low), f.format(high))
		}
		return nil
	})
}

// number is the flag's value as it was read, when it is a number or a time.
func (f *Flag) number() float64 {
	switch p := f.value.(type) {
	case *int:
		return float64(*p)
	case *uint64:
		return float64(*p)
	case *float64:
		return *p
	case *time.Duration:
		return float64(*p)
	}
	panic("cli: a range of what is not a number: -" + f.Name)
}

// format writes a number as the flag's values are written.
func (f *Flag) format(v float64) string {
	if _, ok := f.value.(*time.Duration); ok {
		return cmp.Or(shortDuration(time.Duration(v)), "0s")
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// names are all spellings, the documented one first.
func (f *Flag) names() []string { return append([]string{f.Name}, f.old...) }

// set reads a value.
func (f *Flag) set(name, text string) error {
	f.given = true
	err := f.read(text)
	if err == nil && f.check != nil {
		err = f.check()
	}
	if err != nil {
		return Usagef("-%s %w", name, err)
	}
	return nil
}
