// Package course reads a course file: how the programs of a course's students are started,
// what the course promises about them, and what each kind of verdict is worth.
//
//	c, err := course.Load("course.toml")
//
// # Contract
//
//  1. Default returns the course that stands in default.toml. A key that a course file leaves
//     out has the value of Initial: a program without a build, and the limits and shares of
//     the reference.
//  2. Reading is strict: an unknown key, a wrong type and a value out of its range are
//     problems. All are reported together, each with file, line and key.
//  3. A Course that Load or Parse returns is usable: its command can tell nodes apart, and its
//     limits are in order.
//  4. The package names no program and no path except in its data: another course is another
//     file.
package course
