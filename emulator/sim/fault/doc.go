// Package fault holds the values that describe faults: rules on messages and writes, cut
// links, and changes. Package world carries them out.
//
// The contract:
//
//  1. A Rule and a Change are values. Their Validate reports all problems together; no
//     other function must be called before they are used.
//  2. Every effect, limit and match key of a rule, and every kind of change, is one row
//     of a table (effect.go, kind.go): name, arguments with types and ranges, and words.
//     JSON, fixtures, the admin API, ctl, documents and exploration use the row. Package
//     world has one more table, with the function for each row, and a test that it is
//     complete.
//  3. The same value always has the same JSON and the same KEY=VALUE form.
//
// A new effect needs a field in rule.go, a row in effect.go and a function in package
// world. A new kind of change needs a constant and a row in kind.go, its arguments in
// change.go, and a function in package world.
package fault
