// Package replay repeats recorded runs and compares them with their traces.
//
// The contract: File builds a world from the fixture in a run's header and gives it the
// inputs of the trace at their places. It compares every record that the world makes with
// the recorded one, byte for byte. It works in virtual time, whatever the clock of the
// recorded run was. A trace that is not whole is repeated as far as it goes; Run.Ending says
// so. A repetition shows that the program still behaves the same; package
// verify judges whether the behaviour is right.
package replay
