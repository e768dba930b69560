// Package replay repeats recorded runs and compares them with their traces.
//
// The contract: File makes a world of the fixture in a run's header, gives it the
// inputs of the trace at their places, and compares every record that the world
// makes with the recorded one, byte for byte. It works in virtual time, whatever
// the clock of the recorded run was. It finds out whether the program still does
// the same; whether that is right is what package verify finds out.
package replay
