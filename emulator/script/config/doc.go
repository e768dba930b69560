// Package config reads a course's config.json: the addresses of the nodes and, if
// the course adds them, their start states.
//
// The format is not ours, so Parse reads it liberally: it tolerates what it does
// not expect, corrects what a start of Raft would set right, and returns a note for
// each. A value with a wrong type or a state that Raft cannot reach is an error, as
// in a fixture: all problems together, with line and key.
//
// Parse does not bind the addresses. A caller that does asks CheckLoopback first.
package config
