package condition

import (
	"strconv"
	"strings"
)

// A sign is a comparison.
type sign string

const (
	atLeast sign = ">="
	exactly sign = "="
	atMost  sign = "<="
	more    sign = ">"
	less    sign = "<"
)

// signs, in the order in which readBound tries them: a sign comes before any that it
// begins with.
var signs = []sign{atLeast, atMost, exactly, more, less}

// A bound compares a number with n.
type bound struct {
	sign  sign
	n     uint64
	usual sign // the sign that String omits
}

// readBound reads [SIGN]NUMBER, or says what is wrong.
func readBound(s string, usual sign) (bound, string) {
	b := bound{sign: usual, usual: usual}
	rest := strings.TrimSpace(s)
	for _, sign := range signs {
		if number, ok := strings.CutPrefix(rest, string(sign)); ok {
			b.sign, rest = sign, strings.TrimSpace(number)
			break
		}
	}
	n, err := strconv.ParseUint(rest, 10, 53)
	if err != nil {
		return bound{}, quote(s) + " is no whole number from 0 on"
	}
	b.n = n
	if b.sign == less && n == 0 {
		return bound{}, "no number is below 0"
	}
	return b, ""
}

// String writes the bound as readBound reads it.
func (b bound) String() string {
	number := strconv.FormatUint(b.n, 10)
	if b.sign == b.usual {
		return number
	}
	return string(b.sign) + number
}

// has reports whether a number is within the bound.
func (b bound) has(n uint64) bool {
	switch b.sign {
	case atLeast:
		return n >= b.n
	case atMost:
		return n <= b.n
	case more:
		return n > b.n
	case less:
		return n < b.n
	}
	return n == b.n
}
