// Package course reads a course file: how the programs of a course's students are started,
// what the course promises about them, and what each kind of verdict is worth.
package course
