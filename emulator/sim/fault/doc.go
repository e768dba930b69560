// Package fault holds the values that say what is done to a cluster: rules on
// messages, cut links, and changes. It does nothing by itself; package world
// carries them out.
//
// The contract:
//
//  1. A Rule and a Change are values. Their Validate reports everything that is
//     wrong with them at once; nothing else has to be called before they are used.
//  2. Every effect, limit and match key of a rule, and every kind of change, is
//     one row of a table (effect.go, kind.go): name, arguments with types and
//     ranges, and words. JSON, fixtures, the admin API, ctl, documents and
//     exploration go by the row. Package world has one more table with what
//     carries each out, and a test that it is complete.
//  3. JSON and KEY=VALUE are written the same way for the same value.
//
// A new effect needs a field in rule.go, a row in effect.go, and its function in
// package world; a new kind of change a constant and a row in kind.go, what it
// needs in change.go, and its function in package world.
package fault
